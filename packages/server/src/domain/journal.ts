import type { CallEnd } from './disposition.ts'

/**
 * The attempt journal: what is written, durably, *before* the line goes on. A crash at any point is read back from it.
 *
 * `final_page_sending` stands before the last page's EOP leaves; `page_confirmed` of the last page after its MCF came.
 * Between the two nobody can know the outcome: the only such window.
 */
export type JournalKind = 'dialing' | 'connected' | 'page_sending' | 'final_page_sending' | 'page_confirmed'

export interface JournalEntry {
  readonly kind: JournalKind
  /** 1-based page of the fax, for the page kinds. */
  readonly page?: number
}

export interface JournalReading {
  readonly end: CallEnd
  /** Pages confirmed within this attempt. */
  readonly pagesConfirmed: number
}

/** What an attempt came to when its worker died with the call up. `pageCount` is the last page's number. */
export function readAfterCrash(entries: readonly JournalEntry[], pageCount: number): JournalReading {
  const confirmed = entries.filter((entry) => entry.kind === 'page_confirmed')
  const last = entries.at(-1)
  const pagesConfirmed = confirmed.length
  if (confirmed.some((entry) => entry.page === pageCount)) {
    return { end: { disposition: 'delivered', dataExchanged: 'some' }, pagesConfirmed }
  }
  if (last?.kind === 'final_page_sending') {
    return { end: { disposition: 'outcome_unknown', dataExchanged: 'unknown' }, pagesConfirmed }
  }
  const touched = entries.some((entry) => entry.kind !== 'dialing' && entry.kind !== 'connected')
  return { end: { disposition: 'worker_lost', dataExchanged: touched ? 'some' : 'none' }, pagesConfirmed }
}
