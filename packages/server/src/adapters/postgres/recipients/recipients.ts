import { CompiledQuery, type Selectable, sql } from 'kysely'
import type { RecipientStanding } from '../../../domain/recipients/recipient.ts'
import type {
  RecipientFilter,
  RecipientPatch,
  RecipientRepository,
  RecipientRow,
} from '../../../ports/store/recipient-store.ts'
import { Repository } from '../connection/repository.ts'
import { toColumns, toFields } from '../schema/casing.ts'
import type { RecipientTables } from '../schema/recipient-tables.ts'

function readRecipient(row: Selectable<RecipientTables['recipient']>): RecipientRow {
  const { accountId: _account, mode: _mode, ...recipient } = toFields(row)
  return recipient
}

/** Every fax asks these, so their texts are made once and not with kysely. The fence is written out. */
const OF_NUMBER = 'from recipient where account_id = $1 and mode = $2 and number_hash = $3'
const FIND = `select * ${OF_NUMBER}`
const LOCK = `${FIND} for update`
const STANDING = `select state, confirmed_at, last_delivered_at ${OF_NUMBER}`

type StandingRow = Pick<
  Selectable<RecipientTables['recipient']>,
  'state' | 'confirmed_at' | 'last_delivered_at'
>

export class PostgresRecipients extends Repository implements RecipientRepository {
  async insert(recipients: readonly RecipientRow[]): Promise<RecipientRow[]> {
    if (recipients.length === 0) return []
    const rows = await this.database
      .insertInto('recipient')
      .values(
        recipients.map((recipient) => ({
          ...this.owner,
          id: recipient.id,
          number_sealed: recipient.numberSealed,
          number_hash: recipient.numberHash,
          details_sealed: recipient.detailsSealed,
          source: recipient.source,
          state: recipient.state,
          confirmed_how: recipient.confirmedHow,
          confirmed_by: recipient.confirmedBy,
          confirmed_at: recipient.confirmedAt,
          last_delivered_at: recipient.lastDeliveredAt,
          suspended_why: recipient.suspendedWhy,
          suspended_at: recipient.suspendedAt,
          identities_sealed: recipient.identitiesSealed,
          created_by: recipient.createdBy,
          created_at: recipient.createdAt,
          updated_at: recipient.updatedAt,
        })),
      )
      .onConflict((on) => on.columns(['account_id', 'mode', 'number_hash']).doNothing())
      .returningAll()
      .execute()
    return rows.map(readRecipient)
  }

  async get(id: string): Promise<RecipientRow | undefined> {
    const row = await this.#all().where('id', '=', id).executeTakeFirst()
    return row && readRecipient(row)
  }

  async list(filter: RecipientFilter): Promise<RecipientRow[]> {
    let query = this.#all().orderBy('id', 'desc').limit(filter.limit)
    if (filter.state !== undefined) query = query.where('state', '=', filter.state)
    if (filter.numberHash !== undefined) query = query.where('number_hash', '=', filter.numberHash)
    if (filter.afterId !== undefined) query = query.where('id', '<', filter.afterId)
    return (await query.execute()).map(readRecipient)
  }

  async find(numberHash: Buffer): Promise<RecipientRow | undefined> {
    return this.#ofNumber(FIND, numberHash)
  }

  async standing(numberHash: Buffer): Promise<RecipientStanding | undefined> {
    const { account_id, mode } = this.owner
    const query = CompiledQuery.raw(STANDING, [account_id, mode, numberHash])
    const { rows } = await this.database.executeQuery<StandingRow>(query)
    return (
      rows[0] && {
        state: rows[0].state,
        confirmedAt: rows[0].confirmed_at,
        lastDeliveredAt: rows[0].last_delivered_at,
      }
    )
  }

  async lock(id: string): Promise<RecipientRow | undefined> {
    const row = await this.#all().where('id', '=', id).forUpdate().executeTakeFirst()
    return row && readRecipient(row)
  }

  async lockByNumber(numberHash: Buffer): Promise<RecipientRow | undefined> {
    return this.#ofNumber(LOCK, numberHash)
  }

  async confirmedAmong(numberHashes: readonly Buffer[]): Promise<RecipientRow[]> {
    const rows = await this.#all()
      .where('number_hash', '=', sql<Buffer>`any(${[...numberHashes]}::bytea[])`)
      .where('state', '=', 'confirmed')
      .orderBy('id')
      .execute()
    return rows.map(readRecipient)
  }

  async update(id: string, patch: RecipientPatch): Promise<RecipientRow> {
    const row = await this.database
      .updateTable('recipient')
      .set(toColumns(patch))
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
    return readRecipient(row)
  }

  async delete(id: string): Promise<void> {
    await this.database.deleteFrom('recipient').where('id', '=', id).execute()
  }

  async #ofNumber(text: string, numberHash: Buffer): Promise<RecipientRow | undefined> {
    const { account_id, mode } = this.owner
    const query = CompiledQuery.raw(text, [account_id, mode, numberHash])
    const { rows } = await this.database.executeQuery<Selectable<RecipientTables['recipient']>>(query)
    return rows[0] && readRecipient(rows[0])
  }

  #all() {
    return this.database.selectFrom('recipient').selectAll()
  }
}
