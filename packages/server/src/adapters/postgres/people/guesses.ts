import { sql } from 'kysely'
import type { GuessLedger } from '../../../ports/store/credential-store.ts'
import type { Database } from '../connection/connection.ts'

export class PostgresGuesses implements GuessLedger {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async read(subject: Buffer, windowMs: number, now: Date): Promise<number> {
    const row = await this.#database
      .selectFrom('guess')
      .select('count')
      .where('subject', '=', subject)
      .where('since', '>', new Date(now.getTime() - windowMs))
      .executeTakeFirst()
    return row?.count ?? 0
  }

  async count(subject: Buffer, windowMs: number, now: Date): Promise<number> {
    const begun = new Date(now.getTime() - windowMs)
    const row = await this.#database
      .insertInto('guess')
      .values({ subject, count: 1, since: now })
      .onConflict((on) =>
        on.column('subject').doUpdateSet({
          count: sql`case when guess.since <= ${begun}::timestamptz then 1 else guess.count + 1 end`,
          since: sql`case when guess.since <= ${begun}::timestamptz then excluded.since else guess.since end`,
        }),
      )
      .returning('count')
      .executeTakeFirstOrThrow()
    return row.count
  }

  async forgive(subject: Buffer): Promise<void> {
    await this.#database
      .updateTable('guess')
      .set({ count: sql`greatest(count - 1, 0)` })
      .where('subject', '=', subject)
      .execute()
  }

  async forget(subject: Buffer): Promise<void> {
    await this.#database.deleteFrom('guess').where('subject', '=', subject).execute()
  }
}
