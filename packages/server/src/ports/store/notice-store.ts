import type { NoticeError, NoticeKind, NoticeStatus } from '../../domain/notices/notice.ts'

/** A mail to one addressee about one thing. Its times are the machine's, whatever a test clock says: mail is real. */
export interface NoticeRow {
  readonly id: string
  readonly kind: NoticeKind
  /** What it tells of: a received fax, an emergency access or an associate, as the kind says. */
  readonly subjectId: string
  /** Tells two of a kind apart; an addressee is told once of each. */
  readonly occasion: string
  /** Of a fax. */
  readonly mailboxId: string | null
  /** Of a fax. The addressees of other kinds are looked up when it leaves. */
  readonly toSealed: Buffer | null
  /** Keyed hash of the address. */
  readonly toHash: Buffer | null
  /** An owner of the account; `null` with no address either: whoever answers for the associate. */
  readonly personId: string | null
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
  'id' | 'kind' | 'subjectId' | 'occasion' | 'mailboxId' | 'toSealed' | 'toHash' | 'personId' | 'createdAt'
>

export interface NoticeListFilter {
  readonly mailboxId?: string
  readonly status?: NoticeStatus
  /** Ids are time-ordered, so an id is the cursor. Newest first. */
  readonly afterId?: string
  readonly limit: number
}

export interface NoticeRepository {
  /** `false` when the addressee was told this already, or is about to be. */
  insert(notice: NewNotice): Promise<boolean>
  list(filter: NoticeListFilter): Promise<NoticeRow[]>
  /** Takes one that is due for one worker until `until`; `undefined` when it ended, is not due, or another worker's lease still runs. */
  claim(id: string, now: Date, until: Date): Promise<NoticeRow | undefined>
  /**
   * One attempt was made, or none when it is `dropped`; `next` is when another is due. Ends the lease.
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
