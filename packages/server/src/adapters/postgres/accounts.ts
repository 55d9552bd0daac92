import { type Selectable, sql } from 'kysely'
import { Fault } from '../../domain/fax.ts'
import type { AccountRepository, AccountRow, AccountSettings } from '../../ports/store.ts'
import { toFields } from './casing.ts'
import { Repository } from './repository.ts'
import type { Tables } from './tables.ts'

export function readAccount(row: Selectable<Tables['account']>): AccountRow {
  return { ...toFields(row), settings: row.settings as AccountSettings }
}

export class PostgresAccounts extends Repository implements AccountRepository {
  async get(): Promise<AccountRow> {
    const row = await this.database.selectFrom('account').selectAll().executeTakeFirst()
    if (!row) throw new Fault('The account of this transaction does not exist.')
    return readAccount(row)
  }

  async advanceTestClock(byMs: number): Promise<number> {
    const row = await this.database
      .updateTable('account')
      .set({ test_clock_offset_ms: sql`test_clock_offset_ms + ${byMs}` })
      .returning('test_clock_offset_ms')
      .executeTakeFirstOrThrow()
    return row.test_clock_offset_ms
  }

  async updateSettings(settings: AccountSettings): Promise<void> {
    await this.database
      .updateTable('account')
      .set({ settings: JSON.stringify(settings) })
      .execute()
  }
}
