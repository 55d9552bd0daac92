import { DISPOSITIONS, type Disposition, type RetryClass } from '../fax/disposition.ts'
import { type DataExchanged, endedEarly, type FaxStatus } from '../fax/fax.ts'

export interface RetryRule {
  readonly delaySeconds: number
  /** How many times an attempt that ended in this class may be followed by another. */
  readonly retriesMax: number
}

export interface RetryPolicy {
  readonly rules: Readonly<Record<Exclude<RetryClass, 'never'>, RetryRule>>
  /** Calls placed in all, whatever came of them (HylaFAX `MaxDials`). */
  readonly dialsMax: number
  /** Calls in which fax data was exchanged and the fax still did not end (HylaFAX `MaxTries`). */
  readonly triesMax: number
  /** After fax data was exchanged: go on with the first page not confirmed, or leave it to a person. */
  readonly afterData: 'resume' | 'never'
}

/** HylaFAX 6's defaults (hylafax-config(5): JobReq…, JobRetryNoCarrier 1, MaxDials 12, MaxTries 3) where it has one. */
export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  rules: {
    busy: { delaySeconds: 180, retriesMax: 11 },
    no_answer: { delaySeconds: 300, retriesMax: 11 },
    no_carrier: { delaySeconds: 300, retriesMax: 1 },
    congestion: { delaySeconds: 300, retriesMax: 11 },
    dropped: { delaySeconds: 300, retriesMax: 11 },
    protocol: { delaySeconds: 60, retriesMax: 11 },
    carrier_down: { delaySeconds: 300, retriesMax: 11 },
    // A carrier that refuses T.38 refuses it again, as a rule.
    no_t38: { delaySeconds: 300, retriesMax: 1 },
    local: { delaySeconds: 60, retriesMax: 11 },
  },
  dialsMax: 12,
  triesMax: 3,
  afterData: 'resume',
}

/** One ended attempt, oldest first in a history. */
export interface EndedAttempt {
  readonly disposition: Disposition
  readonly dataExchanged: DataExchanged
  /** `null` on lines without trunks. */
  readonly trunkId: string | null
  /** Another trunk took over at once: the two are one try as the policy counts. */
  readonly failedOver: boolean
}

export type RetryDecision =
  | { readonly kind: 'retry'; readonly delaySeconds: number }
  | { readonly kind: 'end'; readonly status: FaxStatus }

/**
 * What follows the last of `attempts`. Calls that were handed on to another trunk count as one with the call that took over.
 *
 * `pagesConfirmed` counts pages of the whole fax confirmed so far, over all attempts: a resumed attempt sends only the rest.
 */
export function decideRetry(
  policy: RetryPolicy,
  attempts: readonly EndedAttempt[],
  pagesConfirmed: number,
): RetryDecision {
  const history = attempts.filter((attempt) => !attempt.failedOver)
  const last = history.at(-1)
  if (!last) return { kind: 'retry', delaySeconds: 0 }
  if (last.disposition === 'delivered') return { kind: 'end', status: 'delivered' }
  if (last.disposition === 'outcome_unknown' || last.dataExchanged === 'unknown') {
    return { kind: 'end', status: 'outcome_unknown' }
  }
  if (last.disposition === 'canceled' || last.disposition === 'expired') {
    return { kind: 'end', status: endedEarly(last.disposition, pagesConfirmed) }
  }
  const failed: RetryDecision = { kind: 'end', status: endedEarly('failed', pagesConfirmed) }
  const retryClass = DISPOSITIONS[last.disposition].retryClass
  if (retryClass === 'never') return failed
  if (last.dataExchanged === 'some' && policy.afterData === 'never') return failed
  if (history.length >= policy.dialsMax) return failed
  if (history.filter((attempt) => attempt.dataExchanged === 'some').length >= policy.triesMax) return failed
  const rule = policy.rules[retryClass]
  const ofClass = history.filter(
    (attempt) => DISPOSITIONS[attempt.disposition].retryClass === retryClass,
  ).length
  return ofClass > rule.retriesMax ? failed : { kind: 'retry', delaySeconds: rule.delaySeconds }
}
