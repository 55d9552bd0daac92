import type { Selectable } from 'kysely'
import type { RouteMemory } from '../../../domain/trunks/routing.ts'
import type { Acknowledgement, TrunkSettings } from '../../../domain/trunks/trunk.ts'
import type { RouteLesson, TrunkPatch, TrunkRepository, TrunkRow } from '../../../ports/store/trunk-store.ts'
import { Repository } from '../connection/repository.ts'
import { toColumns, toFields } from '../schema/casing.ts'
import type { Tables } from '../schema/tables.ts'

function readTrunk(row: Selectable<Tables['trunk']>): TrunkRow {
  return {
    id: row.id,
    accountId: row.account_id,
    settings: row.settings as unknown as TrunkSettings,
    secretSealed: row.secret_sealed,
    acknowledgement:
      row.media_protection && row.acknowledged_at && row.acknowledged_by !== null
        ? { mediaProtection: row.media_protection, at: row.acknowledged_at, by: row.acknowledged_by }
        : null,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

export class PostgresTrunks extends Repository implements TrunkRepository {
  async insert(trunk: Omit<TrunkRow, 'accountId'>): Promise<void> {
    await this.database
      .insertInto('trunk')
      .values({
        ...this.owner,
        id: trunk.id,
        settings: JSON.stringify(trunk.settings),
        secret_sealed: trunk.secretSealed,
        ...acknowledgementColumns(trunk.acknowledgement),
        created_at: trunk.createdAt,
        updated_at: trunk.updatedAt,
      })
      .execute()
  }

  async get(id: string): Promise<TrunkRow | undefined> {
    const row = await this.database.selectFrom('trunk').selectAll().where('id', '=', id).executeTakeFirst()
    return row && readTrunk(row)
  }

  async list(): Promise<TrunkRow[]> {
    const rows = await this.database.selectFrom('trunk').selectAll().orderBy('id').execute()
    return rows.map(readTrunk).sort((a, b) => a.settings.order - b.settings.order)
  }

  async update(id: string, patch: TrunkPatch): Promise<TrunkRow | undefined> {
    const { settings, acknowledgement, ...columns } = patch
    const row = await this.database
      .updateTable('trunk')
      .set({
        ...toColumns(columns),
        ...(settings === undefined ? {} : { settings: JSON.stringify(settings) }),
        ...(acknowledgement === undefined ? {} : acknowledgementColumns(acknowledgement)),
      })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst()
    return row && readTrunk(row)
  }

  async delete(id: string): Promise<boolean> {
    const result = await this.database.deleteFrom('trunk').where('id', '=', id).executeTakeFirst()
    return result.numDeletedRows > 0n
  }

  async memories(numberHash: Buffer): Promise<RouteMemory[]> {
    const rows = await this.database
      .selectFrom('route_memory')
      .select(['trunk_id', 'succeeded_at', 'failed_at', 't38_refused_at', 't38_mode', 'ecm', 'bit_rate'])
      .where('number_hash', '=', numberHash)
      .execute()
    return rows.map(toFields)
  }

  async learn(numberHash: Buffer, trunkId: string, lesson: RouteLesson): Promise<void> {
    // A trunk deleted during the call has nothing to learn.
    if ((await this.get(trunkId)) === undefined) return
    const nothing = {
      succeeded_at: null,
      failed_at: null,
      failure: null,
      t38_refused_at: null,
      t38_mode: null,
      ecm: null,
      bit_rate: null,
    }
    const learned = toColumns(lesson)
    await this.database
      .insertInto('route_memory')
      .values({ ...this.account, number_hash: numberHash, trunk_id: trunkId, ...nothing, ...learned })
      .onConflict((conflict) =>
        conflict.columns(['account_id', 'number_hash', 'trunk_id']).doUpdateSet(learned),
      )
      .execute()
  }
}

function acknowledgementColumns(acknowledgement: Acknowledgement | null) {
  return {
    media_protection: acknowledgement?.mediaProtection ?? null,
    acknowledged_at: acknowledgement?.at ?? null,
    acknowledged_by: acknowledgement?.by ?? null,
  }
}
