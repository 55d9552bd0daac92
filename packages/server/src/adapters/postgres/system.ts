import type { SystemTx } from '../../ports/store/store.ts'
import { PostgresAccountDirectory } from './account/account-directory.ts'
import { PostgresKeyringRows } from './account/keyring-rows.ts'
import { PostgresRateLedger } from './account/rate-ledger.ts'
import { PostgresAudit } from './audit/audit.ts'
import { PostgresAuditLog } from './audit/audit-log.ts'
import type { Database } from './connection/connection.ts'
import { PostgresDueWork } from './due-work.ts'
import { PostgresDestinationSlots } from './faxes/destination-slots.ts'
import { PostgresCeremonies } from './people/ceremonies.ts'
import { PostgresCredentials } from './people/credentials.ts'
import { PostgresGuesses } from './people/guesses.ts'
import { PostgresPasswordResets } from './people/password-resets.ts'
import { PostgresPeople } from './people/people.ts'
import { PostgresSessions } from './people/sessions.ts'
import { PostgresProviderDirectory } from './providers/provider-directory.ts'
import { PostgresCertificateDirectory } from './retention/certificates.ts'
import { PostgresLeftovers } from './retention/leftovers.ts'
import { TenancyPlugin } from './tenancy/tenancy.ts'
import { PostgresTrunkCalls } from './trunks/trunk-calls.ts'

/** What a transaction over all accounts may ask for. */
export function createSystemTx(database: Database): SystemTx {
  return {
    accounts: new PostgresAccountDirectory(database),
    people: new PostgresPeople(database),
    sessions: new PostgresSessions(database),
    credentials: new PostgresCredentials(database),
    ceremonies: new PostgresCeremonies(database),
    passwordResets: new PostgresPasswordResets(database),
    guesses: new PostgresGuesses(database),
    providers: new PostgresProviderDirectory(database),
    due: new PostgresDueWork(database),
    destinations: new PostgresDestinationSlots(database),
    trunkCalls: new PostgresTrunkCalls(database),
    rates: new PostgresRateLedger(database),
    keyring: new PostgresKeyringRows(database),
    auditLog: new PostgresAuditLog(database),
    auditOf: (scope) => new PostgresAudit(database.withPlugin(new TenancyPlugin(scope)), scope),
    certificates: new PostgresCertificateDirectory(database),
    leftovers: new PostgresLeftovers(database),
  }
}
