import { addCounts, NOTHING_FOUND, type ReconciliationCounts } from '../../domain/providers/reconciliation.ts'
import { KeyError } from '../../ports/keyring.ts'
import type { ReconciliationRow } from '../../ports/store/reconciliation-store.ts'
import type { Scope } from '../../ports/store/scope.ts'
import { UpstreamError } from '../../ports/upstream.ts'
import { accountKeys } from '../account-keys.ts'
import { openProvider } from '../sealed/provider-secrets.ts'
import type { Services } from '../services.ts'
import { wakeDue } from '../upkeep/wake-due.ts'
import { reconcileProvider } from './reconcile-provider.ts'

/** Longer than a run takes: whoever still holds it then is dead. */
const RUN_LIMIT_MS = 10 * 60_000
/** What is due for so long has lost its job, and the sweep has not found it either. */
const OVERDUE_MS = 2 * 60_000
const ROWS_MAX = 500

export interface ReconcileOptions {
  /** Does nothing when a run began after this. */
  readonly notSince?: Date
}

/**
 * Compares what others know with what we know, for one account and mode: the providers' records with ours, and our own rows with what was
 * promised about them. Counts are kept with the run, so that a reconciliation that has not run is seen as well.
 *
 * @returns `undefined` when another run is going on, or one was not long ago
 */
export async function reconcile(
  services: Services,
  scope: Scope,
  signal: AbortSignal,
  options: ReconcileOptions = {},
): Promise<ReconciliationRow | undefined> {
  const { clock, random, store } = services
  const id = random.id('rec')
  const now = clock.now()
  const begun = await store.asAccount(scope, (tx) =>
    tx.reconciliations.begin({
      id,
      now: new Date(now),
      until: new Date(now + RUN_LIMIT_MS),
      ...options,
    }),
  )
  if (!begun) return undefined
  const { counts, error } = await run(services, scope, signal)
  const ended = await store.asAccount(scope, (tx) =>
    tx.reconciliations.end(id, new Date(clock.now()), counts, error),
  )
  services.log.info('reconciliation.ended', {
    accountId: scope.accountId,
    mode: scope.mode,
    durationMs: clock.now() - now,
    count: counts.contradictions,
    ...(error === null ? {} : { reason: error }),
  })
  return ended
}

async function run(
  services: Services,
  scope: Scope,
  signal: AbortSignal,
): Promise<{ counts: ReconciliationCounts; error: string | null }> {
  let counts = NOTHING_FOUND
  let error: string | null = null
  try {
    counts = addCounts(counts, await settleDebts(services, scope))
    const providers = await services.store.asAccount(scope, (tx) => tx.providers.list())
    for (const provider of providers.filter(({ settings }) => settings.enabled)) {
      try {
        counts = addCounts(counts, await compare(services, scope, provider.id, signal))
      } catch (failure) {
        if (!(failure instanceof UpstreamError || failure instanceof KeyError)) throw failure
        services.log.warn('provider.not_compared', { providerId: provider.id, error: failure })
        counts = addCounts(counts, { providersFailed: 1 })
        error = failure instanceof KeyError ? 'key_lost' : `provider_${failure.kind}`
      }
    }
  } catch (fault) {
    services.log.error('reconciliation.fault', { accountId: scope.accountId, mode: scope.mode, error: fault })
    error = 'fault'
  }
  return { counts, error }
}

async function compare(
  services: Services,
  scope: Scope,
  providerId: string,
  signal: AbortSignal,
): Promise<ReconciliationCounts> {
  const { upstream } = services
  if (!upstream) return NOTHING_FOUND
  const opened = await services.store.asAccount(scope, async (tx) => {
    const provider = await tx.providers.get(providerId)
    return provider && { provider, open: openProvider(await accountKeys(services, tx), provider) }
  })
  if (!opened) return NOTHING_FOUND
  return reconcileProvider(services, scope, opened.provider, upstream.open(opened.open), signal)
}

/** What this installation owes itself: each gets a job, and all are counted. */
async function settleDebts(services: Services, scope: Scope): Promise<Partial<ReconciliationCounts>> {
  const overdue = new Date(services.clock.now() - OVERDUE_MS)
  const debts = await services.store.asAccount(scope, (tx) => tx.reconciliations.debts(overdue, ROWS_MAX))
  const { overdueAttempts, overdueFaxes, overdueDeliveries, undeliveredEvents } = debts
  const faxes = [...new Set([...overdueAttempts, ...overdueFaxes])]
  await wakeDue(
    services,
    'advance-fax',
    faxes.map((id) => ({ scope, id })),
  )
  await wakeDue(
    services,
    'deliver-webhook',
    overdueDeliveries.map((id) => ({ scope, id })),
  )
  if (undeliveredEvents.length > 0) {
    services.log.error('reconciliation.events_undelivered', {
      accountId: scope.accountId,
      mode: scope.mode,
      count: undeliveredEvents.length,
    })
  }
  return {
    attemptsOverdue: overdueAttempts.length,
    faxesOverdue: overdueFaxes.length,
    eventsUndelivered: undeliveredEvents.length,
    deliveriesOverdue: overdueDeliveries.length,
  }
}

const MODES = ['live', 'test'] as const

/** Every account, both modes, unless somebody did within the interval. One that fails must not keep the others. */
export async function reconcileAll(
  services: Services,
  intervalMs: number,
  signal: AbortSignal,
): Promise<void> {
  const accounts = await services.store.asSystem((tx) => tx.accounts.list())
  for (const { id: accountId } of accounts) {
    for (const mode of MODES) {
      if (signal.aborted) return
      // A little less than the interval, or a run that began late would keep the next one from its time.
      const notSince = new Date(services.clock.now() - intervalMs * 0.9)
      try {
        await reconcile(services, { accountId, mode }, signal, { notSince })
      } catch (error) {
        services.log.error('reconciliation.fault', { accountId, mode, error })
      }
    }
  }
}
