import type { NoticeError, NoticeKind, NoticeStatus } from '../../domain/inbox/notice.ts'

/** A mail to one address about one received fax. Its times are the machine's, whatever a test clock says: mail is real. */
export interface NoticeRow {
  readonly id: string
  readonly receivedFaxId: string
  readonly mailboxId: string
  readonly kind: NoticeKind
  readonly toSealed: Buffer
  /** Keyed hash of the address. */
  readonly toHash: Buffer
  readonly status: NoticeStatus
  readonly attemptCount: number
  /** Of the last attempt that failed. */
  readonly error: NoticeError | null
  readonly nextAttemptAt: Date | null
  /** Fencing token: rises with every claim. */
  readonly leaseToken: number
  readonly createdAt: Date
  readonly endedAt: Date | null
}

export type NewNotice = Pick<
  NoticeRow,
  'id' | 'receivedFaxId' | 'mailboxId' | 'kind' | 'toSealed' | 'toHash' | 'createdAt'
> & {
  /** Tells two of a kind apart; the address is told once of each. */
  readonly occasion: string
}

export interface NoticeListFilter {
  readonly mailboxId?: string
  readonly status?: NoticeStatus
  /** Ids are time-ordered, so an id is the cursor. Newest first. */
  readonly afterId?: string
  readonly limit: number
}

export interface NoticeRepository {
  /** `false` when the address was told this of the fax already, or is about to be. */
  insert(notice: NewNotice): Promise<boolean>
  list(filter: NoticeListFilter): Promise<NoticeRow[]>
  /** Takes one that is due for one worker until `until`; `undefined` when it ended, is not due, or another worker's lease still runs. */
  claim(id: string, now: Date, until: Date): Promise<NoticeRow | undefined>
  /**
   * One attempt was made; `next` is when another is due. Ends the lease.
   * `false`, with nothing written, when `leaseToken` is no longer the row's: another worker has taken over.
   */
  conclude(
    id: string,
    leaseToken: number,
    outcome: {
      readonly at: Date
      readonly status: NoticeStatus
      readonly error: NoticeError | null
      readonly next: Date | null
    },
  ): Promise<boolean>
}
