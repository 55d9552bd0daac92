import type { Disposition } from '../../domain/fax/disposition.ts'

/**
 * What an iFax client reads for a disposition: a code it may already know, or one of our own block 900000–900999, so
 * that no real iFax number is ever faked. Messages are hangup-cause names where the guide has them.
 */
export const DISPOSITION_CODES: Readonly<
  Record<Disposition, { readonly code: number; readonly message: string }>
> = {
  delivered: { code: 0, message: 'NORMAL_CLEARING' },
  busy: { code: 263, message: 'USER_BUSY' },
  no_answer: { code: 900001, message: 'NO_ANSWER' },
  no_fax_tone: { code: 900002, message: 'NO_FAX_TONE' },
  rejected: { code: 900003, message: 'CALL_REJECTED' },
  number_invalid: { code: -2075, message: 'INVALID_NUMBER_FORMAT' },
  number_unassigned: { code: 900004, message: 'UNALLOCATED_NUMBER' },
  congestion: { code: 900005, message: 'NORMAL_CIRCUIT_CONGESTION' },
  call_dropped: { code: 900006, message: 'CALL_DROPPED' },
  training_failed: { code: 900007, message: 'TRAINING_FAILED' },
  page_failed: { code: 900008, message: 'PAGE_NOT_CONFIRMED' },
  incompatible: { code: 900009, message: 'INCOMPATIBLE_DESTINATION' },
  identity_refused: { code: 900016, message: 'IDENTITY_REFUSED' },
  remote_disconnect: { code: 900010, message: 'REMOTE_DISCONNECT' },
  carrier_down: { code: 11013, message: 'Processing error, try later' },
  t38_refused: { code: 900014, message: 'T38_REFUSED' },
  provider_failed: { code: 900015, message: 'PROVIDER_FAILED' },
  canceled: { code: 900011, message: 'CANCELED' },
  expired: { code: 900012, message: 'EXPIRED' },
  worker_lost: { code: 11013, message: 'Processing error, try later' },
  outcome_unknown: { code: 900013, message: 'OUTCOME_UNKNOWN' },
  document_refused: { code: 120109, message: 'Invalid file format' },
  local_fault: { code: 11013, message: 'Processing error, try later' },
}
