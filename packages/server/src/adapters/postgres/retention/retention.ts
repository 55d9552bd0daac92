import { type RawBuilder, sql } from 'kysely'
import type { RetentionCut, RetentionRules } from '../../../domain/retention/retention.ts'
import type { RetentionRepository } from '../../../ports/store/retention-store.ts'
import { Repository } from '../connection/repository.ts'

/** As its indexes have it. */
const OVER_AT = sql`case when kept_from is null then ended_at else kept_from end`

export class PostgresRetention extends Repository implements RetentionRepository {
  async rules(): Promise<RetentionRules | undefined> {
    const row = await this.database.selectFrom('retention_policy').select('rules').executeTakeFirst()
    return row && (row.rules as unknown as RetentionRules)
  }

  async putRules(rules: RetentionRules, at: Date): Promise<void> {
    const values = { rules: JSON.stringify(rules), changed_at: at }
    await this.database
      .insertInto('retention_policy')
      .values({ ...this.owner, ...values })
      .onConflict((on) => on.columns(['account_id', 'mode']).doUpdateSet(values))
      .execute()
  }

  dueSent(cut: RetentionCut, limit: number): Promise<string[]> {
    const left = cut.kind === 'metadata' ? sql.ref('shredded_at') : sql.ref('content_deleted_at')
    return this.#due(sql`
      select id from fax
      where ${this.#own('fax')} and ended_at is not null and ${left} is null
        and ${OVER_AT} <= ${cut.endedBy}
      order by ${OVER_AT} limit ${limit}`)
  }

  dueReceived(cut: RetentionCut, limit: number): Promise<string[]> {
    const left = {
      sentContent: sql`false`,
      receivedContent: sql`content_deleted_at is null`,
      text: sql`text_document_id is not null`,
      metadata: sql`shredded_at is null`,
    }[cut.kind]
    // An array and not a join, so that the index is walked in its order, and no further than the first that are due.
    const mailboxes = sql`select id from mailbox where ${this.#own('mailbox')}`
    const where =
      'department' in cut.where
        ? sql`mailbox_id = any(array(${mailboxes} and department = ${cut.where.department}))`
        : sql`mailbox_id = any(array(${mailboxes} and (department is null or department <> all(${[...cut.where.others]}::text[]))))`
    return this.#due(sql`
      select id from received_fax
      where ${this.#own('received_fax')} and ended_at is not null and ${left}
        and ${OVER_AT} <= ${cut.endedBy} and ${where}
      order by ${OVER_AT} limit ${limit}`)
  }

  async #due(query: RawBuilder<unknown>): Promise<string[]> {
    const { rows } = await (query as RawBuilder<{ id: string }>).execute(this.database)
    return rows.map(({ id }) => id)
  }

  async putOff(id: string, keptFrom: Date): Promise<void> {
    for (const table of ['fax', 'received_fax'] as const) {
      await this.database.updateTable(table).set({ kept_from: keptFrom }).where('id', '=', id).execute()
    }
  }

  /** Raw queries are not fenced for us. */
  #own(table: 'fax' | 'received_fax' | 'mailbox'): RawBuilder<boolean> {
    const { account_id, mode } = this.owner
    return sql<boolean>`${sql.ref(`${table}.account_id`)} = ${account_id} and ${sql.ref(`${table}.mode`)} = ${mode}`
  }
}
