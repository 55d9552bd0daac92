import type { HangUpReason } from '../../domain/attempts/attempt-end.ts'
import type { CallEnd } from '../../domain/fax/disposition.ts'
import { DEADLINE_GRACE_MS, LOST_SEND_LIMIT_MS, nextLookMs } from '../../domain/providers/provider.ts'
import { endOfUpstream } from '../../domain/providers/upstream-disposition.ts'
import { candidatesOf, type UpstreamFax } from '../../domain/providers/upstream-fax.ts'
import { KeyError } from '../../ports/keyring.ts'
import type { AttemptRow } from '../../ports/store/attempt-store.ts'
import { type UpstreamClient, UpstreamError } from '../../ports/upstream.ts'
import type { HeldFax } from '../faxes/held-fax.ts'
import { openProvider } from '../sealed/provider-secrets.ts'
import type { Services } from '../services.ts'
import { endAttempt } from './end-attempt.ts'
import type { LeaseKeeper } from './keep-lease.ts'
import { scheduleLook } from './schedule-look.ts'

const UNKNOWN: CallEnd = { disposition: 'outcome_unknown', dataExchanged: 'unknown' }

interface Followed {
  readonly held: HeldFax
  readonly attempt: AttemptRow
  readonly providerId: string
  readonly client: UpstreamClient
  readonly elapsedMs: number
  /** Why we want it to end, if we do. */
  readonly wanted: Extract<HangUpReason, 'cancel' | 'deadline'> | undefined
  readonly signal: AbortSignal
}

/**
 * One look at a fax that a provider has, by whichever worker is free: ends the attempt when the provider says how it ended, and puts
 * it down until the next look otherwise. Also after a crash: an attempt with `handing_over` and no reference is looked for in the
 * provider's own list.
 *
 * @returns whether the provider still has it, so that its places are kept
 */
export async function followAttempt(
  services: Services,
  held: HeldFax,
  attempt: AttemptRow,
  keeper: LeaseKeeper,
): Promise<boolean> {
  // A provider may answer slowly: its place and the destination's are kept meanwhile.
  keeper.callStarted()
  const followed = await open(services, held, attempt, keeper)
  if (followed === 'not_asked') {
    await endAttempt(services, held, attempt, { told: undefined, workerLost: true })
    return false
  }
  if (followed === 'closed')
    return isHopeless(services, held) ? endUnknown(services, held, attempt) : lookLater()
  return look(services, followed)

  async function lookLater(): Promise<true> {
    await scheduleLook(services, held, nextLookMs(elapsedMs(services, held, attempt)))
    return true
  }
}

/** `not_asked`: the provider never heard of it. `closed`: it cannot be asked by this process. */
async function open(
  services: Services,
  held: HeldFax,
  attempt: AttemptRow,
  keeper: LeaseKeeper,
): Promise<Followed | 'not_asked' | 'closed'> {
  const { fax, account, scope } = held
  const { providerId } = attempt
  const { entries, row } = await services.store.asAccount(scope, async (tx) => ({
    entries: await tx.attempts.entries(attempt.id),
    row: providerId === null ? undefined : await tx.providers.get(providerId),
  }))
  if (entries.at(-1)?.kind === 'dialing') return 'not_asked'
  if (!row || !services.upstream) return 'closed'
  try {
    return {
      held,
      attempt,
      providerId: row.id,
      client: services.upstream.open(openProvider(account.keys, row)),
      elapsedMs: elapsedMs(services, held, attempt),
      wanted:
        fax.cancelRequestedAt !== null ? 'cancel' : fax.deadlineAt <= account.now ? 'deadline' : undefined,
      signal: keeper.signal,
    }
  } catch (error) {
    if (!(error instanceof KeyError)) throw error
    services.log.error('provider.key_lost', { providerId: row.id, error })
    return 'closed'
  }
}

async function look(services: Services, followed: Followed): Promise<boolean> {
  const { held, attempt, client, signal } = followed
  const lost = attempt.upstreamRef === null
  let fax: UpstreamFax | undefined
  try {
    const reference = attempt.upstreamRef ?? (await adopt(services, followed))
    if (reference !== undefined) {
      if (followed.wanted) await cancel(services, followed, reference)
      fax = await client.status(reference, signal)
    }
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error
    const { id: faxId } = held.fax
    const { id: attemptId } = attempt
    services.log.warn('provider.not_asked', { faxId, attemptId, providerId: followed.providerId, error })
    return isHopeless(services, held) ? endUnknown(services, held, attempt) : goOn(services, followed)
  }
  const handed = (held.fax.pageCount ?? 0) - attempt.firstPage + 1
  const ended = fax && endOfUpstream(fax, handed)
  if (fax && ended) {
    await endAttempt(services, held, attempt, {
      told: ended.end,
      // Canceled without our asking: somebody did it at the provider, and that is a person's word too.
      hungUp: followed.wanted ?? 'cancel',
      upstream: { reported: ended.pagesTransferred, code: fax.code ?? null, cause: fax.cause ?? null },
    })
    return false
  }
  const isForgotten = fax === undefined && followed.elapsedMs >= LOST_SEND_LIMIT_MS
  if (isForgotten || isHopeless(services, held)) {
    services.log.warn('fax.lost_at_provider', {
      faxId: held.fax.id,
      attemptId: attempt.id,
      providerId: followed.providerId,
      reason: lost ? 'never_found' : 'unknown_to_provider',
    })
    return endUnknown(services, held, attempt)
  }
  return goOn(services, followed)
}

/**
 * Finds a fax whose sending got no answer among the provider's own. Exactly one candidate is taken for it: with none it may still come,
 * and of two nobody can say.
 */
async function adopt(services: Services, followed: Followed): Promise<string | undefined> {
  const { held, attempt, providerId, client, signal } = followed
  if (!held.secrets) return undefined
  const now = new Date(services.clock.now() + held.account.aheadMs)
  const theirs = await client.sent({ from: attempt.startedAt, to: now }, signal)
  const pageCount = (held.fax.pageCount ?? 0) - attempt.firstPage + 1
  const lost = { to: held.secrets.to, begunAt: attempt.startedAt, pageCount }
  return services.store.asAccount(held.scope, async (tx) => {
    const possible = candidatesOf(lost, theirs, new Set())
    const claimed = await tx.providers.claimed(
      providerId,
      possible.map(({ reference }) => reference),
    )
    const [found, ...others] = candidatesOf(lost, possible, claimed)
    if (!found || others.length > 0) return undefined
    if (!(await tx.providers.claim(providerId, attempt.id, found.reference))) return undefined
    await tx.attempts.journal(attempt.id, now, { kind: 'handed_over' })
    services.log.info('fax.found_at_provider', { faxId: held.fax.id, attemptId: attempt.id, providerId })
    return found.reference
  })
}

/** What came of it the status tells; a provider that does not take the cancel goes on, and so do we. */
async function cancel(services: Services, followed: Followed, reference: string): Promise<void> {
  try {
    await followed.client.cancel(reference, followed.signal)
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error
    const { held, attempt, providerId } = followed
    services.log.warn('provider.not_canceled', {
      faxId: held.fax.id,
      attemptId: attempt.id,
      providerId,
      error,
    })
  }
}

async function goOn(services: Services, { held, elapsedMs }: Followed): Promise<true> {
  await scheduleLook(services, held, nextLookMs(elapsedMs))
  return true
}

/** The fax's time is over, the provider was told to cancel, and it still does not say how the fax ended. */
function isHopeless(services: Services, { fax, account }: HeldFax): boolean {
  return services.clock.now() + account.aheadMs >= fax.deadlineAt.getTime() + DEADLINE_GRACE_MS
}

async function endUnknown(services: Services, held: HeldFax, attempt: AttemptRow): Promise<false> {
  await endAttempt(services, held, attempt, { told: UNKNOWN })
  return false
}

function elapsedMs(services: Services, { account }: HeldFax, attempt: AttemptRow): number {
  return Math.max(0, services.clock.now() + account.aheadMs - attempt.startedAt.getTime())
}
