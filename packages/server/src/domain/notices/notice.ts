const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** Of a received fax, to an address that is told of it. */
export const FAX_NOTICE_KINDS = ['arrived', 'escalated'] as const
export type FaxNoticeKind = (typeof FAX_NOTICE_KINDS)[number]

/** The others are of the account, to its owners and to whoever answers for an associate. */
export type NoticeKind = FaxNoticeKind | 'break_glass_used' | 'break_glass_unreviewed' | 'associate_expiring'

/** `dropped`: what it was to tell was over before it left, or there is nobody left to tell. */
export const NOTICE_STATUSES = ['pending', 'sent', 'failed', 'dropped'] as const
export type NoticeStatus = (typeof NOTICE_STATUSES)[number]

/**
 * Why a mail was not taken. `refused` is the server's word that it never will be (RFC 5321 §4.2.1, 5yz); everything else may pass.
 * `not_configured`: no mail server is set any more.
 */
export type NoticeError =
  | 'connect'
  | 'timeout'
  | 'tls'
  | 'login'
  | 'deferred'
  | 'refused'
  | 'protocol'
  | 'not_configured'

/** A note about a fax that waits is worth little after a working day, so it is over sooner than RFC 5321 §4.5.4.1's four days. */
const FAX_WAITS: readonly number[] = [1 * MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR]
/** What is told of an account is worth as much after a weekend. */
const ACCOUNT_WAITS: readonly number[] = [...FAX_WAITS, ...Array<number>(8).fill(12 * HOUR)]
const FINAL: readonly NoticeError[] = ['refused', 'not_configured']

export function isOfFax(kind: NoticeKind): kind is FaxNoticeKind {
  return FAX_NOTICE_KINDS.some((each) => each === kind)
}

/**
 * When a notice is tried again; `null` when it is not and has failed.
 * @param attempts made so far, the one that ended at `endedAt` included
 */
export function nextNoticeAttempt(
  kind: NoticeKind,
  attempts: number,
  error: NoticeError,
  endedAt: Date,
): Date | null {
  const waits = isOfFax(kind) ? FAX_WAITS : ACCOUNT_WAITS
  const wait = FINAL.includes(error) ? undefined : waits[attempts - 1]
  return wait === undefined ? null : new Date(endedAt.getTime() + wait)
}
