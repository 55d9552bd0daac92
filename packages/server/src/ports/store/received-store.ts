import type { CallEnd } from '../../domain/fax/disposition.ts'
import type { Mode } from '../../domain/fax/fax.ts'
import type { ReceivedStatus } from '../../domain/fax/received-fax.ts'
import type { Placement } from '../../domain/inbox/inbound-route.ts'
import type { Mark, Priority } from '../../domain/inbox/inbox.ts'
import type { CallEndRow, SealedEvidence } from './call-end-store.ts'
import type { ReceivedPageRow } from './received-page-store.ts'

/** A call that came in, from its acceptance on. */
export interface NewReceivedFax {
  readonly id: string
  readonly line: string
  readonly trunkId: string | null
  readonly toSealed: Buffer
  readonly toHash: Buffer
  readonly fromSealed: Buffer | null
  readonly fromHash: Buffer | null
  /** The account's number that was called, where it owns it as such. */
  readonly numberId: string | null
  /** Never unowned: a mailbox from the first moment on. */
  readonly mailboxId: string
  readonly startedAt: Date
  readonly leaseUntil: Date
}

/** Where a received fax comes from: a call, or other received faxes that a person split or merged. */
export type ReceivedOrigin = 'call' | 'split' | 'merge'

/** `none`: no page to read; `waiting`: OCR has not been over it yet. */
export type TextState = 'none' | 'waiting' | 'ready' | 'failed'

export interface ReceivedFaxRow extends Omit<NewReceivedFax, 'leaseUntil'>, CallEndRow {
  readonly accountId: string
  readonly mode: Mode
  readonly jobId: number
  readonly transactionId: number
  readonly status: ReceivedStatus
  /** Number of the last event told about it. */
  readonly sequence: number
  readonly pageCount: number
  readonly badRows: number
  readonly code: string | null
  readonly message: string | null
  readonly endedAt: Date | null
  readonly leaseUntil: Date | null
  readonly origin: ReceivedOrigin
  readonly originIds: readonly string[]
  readonly assignee: string | null
  readonly mark: Mark
  readonly markedAt: Date | null
  readonly spamReason: string | null
  readonly priority: Priority
  /** When somebody must have taken it up; `null` once somebody has, and for what needs nobody. */
  readonly dueAt: Date | null
  readonly escalatedAt: Date | null
  /** The rule that chose its mailbox; `null`: the number or the default did. */
  readonly routeId: string | null
  readonly contentHash: Buffer | null
  /** The earlier fax with the same pages, whoever sent it. */
  readonly duplicateOf: string | null
  /** The sent fax whose return code it bears. */
  readonly replyTo: string | null
  /** Whose papers they are: sealed JSON, and the keyed hash of the patient's id. */
  readonly patientSealed: Buffer | null
  /** `null` also for a link of an older version that has not been hashed yet. */
  readonly patientHash: Buffer | null
  /** When its barcodes were read. */
  readonly examinedAt: Date | null
  readonly textState: TextState
  readonly textDocumentId: string | null
  /** Its documents are destroyed, but for those another fax uses. */
  readonly contentDeletedAt: Date | null
  /** Also who it was from and to: sealed fields and hashes are empty. */
  readonly shreddedAt: Date | null
}

/** What happens to a received fax after the call; each change is its use case's to record. */
export type ReceivedPatch = Partial<
  Pick<
    ReceivedFaxRow,
    | 'mailboxId'
    | 'assignee'
    | 'mark'
    | 'markedAt'
    | 'spamReason'
    | 'priority'
    | 'dueAt'
    | 'escalatedAt'
    | 'routeId'
    | 'contentHash'
    | 'duplicateOf'
    | 'replyTo'
    | 'patientSealed'
    | 'patientHash'
    | 'examinedAt'
    | 'textState'
    | 'textDocumentId'
  >
>

export interface ReceivedEnd {
  readonly status: Exclude<ReceivedStatus, 'receiving'>
  readonly at: Date
  readonly end: CallEnd
  readonly code: string | null
  readonly message: string | null
  readonly sealed: SealedEvidence
}

export interface ReceivedListFilter {
  readonly statuses?: readonly ReceivedStatus[]
  readonly toHash?: Buffer
  readonly fromHash?: Buffer
  readonly numberId?: string
  readonly mailboxId?: string
  /** `null`: nobody's. */
  readonly assignee?: string | null
  readonly marks?: readonly Mark[]
  readonly priority?: Priority
  /** Nobody has taken it up by then, and somebody should have. */
  readonly dueBefore?: Date
  /** Whether it answers a fax of ours. */
  readonly isReply?: boolean
  readonly isDuplicate?: boolean
  /** From then on. */
  readonly startedFrom?: Date
  readonly startedBefore?: Date
  /** Hashes of words that must all stand on its pages, from `queryWords`. */
  readonly words?: readonly number[]
  /** The last row of the page before. */
  readonly afterId?: string
  /**
   * Newest first when absent: by id, which is the order in which faxes came into the inbox. With `startedFrom` or `startedBefore` by
   * the time of the call, which a split or merged fax has from the faxes its pages came with.
   */
  readonly order?: 'newest' | 'oldest'
  readonly limit: number
}

/** What a list of whole faxes asks for: only those whose reception has ended with at least a page. */
export interface WholeListFilter {
  readonly numberId?: string
  readonly marks?: readonly Mark[]
  /** By the time the reception ended. */
  readonly endedFrom?: Date
  readonly endedBefore?: Date
  /** The last row of the page before. */
  readonly after?: { readonly id: string; readonly endedAt: Date }
  readonly order: 'newest' | 'oldest'
  /**
   * Oldest first only: while another call is coming in, what ended after then is left for the next list. Its end may be
   * committed after a later one, and a reader that goes on from its last row would have passed it.
   */
  readonly settledBefore: Date
  readonly limit: number
}

/** A received fax that people made of the pages of others: its numbers, times and pages are theirs. */
export type DerivedFax = Omit<NewReceivedFax, 'leaseUntil'> &
  Pick<
    ReceivedFaxRow,
    | 'pageCount'
    | 'badRows'
    | keyof CallEndRow
    | 'code'
    | 'message'
    | 'originIds'
    | 'assignee'
    | 'priority'
    | 'dueAt'
    | 'escalatedAt'
    | 'routeId'
  > & {
    readonly status: Exclude<ReceivedStatus, 'receiving'>
    readonly origin: Exclude<ReceivedOrigin, 'call'>
    readonly endedAt: Date
  }

/** What routing writes besides the placement. */
export interface RoutedFacts {
  readonly routeId: string | null
  readonly dueAt: Date | null
}

export interface ReceivedRepository {
  insert(received: NewReceivedFax): Promise<ReceivedFaxRow>
  get(id: string): Promise<ReceivedFaxRow | undefined>
  /** The same, held until the transaction ends, so that what is decided by it still holds when it is written. */
  lock(id: string): Promise<ReceivedFaxRow | undefined>
  /** The earliest fax from a call, begun since `since`, with this content: the one that another is a resend of. */
  earliestSame(contentHash: Buffer, since: Date, besideId: string): Promise<ReceivedFaxRow | undefined>
  getByJobId(jobId: number): Promise<ReceivedFaxRow | undefined>
  /** By the time receptions ended, so that one that took long does not turn up among those a reader has passed. */
  listWhole(filter: WholeListFilter): Promise<ReceivedFaxRow[]>
  list(filter: ReceivedListFilter): Promise<ReceivedFaxRow[]>
  renewLease(id: string, until: Date): Promise<boolean>
  /** `undefined` when it has ended already: an end is written once. */
  end(id: string, end: ReceivedEnd): Promise<ReceivedFaxRow | undefined>
  timeline(id: string): Promise<Buffer | null>
  /** `undefined` when there is none such. */
  amend(id: string, patch: ReceivedPatch): Promise<ReceivedFaxRow | undefined>
  /**
   * Puts a fax where routing says. `undefined`, with nothing written, when a person has touched it: its mailbox, assignee, mark or priority
   * are not what routing made them, or it was marked.
   */
  place(id: string, placement: Placement & RoutedFacts): Promise<ReceivedFaxRow | undefined>
  /** `undefined` when somebody has taken it up or it was escalated before: an escalation is written once. */
  escalate(id: string, now: Date): Promise<ReceivedFaxRow | undefined>
  /** Writes it with its pages, which share the documents of the pages they were made of. */
  insertDerived(fax: DerivedFax, pages: readonly ReceivedPageRow[]): Promise<ReceivedFaxRow>
  /** The faxes that were made of this one's pages, oldest first. */
  derivedOf(id: string): Promise<string[]>
  /** Replaces the words it is found by; none of another account's fax. */
  putWords(id: string, words: readonly number[]): Promise<void>
}
