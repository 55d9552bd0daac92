import type { Scope } from '../../../ports/store/scope.ts'
import type { Database } from './connection.ts'

/** What every repository has: a database that sees one account's rows, and the columns its inserts must carry. */
export class Repository {
  protected readonly database: Database
  protected readonly scope: Scope

  constructor(database: Database, scope: Scope) {
    this.database = database
    this.scope = scope
  }

  protected get account(): { account_id: string } {
    return { account_id: this.scope.accountId }
  }

  protected get owner(): { account_id: string; mode: 'test' | 'live' } {
    return { account_id: this.scope.accountId, mode: this.scope.mode }
  }
}
