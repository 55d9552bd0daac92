import type { CallCause } from '@answerback/protocol/sip/call-end'
import type { T30End, T30Result } from '@answerback/protocol/t30/result'
import type { CallEnd, Disposition } from '../fax/disposition.ts'

/** What each T.30 result means for the fax, when it is known what the far end made of the last page. */
const BY_RESULT: Readonly<Record<T30Result, Disposition>> = {
  ok: 'delivered',
  no_dis: 'no_fax_tone',
  cannot_receive: 'incompatible',
  incompatible: 'incompatible',
  sub_address_unsupported: 'incompatible',
  // Never redialled: whoever answers that number is not who was meant.
  identity_refused: 'identity_refused',
  no_response_to_dcs: 'training_failed',
  training_failed: 'training_failed',
  disconnected_before_page: 'remote_disconnect',
  disconnected_after_page: 'remote_disconnect',
  no_response_to_page: 'page_failed',
  page_refused: 'page_failed',
  page_not_recovered: 'page_failed',
  receiver_not_ready: 'page_failed',
  no_dcs: 'no_fax_tone',
  settings_unusable: 'incompatible',
  poll_refused: 'incompatible',
  no_page: 'page_failed',
  page_too_long: 'page_failed',
  disconnected_early: 'remote_disconnect',
  not_recorded: 'local_fault',
  carrier_lost: 'call_dropped',
  hung_up: 'canceled',
}

/** How a call that reached T.30 ended. A last page whose answer was not heard outweighs whatever ended the call. */
export function dispositionOfT30(
  end: Pick<T30End, 'result' | 'dataExchanged' | 'settings' | 'remoteId'>,
): Pick<CallEnd, 'disposition' | 'dataExchanged'> {
  const { result, dataExchanged } = end
  if (dataExchanged === 'unknown') return { disposition: 'outcome_unknown', dataExchanged }
  const hasMetMachine = end.settings !== undefined || end.remoteId !== undefined
  // Most likely a person who picked up and hung up again. Redialling as after a drop would ring them a dozen times.
  if (result === 'carrier_lost' && !hasMetMachine) return { disposition: 'no_fax_tone', dataExchanged }
  return { disposition: BY_RESULT[result], dataExchanged }
}

/** Of a call that did not get as far as T.30. */
const BY_CAUSE: Readonly<Record<CallCause, Disposition>> = {
  normal: 'call_dropped',
  busy: 'busy',
  no_answer: 'no_answer',
  number_unassigned: 'number_unassigned',
  number_changed: 'number_unassigned',
  number_invalid: 'number_invalid',
  rejected: 'rejected',
  unavailable: 'no_answer',
  congestion: 'congestion',
  carrier_down: 'carrier_down',
  canceled: 'canceled',
  media_refused: 't38_refused',
  // The trunk refuses us, not this call: as good as no carrier until somebody mends it.
  unauthorized: 'carrier_down',
  protocol_error: 'rejected',
  unknown: 'rejected',
}

export function dispositionOfCause(cause: CallCause): Disposition {
  return BY_CAUSE[cause]
}
