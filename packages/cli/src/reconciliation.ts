import { counted } from './counted.ts'
import { printable } from './printable.ts'

/** The fields of the API's reconciliation that the commands show. */
export interface Reconciliation {
  readonly id: string
  readonly startedAt: string
  readonly endedAt: string | null
  readonly counts: Counts | null
  readonly error: string | null
}

interface Counts {
  readonly sentCompared: number
  readonly receivedCompared: number
  readonly attemptsRecovered: number
  readonly receivedRecovered: number
  readonly contradictions: number
  readonly providersFailed: number
  readonly attemptsOverdue: number
  readonly faxesOverdue: number
  readonly eventsUndelivered: number
  readonly deliveriesOverdue: number
}

/** What two records of one fax disagree about. */
export interface Contradiction {
  readonly id: string
  readonly kind: string
  readonly providerId: string | null
  readonly reference: string
  readonly faxId: string | null
  readonly inboundId: string | null
  readonly ours: string | null
  readonly theirs: string | null
  readonly ourPages: number | null
  readonly theirPages: number | null
  readonly foundAt: string
  readonly resolvedAt: string | null
  readonly resolvedBy: string | null
}

export function describeReconciliation(run: Reconciliation): string {
  const { id, startedAt, endedAt, counts, error } = run
  const lines = [`${id}  ${startedAt}  ${endedAt === null ? 'running, or its process died' : 'ended'}`]
  if (error !== null) lines.push(`  error    ${printable(error)}`)
  if (counts !== null) lines.push(...describeCounts(counts))
  return `${lines.join('\n')}\n`
}

function describeCounts(counts: Counts): string[] {
  const { attemptsOverdue, faxesOverdue, eventsUndelivered, deliveriesOverdue } = counts
  const overdue = [
    attemptsOverdue > 0 && counted(attemptsOverdue, 'attempt'),
    faxesOverdue > 0 && counted(faxesOverdue, 'fax', 'faxes'),
    deliveriesOverdue > 0 && counted(deliveriesOverdue, 'delivery', 'deliveries'),
    eventsUndelivered > 0 && `${counted(eventsUndelivered, 'event')} no webhook was told of`,
  ].filter((each) => each !== false)
  const lines = [`  compared ${counts.sentCompared} sent, ${counts.receivedCompared} received`]
  if (counts.attemptsRecovered + counts.receivedRecovered > 0)
    lines.push(`  mended   ${counts.attemptsRecovered} sent, ${counts.receivedRecovered} received`)
  if (counts.contradictions > 0) lines.push(`  new      ${counted(counts.contradictions, 'contradiction')}`)
  if (counts.providersFailed > 0)
    lines.push(`  failed   ${counted(counts.providersFailed, 'provider')} could not be asked`)
  if (overdue.length > 0) lines.push(`  overdue  ${overdue.join(', ')}`)
  return lines
}

const KINDS: Readonly<Record<string, string>> = {
  outcome_differs: 'one says delivered, the other does not',
  pages_differ: 'the pages differ',
  unknown_to_us: 'the provider sent what this account never asked for',
  unknown_to_provider: 'the provider does not know a fax it took',
  not_fetched: 'a received fax could not be had from the provider',
}

export function describeContradiction(contradiction: Contradiction): string {
  const { id, kind, foundAt, providerId, reference, faxId, inboundId } = contradiction
  const { ours, theirs, ourPages, theirPages, resolvedAt, resolvedBy } = contradiction
  const lines = [
    `${id}  ${foundAt}  ${KINDS[kind] ?? printable(kind)}`,
    `  fax      ${faxId ?? inboundId ?? 'none of ours'}, which ${providerId ?? 'the provider'} calls ${printable(reference)}`,
    `  ours     ${side(ours, ourPages)}`,
    `  theirs   ${side(theirs, theirPages)}`,
  ]
  if (resolvedAt !== null) lines.push(`  resolved ${resolvedAt} by ${resolvedBy}`)
  return `${lines.join('\n')}\n`
}

function side(status: string | null, pages: number | null): string {
  const said = status === null ? 'nothing' : printable(status)
  return pages === null ? said : `${said}, ${counted(pages, 'page')}`
}
