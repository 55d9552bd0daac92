import type { CallEnd, Disposition } from '../fax/disposition.ts'
import type { UpstreamFax } from './upstream-fax.ts'

/**
 * What a provider's number for a failure means. iFax publishes only examples of its table; 900001 to 900016 are those that an
 * Answerback server answers with, where the provider is one.
 */
const BY_CODE: Readonly<Record<number, Disposition>> = {
  [-2075]: 'number_invalid',
  [-2074]: 'carrier_down',
  263: 'busy',
  11013: 'carrier_down',
  12001: 'carrier_down',
  120109: 'document_refused',
  900001: 'no_answer',
  900002: 'no_fax_tone',
  900003: 'rejected',
  900004: 'number_unassigned',
  900005: 'congestion',
  900006: 'call_dropped',
  900007: 'training_failed',
  900008: 'page_failed',
  900009: 'incompatible',
  900010: 'remote_disconnect',
  900012: 'call_dropped',
  900013: 'outcome_unknown',
  900014: 't38_refused',
  900015: 'provider_failed',
  900016: 'identity_refused',
}

interface Cause {
  /** Q.850 table 1, where it has it. */
  readonly q850: number | undefined
  readonly disposition: Disposition
}

/** Hang-up causes by the names that FreeSWITCH gave them. */
const BY_CAUSE: Readonly<Record<string, Cause>> = {
  UNALLOCATED_NUMBER: { q850: 1, disposition: 'number_unassigned' },
  NO_ROUTE_TRANSIT_NET: { q850: 2, disposition: 'congestion' },
  NO_ROUTE_DESTINATION: { q850: 3, disposition: 'number_unassigned' },
  NORMAL_CLEARING: { q850: 16, disposition: 'call_dropped' },
  USER_BUSY: { q850: 17, disposition: 'busy' },
  NO_USER_RESPONSE: { q850: 18, disposition: 'no_answer' },
  NO_ANSWER: { q850: 19, disposition: 'no_answer' },
  SUBSCRIBER_ABSENT: { q850: 20, disposition: 'no_answer' },
  CALL_REJECTED: { q850: 21, disposition: 'rejected' },
  NUMBER_CHANGED: { q850: 22, disposition: 'number_unassigned' },
  DESTINATION_OUT_OF_ORDER: { q850: 27, disposition: 'no_answer' },
  INVALID_NUMBER_FORMAT: { q850: 28, disposition: 'number_invalid' },
  NORMAL_UNSPECIFIED: { q850: 31, disposition: 'call_dropped' },
  NORMAL_CIRCUIT_CONGESTION: { q850: 34, disposition: 'congestion' },
  NETWORK_OUT_OF_ORDER: { q850: 38, disposition: 'congestion' },
  NORMAL_TEMPORARY_FAILURE: { q850: 41, disposition: 'congestion' },
  SWITCH_CONGESTION: { q850: 42, disposition: 'congestion' },
  REQUESTED_CHAN_UNAVAIL: { q850: 44, disposition: 'congestion' },
  INCOMPATIBLE_DESTINATION: { q850: 88, disposition: 'incompatible' },
  RECOVERY_ON_TIMER_EXPIRE: { q850: 102, disposition: 'no_answer' },
}

/** These end a call before fax data can have been exchanged. */
const BEFORE_DATA: ReadonlySet<Disposition> = new Set([
  'busy',
  'no_answer',
  'no_fax_tone',
  'rejected',
  'number_invalid',
  'number_unassigned',
  'congestion',
  'carrier_down',
  't38_refused',
  'document_refused',
])

/** A number says more than a name: 900006 comes with the name of the Q.850 cause that a dropped call has, if any. */
export function dispositionOfFailure(code: number | undefined, cause: string | undefined): Disposition {
  const byCode = code === undefined || code === 0 ? undefined : BY_CODE[code]
  return byCode ?? (cause === undefined ? undefined : BY_CAUSE[cause]?.disposition) ?? 'provider_failed'
}

/** Of a fax that the provider refused to take: nothing was dialled. */
export function endOfRefusal(code: number | undefined, httpStatus: number): CallEnd {
  const disposition = httpStatus === 429 ? 'congestion' : dispositionOfFailure(code, undefined)
  // It says that it did not take the fax, so whatever else the number may mean, the outcome is known.
  return {
    disposition: disposition === 'outcome_unknown' ? 'provider_failed' : disposition,
    dataExchanged: 'none',
  }
}

/** How a fax in a provider's hands ended. */
export interface UpstreamEnd {
  readonly end: CallEnd
  /** Of the pages that were handed over, from the first on. */
  readonly pagesTransferred: number
}

/**
 * What the provider's word comes to; `undefined` while the fax is going on.
 *
 * `delivered` asks for two things: the provider says so, and it counts every page as transferred. Where the two differ nobody here can
 * know, and the same holds for a failure after all pages were transferred.
 * @param pageCount pages that were handed over
 */
export function endOfUpstream(fax: UpstreamFax, pageCount: number): UpstreamEnd | undefined {
  // Pages it counts beyond ours are a cover sheet of its own, which goes first.
  const covers = Math.max(0, (fax.pagesTotal ?? 0) - pageCount)
  const transferred = Math.min(Math.max(0, (fax.pagesTransferred ?? 0) - covers), pageCount)
  const isWhole = transferred === pageCount
  const q850 = fax.cause === undefined ? undefined : BY_CAUSE[fax.cause]?.q850
  const evidence = q850 === undefined ? {} : { q850Cause: q850 }
  const unknown: UpstreamEnd = {
    end: { disposition: 'outcome_unknown', dataExchanged: 'unknown', ...evidence },
    // The last page is the doubtful one.
    pagesTransferred: Math.min(transferred, pageCount - 1),
  }
  switch (fax.status) {
    case 'sending':
      return undefined
    case 'delivered':
      return isWhole
        ? {
            end: { disposition: 'delivered', dataExchanged: 'some', ...evidence },
            pagesTransferred: transferred,
          }
        : unknown
    case 'canceled':
      if (isWhole) return unknown
      return {
        end: { disposition: 'canceled', dataExchanged: transferred > 0 ? 'some' : 'none', ...evidence },
        pagesTransferred: transferred,
      }
    case 'failed': {
      const disposition = dispositionOfFailure(fax.code, fax.cause)
      if (disposition === 'outcome_unknown' || isWhole) return unknown
      const dataExchanged = transferred > 0 || !BEFORE_DATA.has(disposition) ? 'some' : 'none'
      return { end: { disposition, dataExchanged, ...evidence }, pagesTransferred: transferred }
    }
  }
}
