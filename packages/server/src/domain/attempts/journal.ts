import type { CallEnd } from '../fax/disposition.ts'

/**
 * The attempt journal: what is written, durably, *before* the line goes on. A crash at any point is read back from it.
 *
 * `final_page_sending` stands before the last page's EOP leaves; `page_confirmed` of the last page after its MCF came.
 * Between the two nobody can know the outcome: the only such window.
 */
export type JournalKind =
  | 'dialing'
  | 'connected'
  | 'page_sending'
  | 'final_page_sending'
  | 'page_confirmed'
  /** Before a provider is asked to take the fax: from here on it may have it. */
  | 'handing_over'
  /** The provider has it, under the reference in the attempt's row. */
  | 'handed_over'
  /** The provider says that the page arrived. */
  | 'page_reported'

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

const ARRIVED: readonly JournalKind[] = ['page_confirmed', 'page_reported']
/** After one of these nobody here can know, unless somebody who does is asked. */
const DOUBTFUL: readonly JournalKind[] = ['final_page_sending', 'handing_over', 'handed_over']

/** Whether a page was on its way: fax data was exchanged, whatever the line believes. */
export function touchedPages(entries: readonly JournalEntry[]): boolean {
  return entries.some((entry) => entry.page !== undefined)
}

/** What an attempt came to when its worker died with the call up. `pageCount` is the last page's number. */
export function readAfterCrash(entries: readonly JournalEntry[], pageCount: number): JournalReading {
  const confirmed = entries.filter((entry) => ARRIVED.includes(entry.kind))
  const last = entries.at(-1)
  const pagesConfirmed = confirmed.length
  if (confirmed.some((entry) => entry.page === pageCount)) {
    return { end: { disposition: 'delivered', dataExchanged: 'some' }, pagesConfirmed }
  }
  if (last && DOUBTFUL.includes(last.kind)) {
    return { end: { disposition: 'outcome_unknown', dataExchanged: 'unknown' }, pagesConfirmed }
  }
  const touched = touchedPages(entries)
  return { end: { disposition: 'worker_lost', dataExchanged: touched ? 'some' : 'none' }, pagesConfirmed }
}
