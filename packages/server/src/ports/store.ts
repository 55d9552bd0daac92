import type { LoggedEntry } from '../domain/audit-leaf.ts'
import type { DestinationRules } from '../domain/destination-rules.ts'
import type { CallEnd, Disposition } from '../domain/disposition.ts'
import type { EventType } from '../domain/event.ts'
import type { FaxStatus, Mode } from '../domain/fax.ts'
import type { JournalEntry } from '../domain/journal.ts'
import type { HoldReason, MisdirectionSettings } from '../domain/misdirection.ts'
import type { OutboundLine } from '../domain/provider.ts'
import type { Quotas } from '../domain/quota.ts'
import type { RetryOverrides } from '../domain/retry-overrides.ts'
import type { EndedAttempt } from '../domain/retry-policy.ts'
import type { AssociateRepository, DueAssociates } from './associate-store.ts'
import type { AuditLog } from './audit-store.ts'
import type { ComplianceRepository } from './compliance-store.ts'
import type { KeyringRows } from './keyring-store.ts'
import type { RateLedger, UsageRepository } from './limit-store.ts'
import type { MailboxRepository, RouteRepository } from './mailbox-store.ts'
import type { NoticeRepository, UnsentNotices } from './notice-store.ts'
import type { NumberOrders, NumberRepository } from './number-store.ts'
import type { BreakGlassRepository, MemberRepository, PeopleDirectory } from './people-store.ts'
import type { ProviderLookups, ProviderRepository } from './provider-store.ts'
import type { LostReceptions, OverdueReceived, ReceivedRepository } from './received-store.ts'
import type { IncidentRepository, RecipientRepository } from './recipient-store.ts'
import type { ReconciliationRepository } from './reconciliation-store.ts'
import type { RetentionRepository, RetentionSweep } from './retention-store.ts'
import type { TrunkCalls, TrunkRepository } from './trunk-store.ts'

/** Whose rows a transaction may touch. Test and live data of one account are two worlds. */
export interface Scope {
  readonly accountId: string
  readonly mode: Mode
  /** What a person is held to: mailboxes of these departments, and what lies in them. Absent: all. */
  readonly departments?: readonly string[]
}

/** Who did it, for the audit. `requestId` ties an entry to an HTTP request or a job. */
export interface Actor {
  readonly kind: 'key' | 'user' | 'system'
  readonly id: string
  readonly requestId: string | null
}

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
  readonly events: EventRepository
  readonly webhooks: WebhookRepository
  readonly apiKeys: ApiKeyRepository
  readonly audit: AuditRepository
  readonly idempotency: IdempotencyRepository
  readonly accounts: AccountRepository
  readonly trunks: TrunkRepository
  readonly received: ReceivedRepository
  readonly providers: ProviderRepository
  readonly reconciliations: ReconciliationRepository
  readonly numbers: NumberRepository
  readonly mailboxes: MailboxRepository
  readonly inboundRoutes: RouteRepository
  readonly notices: NoticeRepository
  readonly associates: AssociateRepository
  readonly compliance: ComplianceRepository
  readonly retention: RetentionRepository
  readonly members: MemberRepository
  readonly breakGlass: BreakGlassRepository
  readonly recipients: RecipientRepository
  readonly incidents: IncidentRepository
  readonly usage: UsageRepository
}

export interface SystemTx
  extends TrunkCalls,
    DueAssociates,
    LostReceptions,
    OverdueReceived,
    UnsentNotices,
    NumberOrders,
    ProviderLookups,
    RateLedger,
    RetentionSweep,
    KeyringRows {
  readonly auditLog: AuditLog
  readonly people: PeopleDirectory
  createAccount(account: AccountRow): Promise<void>
  listAccounts(): Promise<AccountRow[]>
  findApiKey(hash: Buffer): Promise<ApiKeyRow | undefined>
  /** Faxes whose `nextActionAt` has passed (test mode: on the account's own clock) and that nobody holds. */
  dueFaxes(now: Date, limit: number): Promise<{ scope: Scope; id: string; priority: number }[]>
  dueDeliveries(now: Date, limit: number): Promise<{ scope: Scope; id: string }[]>
  /** Faxes whose worker stopped renewing its lease. */
  lostLeases(now: Date, limit: number): Promise<{ scope: Scope; id: string }[]>
  /** Takes one of `places` calls to a destination, or tells that all are taken by leases still running. */
  takeDestination(slot: Buffer, faxId: string, places: number, now: Date, until: Date): Promise<boolean>
  renewDestination(slot: Buffer, faxId: string, until: Date): Promise<void>
  /** The fax that waits for a call of one of these trunks, highest priority first, then the oldest. */
  waitingForTrunks(trunkIds: readonly string[]): Promise<{ scope: Scope; id: string } | undefined>
  /** Frees it and names the fax that waits for it (`waitingSince`), highest priority first, then the oldest. */
  releaseDestination(
    slot: Buffer,
    faxId: string,
    now: Date,
  ): Promise<{ scope: Scope; id: string } | undefined>
  deleteExpired(now: Date): Promise<{ blobKeys: string[] }>
}

export interface AccountRow {
  readonly id: string
  readonly name: string
  readonly wrappedKey: Buffer
  readonly testClockOffsetMs: number
  readonly settings: AccountSettings
  readonly createdAt: Date
  /** When its key was last given a new version, or that was put to use; `null` while no version is new. */
  readonly keyRotatedAt?: Date | null
}

export interface AccountSettings {
  readonly stationId?: string
  readonly headerText?: string
  readonly callerId?: string
  readonly paper?: 'letter' | 'a4' | 'legal'
  readonly timeZone?: string
  readonly retryPolicy?: RetryOverrides
  readonly coverTemplates?: Readonly<Record<string, unknown>>
  readonly duplicateGuardMinutes?: number
  /** How live faxes leave; absent: `DEFAULT_OUTBOUND_LINE`. */
  readonly outboundLine?: OutboundLine
  /** Cover sheets carry a return code unless a fax says otherwise. */
  readonly returnCodes?: boolean
  /** What an iFax client gets that asks for faxes marked `Done`: all that were received (default), or those somebody marked. */
  readonly ifaxMarkedAs?: 'received' | 'marked'
  /** What keeps faxes from wrong numbers, where it differs from the defaults of `domain/misdirection.ts`. */
  readonly misdirection?: MisdirectionSettings
  /** Where live faxes may go, and how much: never more than the operator lets everybody. */
  readonly destinations?: DestinationRules
  readonly quotas?: Quotas
}

export interface AccountRepository {
  get(): Promise<AccountRow>
  /** Moves the test clock on; only test-mode rows read it. Returns the new offset in ms. */
  advanceTestClock(byMs: number): Promise<number>
  updateSettings(settings: AccountSettings): Promise<void>
}

export interface FaxSource {
  readonly documentId: string
  readonly pages: readonly string[] | null
  /** A document that came with the fax: its row is written together with the fax's. */
  readonly document?: DocumentRow
}

export interface NewFax {
  readonly id: string
  readonly status: 'scheduled' | 'queued'
  readonly priority: number
  readonly toSealed: Buffer
  readonly toHash: Buffer
  /** Installation-wide keyed hash of the number (and of the account in test mode): one call at a time per destination. */
  readonly toSlot: Buffer
  readonly fromSealed: Buffer | null
  /** Cover fields, client reference, header text: sealed JSON. */
  readonly detailsSealed: Buffer
  readonly resolution: 'standard' | 'fine' | 'superfine'
  readonly paper: 'letter' | 'a4' | 'legal'
  readonly renderMode: 'auto' | 'text' | 'photo'
  readonly contentHash: Buffer
  readonly resendOf: string | null
  readonly tags: readonly string[]
  readonly createdAt: Date
  readonly sendAt: Date | null
  readonly nextActionAt: Date
  readonly deadlineAt: Date
  readonly sources: readonly FaxSource[]
  /** Set on a resend: pages rendered for the original are sent again as they are. */
  readonly pagesDocumentId: string | null
  readonly pageCount: number | null
  readonly estimatedSeconds: number | null
  /** Accepted, and called only when a person has looked at the number. */
  readonly hold?: NumberHold
}

/** Why a fax waits for a person. */
export interface NumberHold {
  readonly reason: HoldReason
  /** Ids of confirmed recipients whose number is a slip away. */
  readonly neighbours: readonly string[]
}

export interface FaxRow extends Omit<NewFax, 'status' | 'sources' | 'nextActionAt' | 'hold'> {
  readonly accountId: string
  readonly mode: Mode
  readonly jobId: number
  readonly status: FaxStatus
  /** Number of the last event told about this fax. */
  readonly sequence: number
  readonly pagesConfirmed: number
  readonly attemptCount: number
  readonly disposition: Disposition | null
  /** Stable code of the API taxonomy; `null` while nothing went wrong. */
  readonly code: string | null
  readonly message: string | null
  readonly startedAt: Date | null
  readonly endedAt: Date | null
  readonly cancelRequestedAt: Date | null
  /** Fencing token: rises with every lease; a worker with an older one can write nothing. */
  readonly leaseToken: number
  readonly leaseUntil: Date | null
  readonly nextActionAt: Date | null
  /** Since when it waits for another call to the same destination to end. Cleared by every lease. */
  readonly waitingSince: Date | null
  /** Trunks that had no call free for it: it waits for one of them. Cleared by every lease. */
  readonly waitingTrunks: readonly string[] | null
  /** Not `null`: it waits for a person, who releases or cancels it before `deadlineAt`. */
  readonly holdReason: HoldReason | null
  readonly heldAt: Date | null
  readonly holdNeighbours: readonly string[] | null
  /** Its documents are destroyed, but for those another fax uses. */
  readonly contentDeletedAt: Date | null
  /** Also who it was from and to: sealed fields and hashes are empty. */
  readonly shreddedAt: Date | null
}

export type FaxPatch = Partial<
  Pick<
    FaxRow,
    | 'pagesDocumentId'
    | 'pageCount'
    | 'pagesConfirmed'
    | 'estimatedSeconds'
    | 'attemptCount'
    | 'disposition'
    | 'code'
    | 'message'
    | 'startedAt'
    | 'endedAt'
    | 'cancelRequestedAt'
    | 'waitingSince'
    | 'waitingTrunks'
    | 'holdReason'
    | 'heldAt'
    | 'holdNeighbours'
    | 'deadlineAt'
  >
> & { readonly nextActionAt?: Date | null }

export interface FaxListFilter {
  readonly statuses?: readonly FaxStatus[]
  readonly toHash?: Buffer
  readonly tag?: string
  /** Only those that wait for a person. */
  readonly held?: boolean
  readonly createdAfter?: Date
  readonly createdBefore?: Date
  /** Ids are time-ordered, so an id is the cursor. */
  readonly afterId?: string
  /** Newest first when absent. */
  readonly order?: 'newest' | 'oldest'
  readonly limit: number
}

export interface PageRow {
  readonly number: number
  readonly width: number
  readonly rows: number
  readonly kind: string
  readonly resolution: 'standard' | 'fine' | 'superfine'
  /** Byte range within the pages blob. */
  readonly offset: number
  readonly length: number
  readonly estimatedSeconds: number
}

/** What is recorded together with a fax when it is accepted. */
export interface Acceptance {
  readonly eventId: string
  readonly type: EventType
  /** Of the event; `jobId` is added when it is known. */
  readonly data: Readonly<Record<string, unknown>>
  readonly audit: NewAuditEntry
}

export interface FaxRepository {
  /**
   * Writes the fax, its new documents, the first event about it with a delivery for each subscription that wants it, and the audit
   * entry, in one statement. Returns the integer `jobId` iFax clients use, and the deliveries for the caller to enqueue.
   */
  accept(fax: NewFax, acceptance: Acceptance): Promise<{ jobId: number; deliveryIds: string[] }>
  get(id: string): Promise<FaxRow | undefined>
  getByJobId(jobId: number): Promise<FaxRow | undefined>
  list(filter: FaxListFilter): Promise<FaxRow[]>
  sources(id: string): Promise<{ documentId: string; pages: string[] | null }[]>
  /** A fax with the same destination and content created since `since`, not failed or canceled. */
  findDuplicate(toHash: Buffer, contentHash: Buffer, since: Date): Promise<string | undefined>
  /** Takes the row for one worker. `undefined` when it is terminal or another worker's lease still runs. */
  lease(id: string, now: Date, until: Date): Promise<FaxRow | undefined>
  renewLease(id: string, token: number, until: Date): Promise<boolean>
  releaseLease(id: string, token: number): Promise<void>
  /**
   * Moves the fax from one status to another (or keeps it, when equal) and writes `patch`. Throws `StaleLease` when `token` is
   * given and no longer the row's, `Fault` when the status is not `from`. A terminal status drops lease and schedule.
   */
  transition(id: string, from: FaxStatus, to: FaxStatus, patch: FaxPatch, token?: number): Promise<FaxRow>
  /** Also brings the next look at a fax that a provider has forward to now. */
  requestCancel(id: string, at: Date): Promise<void>
  /** Brings the next look at a fax that is sending forward to `at`. */
  wake(id: string, at: Date): Promise<void>
  putPages(documentId: string, pages: readonly PageRow[]): Promise<void>
  pages(documentId: string): Promise<PageRow[]>
}

/** Another worker took the fax over: this one must drop what it was doing and write nothing more. */
export class StaleLease extends Error {
  override readonly name = 'StaleLease'
}

export interface AttemptRow {
  readonly id: string
  readonly faxId: string
  readonly number: number
  readonly line: string
  readonly trunkId: string | null
  readonly firstPage: number
  readonly startedAt: Date
  readonly connectedAt: Date | null
  readonly endedAt: Date | null
  readonly disposition: Disposition | null
  readonly pagesConfirmed: number
  readonly dataExchanged: 'none' | 'some' | 'unknown' | null
  readonly sipStatus: number | null
  readonly q850Cause: number | null
  readonly t30Result: string | null
  readonly bitRate: number | null
  readonly ecm: boolean | null
  readonly remoteIdSealed: Buffer | null
  readonly remoteNsfSealed: Buffer | null
  readonly answeredAfterMs: number | null
  /** Another trunk took over at once. */
  readonly failedOver: boolean
  /** The provider the fax was handed to; `null` where this server placed the call. */
  readonly providerId: string | null
  /** The provider's name for it, once it said so. */
  readonly upstreamRef: string | null
  /** Its own words about the end. */
  readonly upstreamCode: number | null
  readonly upstreamCause: string | null
}

/** What is sealed of how an attempt ended. */
export interface SealedEvidence {
  readonly remoteId: Buffer | null
  readonly remoteNsf: Buffer | null
  readonly timeline: Buffer | null
}

export interface AttemptRepository {
  /** Journals `dialing` in the same statement: the row exists before the line is touched. */
  begin(attempt: {
    id: string
    faxId: string
    number: number
    line: string
    trunkId: string | null
    providerId: string | null
    firstPage: number
    at: Date
  }): Promise<void>
  journal(attemptId: string, at: Date, entry: JournalEntry): Promise<void>
  end(
    attemptId: string,
    at: Date,
    end: CallEnd,
    pagesConfirmed: number,
    sealed: SealedEvidence,
    failedOver: boolean,
  ): Promise<void>
  /** The attempt that was begun and never ended, if any: its worker died. */
  open(faxId: string): Promise<AttemptRow | undefined>
  list(faxId: string): Promise<AttemptRow[]>
  /** Sealed timelines of a fax by attempt, where there are any: they are large, so nothing else reads them. */
  timelines(faxId: string): Promise<Map<string, Buffer>>
  history(faxId: string): Promise<EndedAttempt[]>
  entries(attemptId: string): Promise<(JournalEntry & { at: Date })[]>
}

export interface DocumentRow {
  readonly id: string
  readonly purpose: 'source' | 'pages' | 'received' | 'text'
  readonly mediaType: string
  readonly byteCount: number
  readonly pageCount: number | null
  readonly blobKey: string
  /** The document's data key, wrapped by the account key. */
  readonly wrappedKey: Buffer
  /** File name and SHA-256: sealed JSON. */
  readonly detailsSealed: Buffer
  readonly createdAt: Date
  /** An upload never used is deleted then. */
  readonly expiresAt: Date | null
  /** Its key and blob are destroyed. */
  readonly destroyedAt?: Date | null
}

export interface DocumentRepository {
  insert(document: DocumentRow): Promise<void>
  get(id: string): Promise<DocumentRow | undefined>
  /** A fax uses it now: it no longer expires by itself. `false` when it is gone or destroyed. */
  keep(id: string): Promise<boolean>
  /** Deletes an upload that still expires, so that no fax uses it. `false` when there is none such. */
  deleteUnused(id: string): Promise<boolean>
}

export interface NewEvent {
  readonly id: string
  readonly type: EventType
  readonly subjectId: string | null
  readonly data: Readonly<Record<string, unknown>>
  readonly createdAt: Date
}

export interface EventRow extends NewEvent {
  /** Rises by one with each event about the same fax; 0 for events about no fax. */
  readonly sequence: number
  /** Where a reader goes on: opaque, in commit-safe order. */
  readonly cursor: string
}

export interface RecordOptions {
  /** Sends it to this webhook alone, whatever it subscribed to. */
  readonly onlyTo?: string
  /** The audit entry of the same change, appended by the same statement. */
  readonly audit?: NewAuditEntry
}

export interface EventRepository {
  /**
   * The transactional outbox: the event and one delivery for each subscription that wants it, in the caller's transaction.
   * Raises the fax's `sequence` in the same statement. Returns the deliveries so that the caller enqueues them in the same transaction.
   */
  record(event: NewEvent, options?: RecordOptions): Promise<{ deliveryIds: string[]; sequence: number }>
  get(id: string): Promise<EventRow | undefined>
  /**
   * Only events no later commit can precede: a reader that goes on from the last cursor misses none. Any transaction that runs
   * in the same PostgreSQL holds newer ones back until it ends.
   */
  list(after: string | undefined, limit: number): Promise<EventRow[]>
  /** Those about one fax, by `sequence`. The fax's row lock commits them in that order, so nothing is held back. */
  listOfFax(faxId: string, afterSequence: number, limit: number): Promise<EventRow[]>
}

export interface WebhookRow {
  readonly id: string
  readonly dialect: 'ifax' | 'native'
  readonly urlSealed: Buffer
  /** Empty: all. */
  readonly eventTypes: readonly string[]
  readonly includeNumbers: boolean
  readonly secretSealed: Buffer
  readonly previousSecretSealed: Buffer | null
  readonly previousSecretUntil: Date | null
  readonly basicAuthSealed: Buffer | null
  readonly status: 'enabled' | 'disabled'
  readonly disabledReason: string | null
  readonly description: string | null
  /** Only events about faxes that came in on these numbers; `null`: all events. */
  readonly numberIds: readonly string[] | null
  /** iFax's dialect only: news of a received fax is posted as a form with its pages as a file. */
  readonly multipart: boolean
  readonly createdAt: Date
}

export interface DeliveryRow {
  readonly id: string
  readonly webhookId: string
  readonly eventId: string
  readonly status: 'pending' | 'delivered' | 'failed'
  readonly attemptCount: number
  readonly nextAttemptAt: Date | null
  readonly createdAt: Date
  readonly endedAt: Date | null
  readonly replayedAt: Date | null
  /** Attempts made before the last replay: the retry schedule starts anew after it. */
  readonly attemptsBefore: number
  /** Fencing token: rises with every claim. */
  readonly leaseToken: number
}

export interface DeliveryAttemptRow {
  readonly number: number
  readonly at: Date
  readonly durationMs: number
  readonly responseStatus: number | null
  readonly errorCode: string | null
}

export interface WebhookRepository {
  insert(webhook: WebhookRow): Promise<void>
  get(id: string): Promise<WebhookRow | undefined>
  list(): Promise<WebhookRow[]>
  update(
    id: string,
    patch: Partial<Omit<WebhookRow, 'id' | 'dialect' | 'createdAt'>>,
  ): Promise<WebhookRow | undefined>
  delete(id: string): Promise<boolean>
  /**
   * Takes a delivery due at `dueAt` (account time) for one worker until `until`; `undefined` when it is gone, ended, not
   * due, or another worker's lease still runs at `now` (both on the real clock). A lease and not a row lock, because a
   * transaction that stays open while a slow receiver answers would hold back every reader of the event list.
   */
  claimDelivery(id: string, dueAt: Date, now: Date, until: Date): Promise<DeliveryRow | undefined>
  /**
   * Posts to this webhook that are under way: leases that still run at `now`. Until the transaction ends no other one gets its
   * count, so that counting and then claiming is one step.
   */
  lockAndCountClaimed(webhookId: string, now: Date): Promise<number>
  /** The delivery of this webhook that has been due the longest at `dueAt` and that nobody holds. */
  nextWaiting(webhookId: string, dueAt: Date, now: Date): Promise<string | undefined>
  getDelivery(id: string): Promise<DeliveryRow | undefined>
  listDeliveries(webhookId: string, afterId: string | undefined, limit: number): Promise<DeliveryRow[]>
  deliveryAttempts(deliveryId: string): Promise<DeliveryAttemptRow[]>
  /**
   * One more try was made; `next` is when the following one is due, `null` when there is none. Ends the lease.
   * `false`, with nothing written, when `leaseToken` is no longer the row's: another worker has taken over.
   */
  recordAttempt(
    deliveryId: string,
    leaseToken: number,
    attempt: DeliveryAttemptRow,
    outcome: { status: DeliveryRow['status']; next: Date | null },
  ): Promise<boolean>
  /** Ends all that still waits for this webhook: nothing more is posted to it. */
  failPending(webhookId: string, at: Date): Promise<void>
  /** Sends an event to a webhook (again), with the same event id and a fresh retry schedule. Returns the delivery. */
  replay(deliveryId: string, webhookId: string, eventId: string, at: Date): Promise<string>
  eventsBetween(webhookId: string, from: Date, to: Date, limit: number): Promise<string[]>
}

export interface ApiKeyRow {
  readonly id: string
  readonly accountId: string
  readonly mode: Mode
  readonly name: string
  readonly hash: Buffer
  /** Last four characters, so that a person recognises it. */
  readonly hint: string
  readonly scopes: readonly string[]
  readonly createdAt: Date
  readonly expiresAt: Date | null
  readonly lastUsedAt: Date | null
  readonly revokedAt: Date | null
  readonly replacedBy: string | null
  /** Addresses and CIDR blocks it works from; `null`: any. */
  readonly allowedAddresses: readonly string[] | null
  /** Id of the person or key that made it. */
  readonly madeBy: string | null
}

export interface ApiKeyRepository {
  insert(key: ApiKeyRow): Promise<void>
  get(id: string): Promise<ApiKeyRow | undefined>
  list(): Promise<ApiKeyRow[]>
  update(
    id: string,
    patch: Partial<
      Pick<
        ApiKeyRow,
        'name' | 'scopes' | 'expiresAt' | 'lastUsedAt' | 'revokedAt' | 'replacedBy' | 'allowedAddresses'
      >
    >,
  ): Promise<ApiKeyRow | undefined>
}

export interface NewAuditEntry {
  readonly at: Date
  readonly actor: Actor
  /** Dotted verb, e.g. `fax.accepted`, `fax.content.read`, `api_key.revoked`. */
  readonly action: string
  readonly subjectId: string | null
  /** Ids, statuses, counts. Never PHI. */
  readonly detail: Readonly<Record<string, unknown>>
  /** Sender and recipient: sealed JSON. */
  readonly partiesSealed: Buffer | null
}

export interface AuditRepository {
  /** @returns its position */
  append(entry: NewAuditEntry): Promise<number>
  list(filter: {
    subjectId?: string
    after?: string
    limit: number
  }): Promise<(NewAuditEntry & { position: string })[]>
  /** Entries of these actions about any of these, oldest first. */
  about(
    subjectIds: readonly string[],
    actions: readonly string[],
  ): Promise<Pick<NewAuditEntry, 'action' | 'subjectId' | 'actor' | 'detail'>[]>
  /** Entries after a position, oldest first, as the log takes them in. */
  entriesAfter(position: number, limit: number): Promise<LoggedEntry[]>
  /** Those of the account among these positions. */
  entriesAt(positions: readonly number[]): Promise<LoggedEntry[]>
}

export interface IdempotencyRow {
  readonly keyHash: Buffer
  readonly requestHash: Buffer
  readonly state: 'in_flight' | 'done'
  readonly responseStatus: number | null
  readonly responseSealed: Buffer | null
  readonly lockedUntil: Date
}

export interface IdempotencyRepository {
  /** Claims a key for a request, or returns the row that has it. An in-flight claim past `lockedUntil` is taken over. */
  claim(
    keyHash: Buffer,
    requestHash: Buffer,
    now: Date,
    lockedUntil: Date,
    expiresAt: Date,
  ): Promise<IdempotencyRow | 'claimed'>
  /** In the same transaction as the work itself, so that a reply is stored exactly when the work is. */
  finish(keyHash: Buffer, responseStatus: number, responseSealed: Buffer): Promise<void>
  /** The request was refused and changed nothing: the key is free again. */
  abandon(keyHash: Buffer): Promise<void>
}
