import type {
  ActiveLegalHoldRow,
  LegalHoldRepository,
  LegalHoldRow,
} from '../../../ports/store/legal-hold-store.ts'
import { Repository } from '../connection/repository.ts'
import { toFields } from '../schema/casing.ts'
import type { Tables } from '../schema/tables.ts'

const HOLD_COLUMNS = [
  'id',
  'kind',
  'target_id',
  'target_sealed',
  'reason_sealed',
  'created_at',
  'created_by',
  'released_at',
  'released_by',
] as const satisfies readonly (keyof Tables['legal_hold'])[]

export class PostgresLegalHolds extends Repository implements LegalHoldRepository {
  async insert(hold: LegalHoldRow): Promise<void> {
    // Meets the share lock of whoever destroys; inserts that refer to the account pass.
    await this.database.selectFrom('account').select('id').forNoKeyUpdate().execute()
    await this.database
      .insertInto('legal_hold')
      .values({
        ...this.owner,
        id: hold.id,
        kind: hold.kind,
        target_id: hold.targetId,
        target_sealed: hold.targetSealed,
        reason_sealed: hold.reasonSealed,
        created_at: hold.createdAt,
        created_by: hold.createdBy,
        released_at: hold.releasedAt,
        released_by: hold.releasedBy,
      })
      .execute()
  }

  async get(id: string): Promise<LegalHoldRow | undefined> {
    const row = await this.database
      .selectFrom('legal_hold')
      .select(HOLD_COLUMNS)
      .where('id', '=', id)
      .executeTakeFirst()
    return row && toFields(row)
  }

  async list(afterId: string | undefined, limit: number): Promise<LegalHoldRow[]> {
    let query = this.database.selectFrom('legal_hold').select(HOLD_COLUMNS).orderBy('id', 'desc').limit(limit)
    if (afterId !== undefined) query = query.where('id', '<', afterId)
    return (await query.execute()).map(toFields)
  }

  async countActive(): Promise<number> {
    const row = await this.database
      .selectFrom('legal_hold')
      .select((on) => on.fn.countAll<number>().as('count'))
      .where('released_at', 'is', null)
      .executeTakeFirstOrThrow()
    return row.count
  }

  async release(id: string, at: Date, by: string): Promise<LegalHoldRow | undefined> {
    const row = await this.database
      .updateTable('legal_hold')
      .set({ released_at: at, released_by: by })
      .where('id', '=', id)
      .where('released_at', 'is', null)
      .returning(HOLD_COLUMNS)
      .executeTakeFirst()
    if (!row) return undefined
    for (const table of ['fax', 'received_fax'] as const) {
      await this.database
        .updateTable(table)
        .set({ kept_from: null })
        .where('kept_from', 'is not', null)
        .execute()
    }
    return toFields(row)
  }

  async keepUnder(holdId: string, subjectId: string): Promise<void> {
    await this.database
      .insertInto('held_fax')
      .values({ ...this.account, hold_id: holdId, subject_id: subjectId })
      .onConflict((on) => on.doNothing())
      .execute()
  }

  async bar(): Promise<ActiveLegalHoldRow[]> {
    await this.database.selectFrom('account').select('id').forShare().execute()
    const rows = await this.database
      .selectFrom('legal_hold')
      .select(HOLD_COLUMNS)
      .where('released_at', 'is', null)
      .execute()
    if (rows.length === 0) return []
    const kept = await this.database.selectFrom('held_fax').select(['hold_id', 'subject_id']).execute()
    return rows.map((row) => ({
      ...toFields(row),
      keeps: kept.filter((each) => each.hold_id === row.id).map((each) => each.subject_id),
    }))
  }
}
