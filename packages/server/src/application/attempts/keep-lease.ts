import type { HangUpReason } from '../../domain/attempts/attempt-end.ts'
import { readAccount } from '../account-now.ts'
import type { HeldFax } from '../faxes/held-fax.ts'
import type { Services } from '../services.ts'

/** How soon a cancel made elsewhere, or a test clock moved on, is noticed during a call. */
const LOOK_MS = 1_000

/** Keeps a fax this worker's while it renders or calls, and says when to stop. */
export interface LeaseKeeper {
  /** Aborts when the work in hand must end; `reason` then says why. */
  readonly signal: AbortSignal
  readonly reason: HangUpReason | undefined
  /** From here on the destination is ours too, and a call may not last longer than the policy allows. */
  callStarted(): void
  stop(): void
}

/** @param stopping aborts when the server stops or the job was taken over */
export function keepLease(services: Services, held: HeldFax, stopping: AbortSignal): LeaseKeeper {
  const { clock, policy } = services
  const controller = new AbortController()
  const state = {
    reason: undefined as HangUpReason | undefined,
    keptAtMs: clock.now(),
    callStartedMs: undefined as number | undefined,
    cancelTimer: () => {},
    stopped: false,
  }
  const hangUp = (reason: HangUpReason) => {
    state.reason ??= reason
    controller.abort(new Error(`The work on the fax ends: ${reason}.`))
  }
  const onStopping = () => hangUp('stopping')
  const look = async () => {
    const startedMs = clock.now()
    try {
      const reason = await renew(services, held, state.callStartedMs)
      if (reason) hangUp(reason)
      else state.keptAtMs = startedMs
    } catch (error) {
      services.log.warn('fax.lease_not_renewed', { faxId: held.fax.id, error })
    }
    // Once our lease has run out another worker may call: then we must not be calling any more.
    if (clock.now() >= state.keptAtMs + policy.leaseMs) hangUp('lease_lost')
    schedule()
  }
  const schedule = () => {
    if (!state.stopped)
      state.cancelTimer = clock.setTimer(Math.min(LOOK_MS, policy.leaseMs / 3), () => void look())
  }
  if (stopping.aborted) onStopping()
  stopping.addEventListener('abort', onStopping, { once: true })
  schedule()
  return {
    signal: controller.signal,
    get reason() {
      return state.reason
    },
    callStarted() {
      state.callStartedMs = clock.now()
    },
    stop() {
      state.stopped = true
      state.cancelTimer()
      stopping.removeEventListener('abort', onStopping)
    },
  }
}

async function renew(
  services: Services,
  held: HeldFax,
  callStartedMs: number | undefined,
): Promise<HangUpReason | undefined> {
  const { clock, policy, store } = services
  const { fax, scope } = held
  const until = new Date(clock.now() + policy.leaseMs)
  const seen = await store.asAccount(scope, async (tx) => {
    if (!(await tx.faxes.renewLease(fax.id, fax.leaseToken, until))) return undefined
    const { now } = await readAccount(services, tx)
    return { fax: await tx.faxes.get(fax.id), now }
  })
  if (!seen?.fax) return 'lease_lost'
  if (callStartedMs !== undefined) {
    await store.asSystem(async (tx) => {
      await tx.destinations.renew(fax.toSlot, fax.id, until)
      if (scope.mode === 'live') await tx.trunkCalls.renew(fax.id, until)
    })
    if (clock.now() - callStartedMs >= policy.callDurationMaxMs) return 'too_long'
  }
  if (seen.fax.cancelRequestedAt !== null) return 'cancel'
  return seen.fax.deadlineAt <= seen.now ? 'deadline' : undefined
}
