import { type Selectable, sql } from 'kysely'
import { Fault } from '../../../domain/fax/fax.ts'
import type { AccountRepository, AccountRow, AccountSettings } from '../../../ports/store/account-store.ts'
import type { Scope } from '../../../ports/store/scope.ts'
import type { Connection, Database } from '../connection/connection.ts'
import { Repository } from '../connection/repository.ts'
import { toFields } from '../schema/casing.ts'
import type { Tables } from '../schema/tables.ts'

/** A closed account has no key any more. */
export const IS_OPEN = sql<boolean>`octet_length(wrapped_key) > 0`

export function readAccount(row: Selectable<Tables['account']>): AccountRow {
  return { ...toFields(row), settings: row.settings as AccountSettings }
}

/** The account's row before its transaction's repositories exist. The text never changes, so it is compiled once a process. */
export async function readAccountRow(
  connection: Connection,
  accountId: string,
): Promise<AccountRow | undefined> {
  const { rows } = await connection.run('select * from account where id = $1', [accountId])
  return rows[0] && readAccount(rows[0])
}

export class PostgresAccounts extends Repository implements AccountRepository {
  #known: AccountRow | undefined

  /** @param known the row as this transaction read it when it was opened */
  constructor(database: Database, scope: Scope, known?: AccountRow) {
    super(database, scope)
    this.#known = known
  }

  async get(): Promise<AccountRow> {
    if (this.#known) return this.#known
    const row = await this.database.selectFrom('account').selectAll().executeTakeFirst()
    if (!row) throw new Fault('The account of this transaction does not exist.')
    return readAccount(row)
  }

  async advanceTestClock(byMs: number): Promise<number> {
    this.#known = undefined
    const row = await this.database
      .updateTable('account')
      .set({ test_clock_offset_ms: sql`test_clock_offset_ms + ${byMs}` })
      .returning('test_clock_offset_ms')
      .executeTakeFirstOrThrow()
    return row.test_clock_offset_ms
  }

  async updateSettings(settings: AccountSettings): Promise<void> {
    this.#known = undefined
    await this.database
      .updateTable('account')
      .set({ settings: JSON.stringify(settings) })
      .execute()
  }
}
