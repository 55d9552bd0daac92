/**
 * The fax: one accepted instruction to move one document to one destination.
 *
 * Its status only ever moves along `NEXT_STATUSES`. A terminal status never changes; a fax that might have been
 * delivered and might not is `outcome_unknown`, which is terminal for the machine and open for a person.
 */

export type Mode = 'test' | 'live'

export type FaxStatus =
  | 'scheduled'
  | 'queued'
  | 'preparing'
  | 'sending'
  | 'retrying'
  | 'delivered'
  | 'partially_delivered'
  | 'failed'
  | 'canceled'
  | 'expired'
  | 'outcome_unknown'

const NEXT_STATUSES: Readonly<Record<FaxStatus, readonly FaxStatus[]>> = {
  scheduled: ['queued', 'canceled', 'expired'],
  queued: ['preparing', 'sending', 'canceled', 'expired', 'failed'],
  preparing: ['queued', 'sending', 'failed', 'canceled', 'expired'],
  sending: [
    'retrying',
    'delivered',
    'partially_delivered',
    'failed',
    'canceled',
    'expired',
    'outcome_unknown',
  ],
  retrying: ['sending', 'partially_delivered', 'failed', 'canceled', 'expired'],
  delivered: [],
  partially_delivered: [],
  failed: [],
  canceled: [],
  expired: [],
  outcome_unknown: [],
}

export const FAX_STATUSES = Object.keys(NEXT_STATUSES) as FaxStatus[]

export function isTerminal(status: FaxStatus): boolean {
  return NEXT_STATUSES[status].length === 0
}

export function mayBecome(from: FaxStatus, to: FaxStatus): boolean {
  return NEXT_STATUSES[from].includes(to)
}

/** A broken invariant: a bug, never a user's mistake. It stops the work in hand and is counted. */
export class Fault extends Error {
  override readonly name = 'Fault'
}

/** Throws `Fault` when the step is not in the table. */
export function assertMayBecome(from: FaxStatus, to: FaxStatus): void {
  if (!mayBecome(from, to)) throw new Fault(`A fax cannot go from ${from} to ${to}.`)
}

/**
 * The status of a fax that a person cancelled or a watchdog ended.
 * Once a page is confirmed by the far end, `canceled` or `expired` would hide it.
 */
export function endedEarly(wanted: 'canceled' | 'expired' | 'failed', pagesConfirmed: number): FaxStatus {
  return pagesConfirmed > 0 ? 'partially_delivered' : wanted
}

/** What one attempt left behind, as the retry policy needs it. */
export type DataExchanged = 'none' | 'some' | 'unknown'
