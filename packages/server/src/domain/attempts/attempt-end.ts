import type { CallEnd, Disposition } from '../fax/disposition.ts'
import { type JournalEntry, type JournalReading, readAfterCrash, touchedPages } from './journal.ts'

/** Why this server ended a call that was still up. */
export type HangUpReason = 'cancel' | 'deadline' | 'stopping' | 'too_long' | 'lease_lost'

const DISPOSITION_OF: Readonly<Record<HangUpReason, Disposition>> = {
  cancel: 'canceled',
  deadline: 'expired',
  stopping: 'worker_lost',
  too_long: 'call_dropped',
  lease_lost: 'worker_lost',
}

/**
 * What an attempt came to, by its journal and by what the line said of the call. The journal has the last word on
 * pages: `delivered` needs the closing MCF on record, and with it on record nothing else is possible.
 *
 * @param told the line's word; `undefined` when it failed or did not come back after it was told to hang up
 * @param hungUp set when this server ended the call
 */
export function concludeAttempt(
  entries: readonly JournalEntry[],
  pageCount: number,
  told: CallEnd | undefined,
  hungUp?: HangUpReason,
): JournalReading {
  const journal = readAfterCrash(entries, pageCount)
  const { pagesConfirmed } = journal
  if (journal.end.disposition === 'delivered') return { end: { ...told, ...journal.end }, pagesConfirmed }
  if (!told) {
    if (journal.end.disposition === 'outcome_unknown') return journal
    const disposition = hungUp ? DISPOSITION_OF[hungUp] : 'local_fault'
    return { end: { ...journal.end, disposition }, pagesConfirmed }
  }
  if (told.disposition === 'delivered' || told.dataExchanged === 'unknown') {
    return { end: { ...told, disposition: 'outcome_unknown', dataExchanged: 'unknown' }, pagesConfirmed }
  }
  // A journal with a page in it means data on the line, whatever the line believes.
  const dataExchanged = touchedPages(entries) ? 'some' : told.dataExchanged
  return { end: { ...told, disposition: endOfCall(told.disposition, hungUp), dataExchanged }, pagesConfirmed }
}

/** A line calls every hang-up from our side `canceled`; only we know why it was told to. */
function endOfCall(told: Disposition, hungUp: HangUpReason | undefined): Disposition {
  if (told !== 'canceled') return told
  return hungUp ? DISPOSITION_OF[hungUp] : 'local_fault'
}
