import type { AccountRow } from '../../ports/store/account-store.ts'
import type { Scope } from '../../ports/store/scope.ts'
import type { Store, SystemTx, TransactionOptions, Tx } from '../../ports/store/store.ts'
import { PostgresAccounts, readAccountRow } from './account/accounts.ts'
import { PostgresApiKeys } from './account/api-keys.ts'
import { PostgresIdempotency } from './account/idempotency.ts'
import { PostgresUsage } from './account/usage.ts'
import { PostgresAssociates } from './associates/associates.ts'
import { PostgresAudit } from './audit/audit.ts'
import { PostgresCompliance } from './compliance.ts'
import { bindConnection, type Connection, type PostgresPool } from './connection/connection.ts'
import { PostgresAttempts } from './faxes/attempts.ts'
import { PostgresDocuments } from './faxes/documents.ts'
import { PostgresFaxes } from './faxes/faxes.ts'
import { PostgresPages } from './faxes/pages.ts'
import { PostgresInboundRoutes } from './inbox/inbound-routes.ts'
import { PostgresMailboxes } from './inbox/mailboxes.ts'
import { PostgresReceived } from './inbox/received.ts'
import { PostgresReceivedNotes } from './inbox/received-notes.ts'
import { PostgresReceivedPages } from './inbox/received-pages.ts'
import { PostgresNotices } from './notices.ts'
import { PostgresNumbers } from './numbers/numbers.ts'
import { PostgresPatients } from './patients/patients.ts'
import { PostgresBreakGlass } from './people/break-glass.ts'
import { PostgresMembers } from './people/members.ts'
import { PostgresProviders } from './providers/providers.ts'
import { PostgresReconciliations } from './providers/reconciliations.ts'
import { PostgresIncidents } from './recipients/incidents.ts'
import { PostgresRecipients } from './recipients/recipients.ts'
import { PostgresCertificates } from './retention/certificates.ts'
import { PostgresDestruction } from './retention/destruction.ts'
import { PostgresLegalHolds } from './retention/legal-holds.ts'
import { PostgresRetention } from './retention/retention.ts'
import { createSystemTx } from './system.ts'
import { TenancyPlugin } from './tenancy/tenancy.ts'
import { PostgresTrunks } from './trunks/trunks.ts'
import { PostgresEvents } from './webhooks/events.ts'
import { PostgresWebhooks } from './webhooks/webhooks.ts'

const ACCOUNT_ID_PATTERN = /^[a-z]{2,5}_[0-9A-Za-z]{1,40}$/

/** The store over PostgreSQL ≥ 15. */
export function createPostgresStore(pool: PostgresPool): Store {
  return {
    asAccount: (scope, work, options) => asAccount(pool, scope, work, options),
    asSystem: (work, options) => asSystem(pool, work, options),
  }
}

/**
 * One transaction for one account. `begin` and the session variables that row-level security reads go in one round trip, which
 * the simple protocol allows only without parameters: so both values are checked to be what they must be.
 */
function asAccount<T>(
  pool: PostgresPool,
  scope: Scope,
  work: (tx: Tx) => Promise<T>,
  options?: TransactionOptions,
): Promise<T> {
  if (!ACCOUNT_ID_PATTERN.test(scope.accountId)) throw new TypeError('An account id has an impossible shape.')
  const mode = scope.mode === 'live' ? 'live' : 'test'
  const opening =
    `begin; select set_config('answerback.account', '${scope.accountId}', true), ` +
    `set_config('answerback.mode', '${mode}', true)${commitMode(options)}`
  return inTransaction(pool, async (connection) => {
    if (options?.readsAccount !== true) {
      await connection.run(opening)
      return work(createTx(connection, scope))
    }
    // Sent with the opening. Only a read may be: were the opening to fail, what is sent with it would run outside a transaction.
    const [, account] = await Promise.all([
      connection.run(opening),
      readAccountRow(connection, scope.accountId),
    ])
    return work(createTx(connection, scope, account))
  })
}

function asSystem<T>(
  pool: PostgresPool,
  work: (tx: SystemTx) => Promise<T>,
  options?: TransactionOptions,
): Promise<T> {
  const opening = `begin; select set_config('answerback.account', '*', true), set_config('answerback.mode', '*', true)${commitMode(options)}`
  return inTransaction(pool, async (connection) => {
    await connection.run(opening)
    return work(createSystemTx(connection.database))
  })
}

/** An asynchronous commit is in the log in its order, so whatever later commit is kept, this one is too. */
function commitMode(options: TransactionOptions | undefined): string {
  return options?.durable === false ? ", set_config('synchronous_commit', 'off', true)" : ''
}

/** @param work opens the transaction first of all */
function inTransaction<T>(pool: PostgresPool, work: (connection: Connection) => Promise<T>): Promise<T> {
  return pool.withConnection(async (connection) => {
    try {
      const result = await work(connection)
      // A bare `commit` of an aborted transaction rolls back and reports success; the statement before it fails instead.
      await connection.run('select 1; commit')
      return result
    } catch (error) {
      // Answered after whatever was sent before it, so the connection is idle when the pool gets it back. One that cannot roll
      // back is broken; the pool drops it, and the first error is the one that tells why.
      await connection.run('rollback').catch(() => undefined)
      throw error
    }
  })
}

function createTx(connection: Connection, caller: Scope, account?: AccountRow): Tx {
  const fenced = connection.database.withPlugin(new TenancyPlugin(caller))
  // What a person is held to ends with their request: the work it sets going is the account's.
  const scope: Scope = { accountId: caller.accountId, mode: caller.mode }
  const tx: Tx = {
    scope,
    faxes: new PostgresFaxes(fenced, scope),
    attempts: new PostgresAttempts(fenced, scope),
    documents: new PostgresDocuments(fenced, scope),
    pages: new PostgresPages(fenced, scope),
    events: new PostgresEvents(fenced, scope),
    webhooks: new PostgresWebhooks(fenced, scope),
    apiKeys: new PostgresApiKeys(fenced, scope),
    audit: new PostgresAudit(fenced, scope),
    trunks: new PostgresTrunks(fenced, scope),
    received: new PostgresReceived(fenced, scope),
    receivedPages: new PostgresReceivedPages(fenced, scope),
    receivedNotes: new PostgresReceivedNotes(fenced, scope),
    providers: new PostgresProviders(fenced, scope),
    reconciliations: new PostgresReconciliations(fenced, scope),
    numbers: new PostgresNumbers(fenced, scope),
    mailboxes: new PostgresMailboxes(fenced, scope),
    inboundRoutes: new PostgresInboundRoutes(fenced, scope),
    notices: new PostgresNotices(fenced, scope),
    associates: new PostgresAssociates(fenced, scope),
    compliance: new PostgresCompliance(fenced, scope),
    retention: new PostgresRetention(fenced, scope),
    legalHolds: new PostgresLegalHolds(fenced, scope),
    destruction: new PostgresDestruction(fenced, scope),
    patients: new PostgresPatients(fenced, scope),
    certificates: new PostgresCertificates(fenced, scope),
    members: new PostgresMembers(fenced, scope),
    breakGlass: new PostgresBreakGlass(fenced, scope),
    recipients: new PostgresRecipients(fenced, scope),
    incidents: new PostgresIncidents(fenced, scope),
    usage: new PostgresUsage(fenced, scope),
    idempotency: new PostgresIdempotency(fenced, scope),
    accounts: new PostgresAccounts(fenced, scope, account),
  }
  bindConnection(tx, connection)
  return tx
}
