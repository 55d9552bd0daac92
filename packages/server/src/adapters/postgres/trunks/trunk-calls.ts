import { sql } from 'kysely'
import type { Found } from '../../../ports/store/scope.ts'
import type { TrunkCalls, TrunkTaken } from '../../../ports/store/trunk-store.ts'
import type { Database } from '../connection/connection.ts'
import { toFound } from '../found.ts'
import { leasePlace, type Places } from '../lease-place.ts'

const PLACES: Places = { table: 'trunk_call', key: 'trunk_id' }

export class PostgresTrunkCalls implements TrunkCalls {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Takes a place, and then the trunk's turn to begin a call; without the turn the place is given back. */
  async take(wanted: Parameters<TrunkCalls['take']>[0]): Promise<TrunkTaken> {
    const { trunkId, faxId, places, perSecond, now, until } = wanted
    const isTaken = await leasePlace(this.#database, PLACES, {
      of: trunkId,
      faxId,
      count: places,
      now,
      until,
    })
    if (!isTaken) return { kind: 'full' }
    const next = new Date(now.getTime() + Math.round(1_000 / perSecond))
    const turn = await sql`
      insert into trunk_pace as pace (trunk_id, next_call_at) values (${trunkId}, ${next}::timestamptz)
      on conflict (trunk_id) do update set next_call_at = excluded.next_call_at
        where pace.next_call_at <= ${now}::timestamptz
      returning next_call_at
    `.execute(this.#database)
    if (turn.rows.length > 0) return { kind: 'taken' }
    await this.#database
      .deleteFrom('trunk_call')
      .where('trunk_id', '=', trunkId)
      .where('fax_id', '=', faxId)
      .execute()
    const pace = await this.#database
      .selectFrom('trunk_pace')
      .select('next_call_at')
      .where('trunk_id', '=', trunkId)
      .executeTakeFirstOrThrow()
    return { kind: 'paced', at: pace.next_call_at }
  }

  async renew(faxId: string, until: Date): Promise<void> {
    await this.#database
      .updateTable('trunk_call')
      .set({ lease_until: until })
      .where('fax_id', '=', faxId)
      .execute()
  }

  async release(faxId: string): Promise<void> {
    await this.#database.deleteFrom('trunk_call').where('fax_id', '=', faxId).execute()
  }

  async waiting(trunkIds: readonly string[]): Promise<Found | undefined> {
    const row = await this.#database
      .selectFrom('fax')
      .select(['id', 'account_id', 'mode'])
      .where('waiting_trunks', 'is not', null)
      .where(sql<boolean>`waiting_trunks && ${[...trunkIds]}::text[]`)
      .orderBy('priority', 'desc')
      .orderBy('id')
      .limit(1)
      .executeTakeFirst()
    return row && toFound(row)
  }

  async ownerOf(trunkId: string): Promise<string | undefined> {
    const row = await this.#database
      .selectFrom('trunk')
      .select('account_id')
      .where('id', '=', trunkId)
      .executeTakeFirst()
    return row?.account_id
  }

  async owners(): Promise<string[]> {
    const rows = await this.#database
      .selectFrom('trunk')
      .select('account_id')
      .distinct()
      .orderBy('account_id')
      .execute()
    return rows.map((row) => row.account_id)
  }
}
