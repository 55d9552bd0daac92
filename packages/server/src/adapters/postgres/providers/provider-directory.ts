import type { ProviderDirectory } from '../../../ports/store/provider-store.ts'
import type { Scope } from '../../../ports/store/scope.ts'
import type { Database } from '../connection/connection.ts'
import { toFound } from '../found.ts'

export class PostgresProviderDirectory implements ProviderDirectory {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async findByHook(tokenHash: Buffer): Promise<{ scope: Scope; providerId: string } | undefined> {
    const row = await this.#database
      .selectFrom('provider')
      .select(['id', 'account_id', 'mode'])
      .where('hook_token_hash', '=', tokenHash)
      .executeTakeFirst()
    return row && { scope: toFound(row).scope, providerId: row.id }
  }
}
