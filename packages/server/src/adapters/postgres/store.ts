import { sql } from 'kysely'
import type { Scope, Store, SystemTx, TransactionOptions, Tx } from '../../ports/store.ts'
import { PostgresAccounts } from './accounts.ts'
import { PostgresApiKeys } from './api-keys.ts'
import { PostgresAttempts } from './attempts.ts'
import { PostgresAudit } from './audit.ts'
import { bindConnection, type Database } from './connection.ts'
import { PostgresDocuments } from './documents.ts'
import { PostgresEvents } from './events.ts'
import { PostgresFaxes } from './faxes.ts'
import { PostgresIdempotency } from './idempotency.ts'
import { PostgresReceived } from './received.ts'
import { PostgresSystem } from './system.ts'
import { TenancyPlugin } from './tenancy.ts'
import { PostgresTrunks } from './trunks.ts'
import { PostgresWebhooks } from './webhooks.ts'

const ACCOUNT_ID_PATTERN = /^[a-z]{2,5}_[0-9A-Za-z]{1,40}$/

/** The store over PostgreSQL ≥ 15. */
export function createPostgresStore(database: Database): Store {
  return {
    asAccount: (scope, work, options) => asAccount(database, scope, work, options),
    asSystem: (work, options) => asSystem(database, work, options),
  }
}

/**
 * One transaction for one account. `begin` and the session variables that row-level security reads go in one round trip, which
 * the simple protocol allows only without parameters: so both values are checked to be what they must be.
 */
function asAccount<T>(
  database: Database,
  scope: Scope,
  work: (tx: Tx) => Promise<T>,
  options?: TransactionOptions,
): Promise<T> {
  if (!ACCOUNT_ID_PATTERN.test(scope.accountId)) throw new TypeError('An account id has an impossible shape.')
  const mode = scope.mode === 'live' ? 'live' : 'test'
  const opening =
    `begin; select set_config('answerback.account', '${scope.accountId}', true), ` +
    `set_config('answerback.mode', '${mode}', true)${commitMode(options)}`
  return inTransaction(database, opening, (connection) => work(createTx(connection, scope)))
}

function asSystem<T>(
  database: Database,
  work: (tx: SystemTx) => Promise<T>,
  options?: TransactionOptions,
): Promise<T> {
  const opening = `begin; select set_config('answerback.account', '*', true)${commitMode(options)}`
  return inTransaction(database, opening, (connection) => work(new PostgresSystem(connection)))
}

/** An asynchronous commit is in the log in its order, so whatever later commit is kept, this one is too. */
function commitMode(options: TransactionOptions | undefined): string {
  return options?.durable === false ? ", set_config('synchronous_commit', 'off', true)" : ''
}

function inTransaction<T>(
  database: Database,
  opening: string,
  work: (connection: Database) => Promise<T>,
): Promise<T> {
  return database.connection().execute(async (connection) => {
    await sql.raw(opening).execute(connection)
    try {
      const result = await work(connection)
      // A bare `commit` of an aborted transaction rolls back and reports success; the statement before it fails instead.
      await sql.raw('select 1; commit').execute(connection)
      return result
    } catch (error) {
      // A connection that cannot roll back is broken; the pool drops it, and the first error is the one that tells why.
      await sql
        .raw('rollback')
        .execute(connection)
        .catch(() => undefined)
      throw error
    }
  })
}

function createTx(connection: Database, scope: Scope): Tx {
  const fenced = connection.withPlugin(new TenancyPlugin(scope))
  const tx: Tx = {
    scope,
    faxes: new PostgresFaxes(fenced, scope),
    attempts: new PostgresAttempts(fenced, scope),
    documents: new PostgresDocuments(fenced, scope),
    events: new PostgresEvents(fenced, scope),
    webhooks: new PostgresWebhooks(fenced, scope),
    apiKeys: new PostgresApiKeys(fenced, scope),
    audit: new PostgresAudit(fenced, scope),
    trunks: new PostgresTrunks(fenced, scope),
    received: new PostgresReceived(fenced, scope),
    idempotency: new PostgresIdempotency(fenced, scope),
    accounts: new PostgresAccounts(fenced, scope),
  }
  bindConnection(tx, connection)
  return tx
}
