import { sql } from 'kysely'
import type { RateLedger, RateUse } from '../../../ports/store/limit-store.ts'
import type { Database } from '../connection/connection.ts'

/**
 * One statement for all callers of a second. Rows are written in the order of their names, so that processes wait for each other
 * and never in a ring; the database's clock is the one all of them share. A debt is at most a whole quota.
 */
export class PostgresRateLedger implements RateLedger {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async share(uses: readonly RateUse[]): Promise<ReadonlyMap<string, number>> {
    const column = <Name extends keyof RateUse>(name: Name) => uses.map((use) => use[name])
    const { rows } = await sql<{ caller: string; tokens: number }>`
      insert into rate_bucket as held (caller, tokens, quota, per_second, at)
      select caller, quota - used, quota, per_second, clock_timestamp()
      from unnest(${column('caller')}::text[], ${column('used')}::float8[], ${column('quota')}::float8[],
        ${column('perSecond')}::float8[]) as use (caller, used, quota, per_second)
      order by caller
      on conflict (caller) do update set
        tokens = greatest(-excluded.quota, least(excluded.quota, held.tokens
            + greatest(0, extract(epoch from excluded.at - held.at)) * excluded.per_second)
          - (excluded.quota - excluded.tokens)),
        quota = excluded.quota, per_second = excluded.per_second, at = greatest(held.at, excluded.at)
      returning caller, tokens
    `.execute(this.#database)
    return new Map(rows.map(({ caller, tokens }) => [caller, tokens]))
  }

  async forget(): Promise<void> {
    await sql`delete from rate_bucket where at < clock_timestamp() - interval '1 hour'`.execute(
      this.#database,
    )
  }
}
