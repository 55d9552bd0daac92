import type { TimelineEntry } from '@answerback/protocol/t30/timeline'
import type { DataExchanged } from './fax.ts'

/** How an attempt ended. Exactly one per attempt. Raw evidence (SIP status, Q.850 cause, T.30 result) stays beside it. */
export type Disposition =
  | 'delivered'
  | 'busy'
  | 'no_answer'
  | 'no_fax_tone'
  | 'rejected'
  | 'number_invalid'
  | 'number_unassigned'
  | 'congestion'
  | 'call_dropped'
  | 'training_failed'
  | 'page_failed'
  | 'incompatible'
  | 'identity_refused'
  | 'remote_disconnect'
  | 'carrier_down'
  | 't38_refused'
  | 'provider_failed'
  | 'canceled'
  | 'expired'
  | 'worker_lost'
  | 'outcome_unknown'
  | 'document_refused'
  | 'local_fault'

/** The retry policy speaks of classes; HylaFAX's `JobReq…` and `JobRetry…` parameters are its starting figures. */
export type RetryClass =
  | 'busy'
  | 'no_answer'
  | 'no_carrier'
  | 'congestion'
  | 'dropped'
  | 'protocol'
  | 'carrier_down'
  | 'no_t38'
  | 'local'
  | 'never'

export interface DispositionFacts {
  readonly retryClass: RetryClass
  /** Stable code of the API's taxonomy. */
  readonly code: string
  /** One sentence a nurse understands. */
  readonly sentence: string
}

export const DISPOSITIONS: Readonly<Record<Disposition, DispositionFacts>> = {
  delivered: {
    retryClass: 'never',
    code: 'ok',
    sentence: 'Every page was confirmed by the receiving machine.',
  },
  busy: {
    retryClass: 'busy',
    code: 'call.busy',
    sentence: 'The line was busy.',
  },
  no_answer: {
    retryClass: 'no_answer',
    code: 'call.no_answer',
    sentence: 'Nobody answered.',
  },
  no_fax_tone: {
    retryClass: 'no_carrier',
    code: 'fax.no_tone',
    sentence: 'The call was answered, but not by a fax machine.',
  },
  rejected: {
    retryClass: 'congestion',
    code: 'call.rejected',
    sentence: 'The far end refused the call.',
  },
  number_invalid: {
    retryClass: 'never',
    code: 'number.invalid',
    sentence: 'The network says this is not a valid number.',
  },
  number_unassigned: {
    retryClass: 'never',
    code: 'number.unallocated',
    sentence: 'This number is not in service. Check it with the recipient.',
  },
  congestion: {
    retryClass: 'congestion',
    code: 'call.congestion',
    sentence: 'The telephone network was congested.',
  },
  call_dropped: {
    retryClass: 'dropped',
    code: 'call.dropped',
    sentence: 'The call was cut off before all pages were confirmed.',
  },
  training_failed: {
    retryClass: 'protocol',
    code: 'fax.train_failed',
    sentence: 'The two machines could not agree on a speed.',
  },
  page_failed: {
    retryClass: 'protocol',
    code: 'fax.page_not_confirmed',
    sentence: 'The receiving machine did not confirm a page.',
  },
  incompatible: {
    retryClass: 'never',
    code: 'fax.incompatible',
    sentence: 'The receiving machine cannot take this fax.',
  },
  identity_refused: {
    retryClass: 'never',
    code: 'fax.identity_refused',
    sentence:
      'Another machine than before answered at this number; no page was sent. Check the number with the recipient.',
  },
  remote_disconnect: {
    retryClass: 'protocol',
    code: 'fax.remote_disconnect',
    sentence: 'The receiving machine ended the session.',
  },
  carrier_down: {
    retryClass: 'carrier_down',
    code: 'system.carrier_unavailable',
    sentence: 'The telephone carrier could not be reached.',
  },
  t38_refused: {
    retryClass: 'no_t38',
    code: 'call.t38_refused',
    sentence: 'The telephone carrier did not let the call carry a fax.',
  },
  provider_failed: {
    retryClass: 'dropped',
    code: 'fax.provider_failed',
    sentence: 'The fax provider reported a failure without a reason this server knows.',
  },
  canceled: {
    retryClass: 'never',
    code: 'fax.canceled',
    sentence: 'The fax was canceled.',
  },
  expired: {
    retryClass: 'never',
    code: 'fax.expired',
    sentence: 'The fax did not end within its time limit.',
  },
  worker_lost: {
    retryClass: 'local',
    code: 'system.processing',
    sentence: 'The call ended because this server stopped.',
  },
  outcome_unknown: {
    retryClass: 'never',
    code: 'fax.outcome_unknown',
    sentence: 'We cannot tell whether the last page arrived. Call to confirm before sending it again.',
  },
  document_refused: {
    retryClass: 'never',
    code: 'document.render_failed',
    sentence: 'The document could not be turned into fax pages.',
  },
  local_fault: {
    retryClass: 'local',
    code: 'system.processing',
    sentence: 'Something went wrong on this server.',
  },
}

/** How a call ended, as a line tells it. */
export interface CallEnd {
  readonly disposition: Disposition
  readonly dataExchanged: DataExchanged
  readonly sipStatus?: number
  readonly q850Cause?: number
  readonly t30Result?: string
  readonly bitRate?: number
  readonly ecm?: boolean
  /** The far end's CSI (T.30 §5.3.6.2.4). Untrusted text; never logged. */
  readonly remoteId?: string
  /** The far end's NSF (T.30 §5.3.6.1.1), hex: it tells the make of the machine. */
  readonly remoteNsf?: string
  /** From the call's beginning to its answer. */
  readonly answeredAfterMs?: number
  /** Who asked for T.38 where it came about: `offer`, we did; `wait`, the far end did. */
  readonly t38Mode?: 'offer' | 'wait'
  /** What went over the line, frame by frame; no image octets. */
  readonly timeline?: readonly TimelineEntry[]
  /** Entries the line left out of the middle of a very long timeline. */
  readonly timelineCut?: number
}
