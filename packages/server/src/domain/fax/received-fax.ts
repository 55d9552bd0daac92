import type { CallEnd } from './disposition.ts'

export const RECEIVED_STATUSES = ['receiving', 'received', 'partially_received', 'failed'] as const

/** A call that came in: `receiving` while it is up, then one of the others for good. */
export type ReceivedStatus = (typeof RECEIVED_STATUSES)[number]

/** How legible a page came out: `poor` has so many bad rows that a person should look. */
export type PageQuality = 'clean' | 'usable' | 'poor'

/**
 * What a call that came in ended as. `delivered` is the line's word that the sender said EOP and the last page was confirmed;
 * without a page even that is nothing received.
 */
export function receivedStatus(end: CallEnd, pageCount: number): Exclude<ReceivedStatus, 'receiving'> {
  if (pageCount === 0) return 'failed'
  return end.disposition === 'delivered' ? 'received' : 'partially_received'
}
