import type { Disposition } from '../fax/disposition.ts'
import type { ReceivedStatus } from '../fax/received-fax.ts'
import { endOfUpstream } from './upstream-disposition.ts'
import type { UpstreamFax, UpstreamReceived } from './upstream-fax.ts'

export const CONTRADICTION_KINDS = [
  'outcome_differs',
  'pages_differ',
  'unknown_to_us',
  'unknown_to_provider',
  'not_fetched',
] as const

/**
 * What two records of one fax can disagree about. A contradiction is for a person: it never changes what a fax ended as.
 *
 * - `outcome_differs`: one side says delivered, the other does not;
 * - `pages_differ`: they count different pages as transferred, or received;
 * - `unknown_to_us`: the provider sent a fax from this account that no attempt of ours made;
 * - `unknown_to_provider`: an attempt of ours has a reference the provider does not know;
 * - `not_fetched`: the provider received a fax for us that could not be had from it, or not be read.
 */
export type ContradictionKind = (typeof CONTRADICTION_KINDS)[number]

/** Statuses and counts, never numbers. */
export interface ContradictionFacts {
  readonly ours: string | null
  readonly theirs: string | null
  readonly ourPages: number | null
  readonly theirPages: number | null
}

export interface Contradiction extends ContradictionFacts {
  readonly kind: ContradictionKind
}

export interface OurAttempt {
  readonly disposition: Disposition | null
  /** Pages that were handed over. */
  readonly pageCount: number
  readonly pagesConfirmed: number
}

/** What an ended attempt and the provider's record of it disagree about; a fax still on its way disagrees about nothing. */
export function compareSent(ours: OurAttempt, theirs: UpstreamFax): Contradiction | undefined {
  const { disposition, pagesConfirmed } = ours
  if (disposition === null || theirs.status === 'sending') return undefined
  const facts = {
    ours: disposition,
    theirs: theirs.status,
    ourPages: pagesConfirmed,
    theirPages: theirs.pagesTransferred ?? null,
  }
  const told = endOfUpstream(theirs, ours.pageCount)
  if (disposition === 'outcome_unknown') {
    // Whoever has to find out what nobody knew wants to hear when the provider knows it.
    return told?.end.disposition === 'outcome_unknown' ? undefined : { kind: 'outcome_differs', ...facts }
  }
  if ((disposition === 'delivered') !== (theirs.status === 'delivered')) {
    return { kind: 'outcome_differs', ...facts }
  }
  if (facts.theirPages === null || told?.pagesTransferred === pagesConfirmed) return undefined
  return { kind: 'pages_differ', ...facts }
}

export function compareReceived(
  ours: { readonly status: ReceivedStatus; readonly pageCount: number },
  theirs: UpstreamReceived,
): Contradiction | undefined {
  if (ours.status === 'receiving' || theirs.pages === undefined || theirs.pages === ours.pageCount) {
    return undefined
  }
  return {
    kind: 'pages_differ',
    ours: ours.status,
    theirs: 'received',
    ourPages: ours.pageCount,
    theirPages: theirs.pages,
  }
}

/** What one run saw and did; told by `GET /v2/reconciliations`. */
export interface ReconciliationCounts {
  /** Faxes of providers that were compared. */
  readonly sentCompared: number
  readonly receivedCompared: number
  /** Attempts that waited although the provider had ended them. */
  readonly attemptsRecovered: number
  /** Received faxes nobody had told us of. */
  readonly receivedRecovered: number
  /** New ones; those told before are not told again. */
  readonly contradictions: number
  /** Providers that could not be asked. */
  readonly providersFailed: number
  /** Attempts without a worker whose next look is overdue. */
  readonly attemptsOverdue: number
  /** Faxes past their deadline that have not ended. */
  readonly faxesOverdue: number
  /** Events that a subscription wants and that have no delivery. */
  readonly eventsUndelivered: number
  readonly deliveriesOverdue: number
}

export const NOTHING_FOUND: ReconciliationCounts = {
  sentCompared: 0,
  receivedCompared: 0,
  attemptsRecovered: 0,
  receivedRecovered: 0,
  contradictions: 0,
  providersFailed: 0,
  attemptsOverdue: 0,
  faxesOverdue: 0,
  eventsUndelivered: 0,
  deliveriesOverdue: 0,
}

export function addCounts(a: ReconciliationCounts, b: Partial<ReconciliationCounts>): ReconciliationCounts {
  const sums = Object.entries(a).map(([name, value]) => [
    name,
    value + (b[name as keyof ReconciliationCounts] ?? 0),
  ])
  return Object.fromEntries(sums) as unknown as ReconciliationCounts
}
