import type { CallEnd } from '../../../domain/fax/disposition.ts'
import type { SealedEvidence } from '../../../ports/store/call-end-store.ts'

/** How a call ended: the same columns of `attempt` and `received_fax`. */
export interface CallEndTable {
  disposition: string | null
  sip_status: number | null
  q850_cause: number | null
  t30_result: string | null
  bit_rate: number | null
  ecm: boolean | null
  remote_id_sealed: Buffer | null
  remote_nsf_sealed: Buffer | null
  timeline_sealed: Buffer | null
}

/** Everything but the timeline, which is large and seldom wanted. */
export const CALL_END_COLUMNS = [
  'disposition',
  'sip_status',
  'q850_cause',
  't30_result',
  'bit_rate',
  'ecm',
  'remote_id_sealed',
  'remote_nsf_sealed',
] as const satisfies readonly (keyof CallEndTable)[]

/** What is written when a call has ended. */
export function callEndColumns(end: CallEnd, sealed: SealedEvidence): CallEndTable {
  return {
    disposition: end.disposition,
    sip_status: end.sipStatus ?? null,
    q850_cause: end.q850Cause ?? null,
    t30_result: end.t30Result ?? null,
    bit_rate: end.bitRate ?? null,
    ecm: end.ecm ?? null,
    remote_id_sealed: sealed.remoteId,
    remote_nsf_sealed: sealed.remoteNsf,
    timeline_sealed: sealed.timeline,
  }
}
