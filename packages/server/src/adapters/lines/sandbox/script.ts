import type { CallEnd } from '../../../domain/disposition.ts'
import { type E164, sandboxNumber } from '../../../domain/number.ts'

/** What the scripted far end does with a call. */
export type Script =
  | { readonly kind: 'unanswered'; readonly end: CallEnd }
  /** Answers, then ends before any page. */
  | { readonly kind: 'no_pages'; readonly end: CallEnd }
  | { readonly kind: 'takes_all'; readonly answerMs: number; readonly pageMs: number }
  /** Confirms the fax's first page when more follow, and drops in the middle of the next. */
  | { readonly kind: 'drops'; readonly end: CallEnd }
  /** Takes every page; the line goes dead between the last EOP and its MCF. */
  | { readonly kind: 'no_closing_mcf'; readonly end: CallEnd }
  /** Stays in the middle of a page until somebody hangs up. */
  | { readonly kind: 'endless' }

const QUICK = { kind: 'takes_all', answerMs: 1, pageMs: 2 } as const
const SLOW = { kind: 'takes_all', answerMs: 2_000, pageMs: 1_500 } as const

const BUSY = unanswered('busy', 486, 17)
const NO_ANSWER = unanswered('no_answer', 480, 19)
const CONGESTION = unanswered('congestion', 503, 42)
const UNALLOCATED = unanswered('number_unassigned', 404, 1)
const CARRIER_DOWN = unanswered('carrier_down', 503)

/** By the last two digits of +1 <area> 555 01NN. Those not named are out of service, as an unassigned number is. */
const ANSWERBACK: Readonly<Record<number, (attemptNumber: number) => Script>> = {
  0: () => QUICK,
  1: () => BUSY,
  2: () => NO_ANSWER,
  3: () => ({ kind: 'no_pages', end: scripted('no_fax_tone', 'none') }),
  4: () => UNALLOCATED,
  5: () => ({ kind: 'drops', end: scripted('call_dropped', 'some') }),
  6: (attemptNumber) => (attemptNumber <= 2 ? BUSY : QUICK),
  7: () => SLOW,
  8: () => CONGESTION,
  9: () => ({ kind: 'no_pages', end: scripted('training_failed', 'none') }),
  10: () => ({ kind: 'endless' }),
  11: () => CARRIER_DOWN,
  12: () => ({ kind: 'no_closing_mcf', end: scripted('outcome_unknown', 'unknown') }),
}

/** InterFAX's simulator takes any of its status codes; those whose meaning is published are played as they are. */
const INTERFAX: Readonly<Record<number, Script>> = {
  0: QUICK,
  263: BUSY,
  6017: BUSY,
}

/** @param attemptNumber 1 for the first call of a fax: "busy twice" counts the fax's calls, not this process's */
export function scriptFor(number: E164, attemptNumber: number): Script {
  const known = sandboxNumber(number)
  switch (known?.plan) {
    case 'answerback':
      return ANSWERBACK[known.code]?.(attemptNumber) ?? UNALLOCATED
    case 'interfax':
      return (
        INTERFAX[known.code] ?? {
          kind: 'no_pages',
          end: {
            ...scripted('remote_disconnect', 'none'),
            t30Result: `scripted InterFAX code ${known.code}`,
          },
        }
      )
    case 'sinch':
      return QUICK
    default:
      return UNALLOCATED
  }
}

/** Every end says that it is scripted, so that nobody takes it for a call. */
export function scripted(
  disposition: CallEnd['disposition'],
  dataExchanged: CallEnd['dataExchanged'],
): CallEnd {
  return { disposition, dataExchanged, t30Result: 'scripted' }
}

function unanswered(disposition: CallEnd['disposition'], sipStatus: number, q850Cause?: number): Script {
  return { kind: 'unanswered', end: { ...scripted(disposition, 'none'), sipStatus, q850Cause } }
}
