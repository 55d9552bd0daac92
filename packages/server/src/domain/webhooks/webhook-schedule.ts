const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** How a webhook speaks: our own events, or the payload and the retries iFax clients expect. */
export type WebhookDialect = 'native' | 'ifax'

/**
 * Waits between one attempt and the next. The native ones follow the Standard Webhooks recommendation (seconds at first, then
 * hours); the iFax ones are the guide's: five retries, after 5, 10, 20, 30 and 60 minutes.
 */
const WAITS: Readonly<Record<WebhookDialect, readonly number[]>> = {
  native: [
    5 * SECOND,
    5 * MINUTE,
    30 * MINUTE,
    2 * HOUR,
    5 * HOUR,
    10 * HOUR,
    12 * HOUR,
    12 * HOUR,
    12 * HOUR,
    12 * HOUR,
  ],
  ifax: [5 * MINUTE, 10 * MINUTE, 20 * MINUTE, 30 * MINUTE, 60 * MINUTE],
}

/** From the first attempt (or the replay) to the last. */
const WINDOW_MS = 72 * HOUR
/** The longest a receiver may put us off in one answer. */
const RETRY_AFTER_MAX_MS = 6 * HOUR
/** Share of a native wait taken off at random, so that receivers which failed together are not called together. */
const JITTER = 0.1

export interface EndedDeliveryAttempt {
  readonly dialect: WebhookDialect
  /** Attempts made since the delivery began or was last replayed, this one included. */
  readonly attempts: number
  /** When the delivery began or was last replayed. */
  readonly begunAt: Date
  readonly endedAt: Date
  /** What the receiver asked for with `Retry-After`, ms. It can make a wait longer, never shorter. */
  readonly retryAfterMs?: number
}

/**
 * When the next attempt is due; `null` when there is none and the delivery has failed.
 * @param unit a random number in [0, 1)
 */
export function nextDeliveryAttempt(ended: EndedDeliveryAttempt, unit: number): Date | null {
  const wait = WAITS[ended.dialect][ended.attempts - 1]
  if (wait === undefined) return null
  const spread = ended.dialect === 'native' ? wait * (1 - JITTER * unit) : wait
  const asked = Math.min(ended.retryAfterMs ?? 0, RETRY_AFTER_MAX_MS)
  const next = ended.endedAt.getTime() + Math.max(Math.round(spread), asked)
  return next > ended.begunAt.getTime() + WINDOW_MS ? null : new Date(next)
}
