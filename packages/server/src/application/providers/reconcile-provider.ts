import {
  addCounts,
  compareReceived,
  compareSent,
  NOTHING_FOUND,
  type ReconciliationCounts,
} from '../../domain/providers/reconciliation.ts'
import type { UpstreamFax, UpstreamReceived } from '../../domain/providers/upstream-fax.ts'
import type { ProviderRow, UpstreamAttempt } from '../../ports/store/provider-store.ts'
import type { Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import type { UpstreamClient } from '../../ports/upstream.ts'
import type { Services } from '../services.ts'
import { noticeReceived, wakeSent } from './provider-hook.ts'
import { recordContradiction } from './record-contradiction.ts'

const HOUR_MS = 3_600_000
/** How far before the last comparison the next one begins: a fax may be in a provider's hands for a day, and its clock may be off. */
const OVERLAP_MS = 26 * HOUR_MS
/** A send whose answer was lost is still being looked for; until then nobody may call its fax unknown. */
const GRACE_MS = 15 * 60_000
/** Rows written in one transaction. */
const BATCH = 100
const ATTEMPTS_MAX = 10_000
/** Of our attempts that their list does not show, how many are asked for one by one in a run. */
const QUESTIONS_MAX = 200

interface Comparing {
  readonly scope: Scope
  readonly provider: ProviderRow
  readonly client: UpstreamClient
  readonly now: Date
  readonly signal: AbortSignal
}

/**
 * Compares a provider's records with ours since the last time, with an overlap. What a lost webhook would have told is taken up; where
 * the two contradict each other a person is told once, and nothing that has ended changes.
 * @throws UpstreamError when the provider cannot be asked; what was compared until then stays compared
 */
export async function reconcileProvider(
  services: Services,
  scope: Scope,
  provider: ProviderRow,
  client: UpstreamClient,
  signal: AbortSignal,
): Promise<ReconciliationCounts> {
  const comparing: Comparing = { scope, provider, client, now: new Date(services.clock.now()), signal }
  const received = await compareInbox(services, comparing)
  return addCounts(received, await compareOutbox(services, comparing))
}

async function compareInbox(services: Services, comparing: Comparing): Promise<ReconciliationCounts> {
  const { scope, provider, client, now, signal } = comparing
  const from = since(provider.receivedSeenAt, provider)
  const theirs = await client.received({ from, to: now }, signal)
  let counts = NOTHING_FOUND
  for (const batch of batches(theirs.filter(({ receivedAt }) => !receivedAt || receivedAt >= from))) {
    counts = addCounts(
      counts,
      await store(services, scope, (tx) => compareReceivedBatch(services, tx, comparing, batch)),
    )
  }
  await store(services, scope, (tx) => tx.providers.update(provider.id, { receivedSeenAt: now }))
  return counts
}

async function compareReceivedBatch(
  services: Services,
  tx: Tx,
  { provider }: Comparing,
  batch: readonly UpstreamReceived[],
): Promise<Partial<ReconciliationCounts>> {
  const references = batch.map(({ reference }) => reference)
  const held = await tx.providers.findReceived(provider.id, references)
  const ours = new Map(held.map((row) => [row.reference, row]))
  let receivedRecovered = 0
  let contradictions = 0
  for (const row of batch) {
    const own = ours.get(row.reference)
    if (!own) {
      const isNews = await noticeReceived(services, tx, provider, row.reference, row.transactionId ?? null)
      if (isNews) receivedRecovered += 1
      continue
    }
    const found = compareReceived(own, row)
    if (!found) continue
    const { receivedFaxId, reference } = own
    const about = { ...found, providerId: provider.id, reference, receivedFaxId }
    if (await recordContradiction(services, tx, about)) contradictions += 1
  }
  return { receivedCompared: batch.length, receivedRecovered, contradictions }
}

async function compareOutbox(services: Services, comparing: Comparing): Promise<ReconciliationCounts> {
  const { scope, provider, client, now, signal } = comparing
  const from = since(provider.sentSeenAt, provider)
  const theirs = await client.sent({ from, to: now }, signal)
  let counts = NOTHING_FOUND
  for (const batch of batches(theirs.filter(({ startedAt }) => !startedAt || startedAt >= from))) {
    counts = addCounts(
      counts,
      await store(services, scope, (tx) => compareSentBatch(services, tx, comparing, batch)),
    )
  }
  counts = addCounts(counts, await askForMissing(services, comparing, from, theirs))
  await store(services, scope, (tx) => tx.providers.update(provider.id, { sentSeenAt: now }))
  return counts
}

async function compareSentBatch(
  services: Services,
  tx: Tx,
  comparing: Comparing,
  batch: readonly UpstreamFax[],
): Promise<Partial<ReconciliationCounts>> {
  let attemptsRecovered = 0
  let contradictions = 0
  for (const fax of batch) {
    const attempt = await tx.providers.findAttempt(comparing.provider.id, fax.reference)
    const compared = attempt
      ? await compareAttempt(services, tx, comparing, attempt, fax)
      : await tellUnknown(services, tx, comparing, fax)
    if (compared === 'recovered') attemptsRecovered += 1
    if (compared === 'contradiction') contradictions += 1
  }
  return { sentCompared: batch.length, attemptsRecovered, contradictions }
}

type Compared = 'recovered' | 'contradiction' | 'nothing'

async function compareAttempt(
  services: Services,
  tx: Tx,
  { provider }: Comparing,
  attempt: UpstreamAttempt,
  fax: UpstreamFax,
): Promise<Compared> {
  const { attemptId, faxId, reference } = attempt
  if (attempt.endedAt === null) {
    if (fax.status === 'sending') return 'nothing'
    return (await wakeSent(services, tx, provider.id, reference)) ? 'recovered' : 'nothing'
  }
  const found = compareSent(attempt, fax)
  if (!found) return 'nothing'
  const about = { ...found, providerId: provider.id, reference, attemptId, faxId }
  return (await recordContradiction(services, tx, about)) ? 'contradiction' : 'nothing'
}

/** A fax they sent in our name that we never asked for, as far as our records go. */
async function tellUnknown(
  services: Services,
  tx: Tx,
  { provider, now }: Comparing,
  fax: UpstreamFax,
): Promise<Compared> {
  const begun = fax.startedAt?.getTime()
  // Before the provider was added here, somebody else may have sent with the same key.
  if (begun === undefined || begun < provider.createdAt.getTime()) return 'nothing'
  if (begun > now.getTime() - GRACE_MS) return 'nothing'
  const isNew = await recordContradiction(services, tx, {
    kind: 'unknown_to_us',
    providerId: provider.id,
    reference: fax.reference,
    ours: null,
    theirs: fax.status,
    ourPages: null,
    theirPages: fax.pagesTransferred ?? null,
  })
  return isNew ? 'contradiction' : 'nothing'
}

/** Our attempts that their list does not show. A list may be short, so each is asked for by its name before anything is said. */
async function askForMissing(
  services: Services,
  comparing: Comparing,
  from: Date,
  theirs: readonly UpstreamFax[],
): Promise<Partial<ReconciliationCounts>> {
  const { scope, provider, client, now, signal } = comparing
  const listed = new Set(theirs.map(({ reference }) => reference))
  const ours = await store(services, scope, (tx) =>
    tx.providers.attemptsSince(provider.id, from, ATTEMPTS_MAX),
  )
  const missing = ours
    .filter(
      ({ reference, startedAt }) => !listed.has(reference) && now.getTime() - startedAt.getTime() > GRACE_MS,
    )
    .slice(0, QUESTIONS_MAX)
  let counts = NOTHING_FOUND
  for (const attempt of missing) {
    const fax = await client.status(attempt.reference, signal)
    const compared = await store(services, scope, (tx) =>
      fax
        ? compareAttempt(services, tx, comparing, attempt, fax)
        : tellForgotten(services, tx, provider, attempt),
    )
    counts = addCounts(counts, {
      sentCompared: 1,
      attemptsRecovered: compared === 'recovered' ? 1 : 0,
      contradictions: compared === 'contradiction' ? 1 : 0,
    })
  }
  return counts
}

async function tellForgotten(
  services: Services,
  tx: Tx,
  provider: ProviderRow,
  attempt: UpstreamAttempt,
): Promise<Compared> {
  const { reference, attemptId, faxId, disposition, pagesConfirmed } = attempt
  const isNew = await recordContradiction(services, tx, {
    kind: 'unknown_to_provider',
    providerId: provider.id,
    reference,
    attemptId,
    faxId,
    ours: disposition,
    theirs: null,
    ourPages: pagesConfirmed,
    theirPages: null,
  })
  return isNew ? 'contradiction' : 'nothing'
}

/** Nothing before the provider was added can be ours. */
function since(seenAt: Date | null, provider: ProviderRow): Date {
  const begun = provider.createdAt.getTime() - HOUR_MS
  return new Date(seenAt === null ? begun : Math.max(begun, seenAt.getTime() - OVERLAP_MS))
}

function store<T>(services: Services, scope: Scope, work: (tx: Tx) => Promise<T>): Promise<T> {
  return services.store.asAccount(scope, work)
}

function batches<T>(rows: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(rows.length / BATCH) }, (_, index) =>
    rows.slice(index * BATCH, (index + 1) * BATCH),
  )
}
