/**
 * Why a call failed or ended, in few enough kinds to act on. The mapping follows RFC 3398 §8.2.6.1 (ISUP causes and SIP
 * statuses) and the meanings of Q.850 table 1; a Q.850 cause from the far network is nearer the truth than the status some
 * gateway made of it.
 */
export type CallCause =
  | 'normal'
  | 'busy'
  | 'no_answer'
  | 'number_unassigned'
  | 'number_changed'
  | 'number_invalid'
  | 'rejected'
  | 'unavailable'
  | 'congestion'
  | 'carrier_down'
  | 'canceled'
  | 'media_refused'
  | 'unauthorized'
  | 'protocol_error'
  | 'unknown'

/** Q.850 table 1, the values carriers really send. */
const BY_Q850: Readonly<Record<number, CallCause>> = {
  1: 'number_unassigned', // unallocated number
  2: 'number_invalid', // no route to transit network
  3: 'number_invalid', // no route to destination
  4: 'number_unassigned', // send special information tone
  5: 'number_invalid', // misdialled trunk prefix
  16: 'normal', // normal call clearing
  17: 'busy', // user busy
  18: 'no_answer', // no user responding
  19: 'no_answer', // alerting, no answer
  20: 'unavailable', // subscriber absent
  21: 'rejected', // call rejected
  22: 'number_changed', // number changed
  23: 'number_changed', // redirection to new destination
  26: 'unavailable', // non-selected user clearing
  27: 'unavailable', // destination out of order
  28: 'number_invalid', // invalid number format
  29: 'rejected', // facility rejected
  31: 'normal', // normal, unspecified
  34: 'congestion', // no circuit available
  38: 'congestion', // network out of order
  41: 'congestion', // temporary failure
  42: 'congestion', // switching equipment congestion
  44: 'congestion', // requested circuit not available
  47: 'congestion', // resource unavailable
  50: 'rejected', // facility not subscribed
  55: 'rejected', // incoming calls barred within CUG
  57: 'rejected', // bearer capability not authorised
  58: 'media_refused', // bearer capability not available
  63: 'congestion', // service not available
  65: 'media_refused', // bearer capability not implemented
  79: 'media_refused', // service not implemented
  87: 'rejected', // user not member of CUG
  88: 'media_refused', // incompatible destination
  102: 'no_answer', // recovery on timer expiry
  111: 'protocol_error', // protocol error
  127: 'congestion', // interworking, unspecified
}

const BY_STATUS: Readonly<Record<number, CallCause>> = {
  400: 'protocol_error',
  401: 'unauthorized',
  402: 'rejected',
  403: 'rejected',
  404: 'number_unassigned',
  405: 'protocol_error',
  406: 'media_refused',
  407: 'unauthorized',
  408: 'no_answer',
  410: 'number_changed',
  413: 'protocol_error',
  414: 'protocol_error',
  415: 'media_refused',
  416: 'number_invalid',
  420: 'protocol_error',
  421: 'protocol_error',
  422: 'protocol_error',
  423: 'protocol_error',
  433: 'rejected', // anonymity disallowed (RFC 5079)
  480: 'unavailable',
  481: 'protocol_error',
  482: 'congestion',
  483: 'congestion',
  484: 'number_invalid',
  485: 'number_invalid',
  486: 'busy',
  487: 'canceled',
  488: 'media_refused',
  491: 'congestion',
  500: 'congestion',
  501: 'protocol_error',
  502: 'congestion',
  503: 'congestion',
  504: 'congestion',
  505: 'protocol_error',
  513: 'protocol_error',
  600: 'busy',
  603: 'rejected',
  604: 'number_unassigned',
  606: 'media_refused',
  607: 'rejected', // unwanted (RFC 8197)
  608: 'rejected', // rejected by an intermediary (RFC 8688)
}

/** Causes that say less than a status: a gateway's "normal" under 404 must not hide that the number does not exist. */
const VAGUE = new Set<CallCause>(['normal', 'congestion', 'unknown'])

/** The cause of a call refused with a status, and perhaps a Q.850 cause. */
export function causeOfFailure(status: number, q850Cause: number | undefined): CallCause {
  const byStatus =
    BY_STATUS[status] ??
    (status >= 500 ? 'congestion' : status >= 300 && status < 400 ? 'number_changed' : 'unknown')
  const byQ850 = q850Cause === undefined ? undefined : (BY_Q850[q850Cause] ?? 'unknown')
  if (byQ850 === undefined) return byStatus
  return VAGUE.has(byQ850) && !VAGUE.has(byStatus) ? byStatus : byQ850
}

/** The cause of a BYE or CANCEL: normal unless the network says otherwise. */
export function causeOfRelease(q850Cause: number | undefined): CallCause {
  return q850Cause === undefined ? 'normal' : (BY_Q850[q850Cause] ?? 'unknown')
}
