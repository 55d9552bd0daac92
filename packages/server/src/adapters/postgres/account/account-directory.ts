import type {
  AccountDirectory,
  AccountObstacle,
  AccountRow,
  ClosedAccount,
} from '../../../ports/store/account-store.ts'
import type { ApiKeyRow } from '../../../ports/store/api-key-store.ts'
import type { Database } from '../connection/connection.ts'
import { toFields } from '../schema/casing.ts'
import { IS_OPEN, readAccount } from './accounts.ts'
import { accountObstacle, closeAccount } from './close-account.ts'

export class PostgresAccountDirectory implements AccountDirectory {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async create(account: AccountRow): Promise<void> {
    await this.#database
      .insertInto('account')
      .values({
        id: account.id,
        name: account.name,
        wrapped_key: account.wrappedKey,
        test_clock_offset_ms: account.testClockOffsetMs,
        settings: JSON.stringify(account.settings),
        created_at: account.createdAt,
      })
      .execute()
  }

  async list(): Promise<AccountRow[]> {
    const rows = await this.#database.selectFrom('account').selectAll().where(IS_OPEN).orderBy('id').execute()
    return rows.map(readAccount)
  }

  async findApiKey(hash: Buffer): Promise<ApiKeyRow | undefined> {
    const row = await this.#database
      .selectFrom('api_key')
      .selectAll()
      .where('hash', '=', hash)
      .executeTakeFirst()
    return row && toFields(row)
  }

  obstacle(accountId: string): Promise<AccountObstacle | undefined> {
    return accountObstacle(this.#database, accountId)
  }

  close(accountId: string, at: Date): Promise<ClosedAccount> {
    return closeAccount(this.#database, accountId, at)
  }
}
