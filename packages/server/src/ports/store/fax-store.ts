import type { Disposition } from '../../domain/fax/disposition.ts'
import type { FaxStatus, Mode } from '../../domain/fax/fax.ts'
import type { Purpose } from '../../domain/fax/purpose.ts'
import type { HoldReason } from '../../domain/recipients/misdirection.ts'
import type { EventType } from '../../domain/webhooks/event.ts'
import type { NewAuditEntry } from './audit-store.ts'
import type { DocumentRow } from './document-store.ts'

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
  /** Whose papers they are: sealed JSON, and the keyed hash of the patient's id; both or neither. */
  readonly patientSealed: Buffer | null
  readonly patientHash: Buffer | null
  /** Why it is sent; `null`: nobody said. Stays when the fax is shredded. */
  readonly purpose: Purpose | null
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

/** What may be said of a fax at any time, ended or not. */
export type FaxCorrection = Partial<Pick<FaxRow, 'patientSealed' | 'patientHash' | 'purpose'>>

export interface FaxListFilter {
  readonly statuses?: readonly FaxStatus[]
  /** Only those of which pages arrived, or may have. */
  readonly hasArrived?: boolean
  readonly toHash?: Buffer
  readonly patientHash?: Buffer
  /** Only these; `except`: all but these, and so also those of which nobody said. */
  readonly purposes?: { readonly only: readonly Purpose[] } | { readonly except: readonly Purpose[] }
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
  /** How many there are that filter lets through and of which nobody said whose papers they are, counted to its `limit`. Not those that were shredded. */
  countUnlinked(filter: FaxListFilter): Promise<number>
  /** Ids of the faxes that repeat it. */
  resendsOf(id: string): Promise<string[]>
  /** `undefined` when there is none such. */
  correct(id: string, correction: FaxCorrection): Promise<FaxRow | undefined>
  sources(id: string): Promise<{ documentId: string; pages: string[] | null }[]>
  /** A fax with the same destination and content created since `since`, not failed or canceled. Whoever asks the same waits until this transaction ends. */
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
}

/** Another worker took the fax over: this one must drop what it was doing and write nothing more. */
export class StaleLease extends Error {
  override readonly name = 'StaleLease'
}
