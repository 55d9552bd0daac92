const MINUTE = 60_000
const HOUR = 60 * MINUTE

export const NOTICE_KINDS = ['arrived', 'escalated'] as const
export type NoticeKind = (typeof NOTICE_KINDS)[number]

export const NOTICE_STATUSES = ['pending', 'sent', 'failed'] as const
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
const WAITS = [1 * MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR]
const FINAL: readonly NoticeError[] = ['refused', 'not_configured']

/**
 * When a notice is tried again; `null` when it is not and has failed.
 * @param attempts made so far, the one that ended at `endedAt` included
 */
export function nextNoticeAttempt(attempts: number, error: NoticeError, endedAt: Date): Date | null {
  const wait = FINAL.includes(error) ? undefined : WAITS[attempts - 1]
  return wait === undefined ? null : new Date(endedAt.getTime() + wait)
}
