import { type Selectable, sql } from 'kysely'
import type { SignInMethod } from '../../../domain/access/session.ts'
import type { SessionDirectory, SessionFacts, SessionRow } from '../../../ports/store/session-store.ts'
import type { Database } from '../connection/connection.ts'
import { toFields } from '../schema/casing.ts'
import type { Tables } from '../schema/tables.ts'
import { membershipsOf } from './members.ts'

function readSession(row: Selectable<Tables['session']>): SessionRow {
  return { ...toFields(row), method: row.method as SignInMethod }
}

export class PostgresSessions implements SessionDirectory {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async insert(session: SessionRow): Promise<void> {
    await this.#database
      .insertInto('session')
      .values({
        id: session.id,
        person_id: session.personId,
        token_hash: session.tokenHash,
        state: session.state,
        method: session.method,
        address: session.address,
        created_at: session.createdAt,
        last_seen_at: session.lastSeenAt,
        second_factor_at: session.secondFactorAt,
      })
      .execute()
  }

  async byToken(tokenHash: Buffer, now: Date): Promise<SessionFacts | undefined> {
    const row = await this.#database
      .selectFrom('session')
      .selectAll()
      .where('token_hash', '=', tokenHash)
      .executeTakeFirst()
    if (!row) return undefined
    const [person, memberships, grants] = await Promise.all([
      this.#database
        .selectFrom('person')
        .select(['id', 'email', 'name', 'status'])
        .where('id', '=', row.person_id)
        .executeTakeFirst(),
      membershipsOf(this.#database, row.person_id),
      this.#database
        .selectFrom('break_glass')
        .select(['id', 'account_id', 'mode', 'expires_at'])
        .where('session_id', '=', row.id)
        .where('expires_at', '>', now)
        .execute(),
    ])
    return person && { session: readSession(row), person, memberships, grants: grants.map(toFields) }
  }

  async of(personId: string): Promise<SessionRow[]> {
    const rows = await this.#database
      .selectFrom('session')
      .selectAll()
      .where('person_id', '=', personId)
      .where('ended_at', 'is', null)
      .orderBy('created_at', 'desc')
      .limit(100)
      .execute()
    return rows.map(readSession)
  }

  async touch(id: string, at: Date): Promise<void> {
    await this.#database
      .updateTable('session')
      .set({ last_seen_at: sql`greatest(last_seen_at, ${at}::timestamptz)` })
      .where('id', '=', id)
      .where('ended_at', 'is', null)
      .execute()
  }

  async promote(id: string, tokenHash: Buffer, at: Date): Promise<boolean> {
    const result = await this.#database
      .updateTable('session')
      .set({ state: 'active', token_hash: tokenHash, second_factor_at: at, last_seen_at: at })
      .where('id', '=', id)
      .where('ended_at', 'is', null)
      .executeTakeFirst()
    return result.numUpdatedRows > 0n
  }

  async end(id: string, personId: string, reason: string, at: Date): Promise<boolean> {
    const result = await this.#database
      .updateTable('session')
      .set({ ended_at: at, end_reason: reason })
      .where('id', '=', id)
      .where('person_id', '=', personId)
      .where('ended_at', 'is', null)
      .executeTakeFirst()
    return result.numUpdatedRows > 0n
  }

  async endAll(personId: string, reason: string, at: Date, exceptId = ''): Promise<number> {
    const result = await this.#database
      .updateTable('session')
      .set({ ended_at: at, end_reason: reason })
      .where('person_id', '=', personId)
      .where('id', '<>', exceptId)
      .where('ended_at', 'is', null)
      .executeTakeFirst()
    return Number(result.numUpdatedRows)
  }
}
