/** The words an iFax API has for an outbound fax. Accepted, queued and scheduled are all `sending`. */
export const UPSTREAM_STATUSES = ['sending', 'delivered', 'canceled', 'failed'] as const
export type UpstreamStatus = (typeof UPSTREAM_STATUSES)[number]

/** A fax as its provider tells it: parsed and bounded, and otherwise the provider's word. */
export interface UpstreamFax {
  /** The provider's name for it: digits. */
  readonly reference: string
  /** E.164 where it could be read. */
  readonly to: string | undefined
  readonly status: UpstreamStatus
  readonly pagesTotal: number | undefined
  readonly pagesTransferred: number | undefined
  readonly code: number | undefined
  /** A cause such as `USER_BUSY`; free text is not kept. */
  readonly cause: string | undefined
  /** `undefined` while its first call has not begun. */
  readonly startedAt: Date | undefined
}

/** A fax that the provider received for us. */
export interface UpstreamReceived {
  readonly reference: string
  readonly transactionId: string | undefined
  readonly to: string | undefined
  readonly from: string | undefined
  readonly pages: number | undefined
  readonly receivedAt: Date | undefined
}

/** Ids at a provider: digits, never more than a 64-bit integer has. */
const REFERENCE = /^\d{1,19}$/

export function parseReference(value: unknown): string | undefined {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value
  return typeof text === 'string' && REFERENCE.test(text) ? text : undefined
}

/** Clocks differ, and a provider may say that a fax began when its request arrived. */
const SKEW_MS = 60_000

/** What is known of a fax whose sending got no answer. */
export interface LostSend {
  readonly to: string
  readonly begunAt: Date
  readonly pageCount: number
}

/**
 * Which of the provider's faxes can be the one whose answer was lost: to the same number, begun since, of as many pages where it says so,
 * and no other attempt's. Only when it is exactly one may it be taken for ours.
 *
 * @param claimed references that other attempts have
 */
export function candidatesOf(
  lost: LostSend,
  faxes: readonly UpstreamFax[],
  claimed: ReadonlySet<string>,
): UpstreamFax[] {
  const earliest = lost.begunAt.getTime() - SKEW_MS
  const seen = new Set<string>()
  return faxes.filter((fax) => {
    if (seen.has(fax.reference)) return false
    seen.add(fax.reference)
    if (fax.to !== lost.to || claimed.has(fax.reference)) return false
    if (fax.pagesTotal && fax.pagesTotal < lost.pageCount) return false
    // Without a time it is one that waits to be called, which an older fax may do as well; then the count of candidates decides.
    return fax.startedAt === undefined ? fax.status === 'sending' : fax.startedAt.getTime() >= earliest
  })
}
