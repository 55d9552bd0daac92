import type { AccountDirectory, AccountRepository } from './account-store.ts'
import type { ApiKeyRepository } from './api-key-store.ts'
import type { AssociateRepository } from './associate-store.ts'
import type { AttemptRepository } from './attempt-store.ts'
import type { AuditLog, AuditRepository } from './audit-store.ts'
import type { BreakGlassRepository } from './break-glass-store.ts'
import type { CertificateDirectory, CertificateRepository } from './certificate-store.ts'
import type { ComplianceRepository } from './compliance-store.ts'
import type { Ceremonies, Credentials, GuessLedger, PasswordResets } from './credential-store.ts'
import type { DestinationSlots } from './destination-slots.ts'
import type { DestructionRepository } from './destruction-store.ts'
import type { DocumentRepository } from './document-store.ts'
import type { DueWork } from './due-work.ts'
import type { EventRepository } from './event-store.ts'
import type { FaxRepository } from './fax-store.ts'
import type { IdempotencyRepository } from './idempotency-store.ts'
import type { KeyringRows } from './keyring-store.ts'
import type { Leftovers } from './leftovers.ts'
import type { LegalHoldRepository } from './legal-hold-store.ts'
import type { RateLedger, UsageRepository } from './limit-store.ts'
import type { MailboxRepository, RouteRepository } from './mailbox-store.ts'
import type { NoticeRepository } from './notice-store.ts'
import type { NumberRepository } from './number-store.ts'
import type { PageRepository } from './page-store.ts'
import type { PatientRepository } from './patient-store.ts'
import type { MemberRepository, PeopleDirectory } from './people-store.ts'
import type { ProviderDirectory, ProviderRepository } from './provider-store.ts'
import type { ReceivedNoteRepository } from './received-note-store.ts'
import type { ReceivedPageRepository } from './received-page-store.ts'
import type { ReceivedRepository } from './received-store.ts'
import type { IncidentRepository, RecipientRepository } from './recipient-store.ts'
import type { ReconciliationRepository } from './reconciliation-store.ts'
import type { RetentionRepository } from './retention-store.ts'
import type { Scope } from './scope.ts'
import type { SessionDirectory } from './session-store.ts'
import type { TrunkCalls, TrunkRepository } from './trunk-store.ts'
import type { WebhookRepository } from './webhook-store.ts'

/**
 * The one place that says whose rows a query touches. Every query of the product runs inside `asAccount` or `asSystem`;
 * both set the session variables that row-level security will read.
 */
export interface Store {
  asAccount<T>(scope: Scope, work: (tx: Tx) => Promise<T>, options?: TransactionOptions): Promise<T>
  /** Work that belongs to no account: finding a key by its hash, due rows, lost leases, destination slots. */
  asSystem<T>(work: (tx: SystemTx) => Promise<T>, options?: TransactionOptions): Promise<T>
}

export interface TransactionOptions {
  /**
   * `false` when a power cut in the next half second may undo the work as a whole, because it would then simply be done
   * again: it does not wait for the disk. Default true. Later transactions are never kept without it.
   */
  readonly durable?: boolean
  /** The account's row is read while the transaction is opened, so that `accounts.get()` costs no round trip of its own. */
  readonly readsAccount?: boolean
}

/** A transaction bound to one account and mode. Repositories never take an account id: the scope is theirs. */
export interface Tx {
  readonly scope: Scope
  readonly faxes: FaxRepository
  readonly attempts: AttemptRepository
  readonly documents: DocumentRepository
  readonly pages: PageRepository
  readonly events: EventRepository
  readonly webhooks: WebhookRepository
  readonly apiKeys: ApiKeyRepository
  readonly audit: AuditRepository
  readonly idempotency: IdempotencyRepository
  readonly accounts: AccountRepository
  readonly trunks: TrunkRepository
  readonly received: ReceivedRepository
  readonly receivedPages: ReceivedPageRepository
  readonly receivedNotes: ReceivedNoteRepository
  readonly providers: ProviderRepository
  readonly reconciliations: ReconciliationRepository
  readonly numbers: NumberRepository
  readonly mailboxes: MailboxRepository
  readonly inboundRoutes: RouteRepository
  readonly notices: NoticeRepository
  readonly associates: AssociateRepository
  readonly compliance: ComplianceRepository
  readonly retention: RetentionRepository
  readonly legalHolds: LegalHoldRepository
  readonly destruction: DestructionRepository
  readonly patients: PatientRepository
  readonly certificates: CertificateRepository
  readonly members: MemberRepository
  readonly breakGlass: BreakGlassRepository
  readonly recipients: RecipientRepository
  readonly incidents: IncidentRepository
  readonly usage: UsageRepository
}

/** A transaction over all accounts. What it finds is worked on in a `Tx` of its own. */
export interface SystemTx {
  readonly accounts: AccountDirectory
  readonly people: PeopleDirectory
  readonly sessions: SessionDirectory
  readonly credentials: Credentials
  readonly ceremonies: Ceremonies
  readonly passwordResets: PasswordResets
  readonly guesses: GuessLedger
  readonly providers: ProviderDirectory
  readonly due: DueWork
  readonly destinations: DestinationSlots
  readonly trunkCalls: TrunkCalls
  readonly rates: RateLedger
  readonly keyring: KeyringRows
  readonly auditLog: AuditLog
  /** The audit of one account and mode, for an entry of what is done in this transaction. */
  auditOf(scope: Scope): Pick<AuditRepository, 'append'>
  readonly certificates: CertificateDirectory
  readonly leftovers: Leftovers
}
