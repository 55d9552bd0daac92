import type { E164 } from '../../domain/numbers/number.ts'
import { formatDialled } from '../../domain/numbers/number-format.ts'
import { type RouteMemory, routesFor, triedInRound } from '../../domain/trunks/routing.ts'
import { faultOf, servesBy } from '../../domain/trunks/trunk.ts'

import { KeyError } from '../../ports/keyring.ts'
import type { CallTrunk, OpenTrunk } from '../../ports/line.ts'
import type { Tx } from '../../ports/store/store.ts'
import type { TrunkRow } from '../../ports/store/trunk-store.ts'
import { gateTrunks } from '../associates/baa-gate.ts'
import type { HeldFax } from '../faxes/held-fax.ts'
import type { FaxSecrets } from '../sealed/fax-secrets.ts'
import { openTrunk } from '../sealed/trunk-secrets.ts'
import type { Services } from '../services.ts'
import { senderSettings } from './number-sending.ts'

export type Route =
  | { readonly kind: 'taken'; readonly trunk: CallTrunk }
  /** Every trunk that could take the call is at its limit; with `at`, a call may begin then. */
  | { readonly kind: 'busy'; readonly trunkIds: readonly string[]; readonly at?: Date }
  /** No trunk may call this number at all; `lacksAgreement`: one could, were its carrier under an agreement. */
  | { readonly kind: 'none'; readonly lacksAgreement: boolean }

/**
 * Takes a call on the first trunk that serves the number, is not used up in this round, and has one free. A trunk at its limit is
 * passed over: that is no failure, and nothing is learnt from it.
 */
export async function takeRoute(services: Services, held: HeldFax, secrets: FaxSecrets): Promise<Route> {
  const { fax, account } = held
  const { candidates, lacksAgreement } = await services.store.asAccount(held.scope, async (tx) => {
    const trunks = await gateTrunks(services, tx, await tx.trunks.list())
    const memories = await tx.trunks.memories(fax.toHash)
    const tried = triedInRound(await tx.attempts.history(fax.id))
    const caller = await callerOf(tx, held, secrets)
    const left = routesFor(trunks, secrets.to, memories, tried, account.now)
    // A trunk was switched off after the round was told to go on: then a new round begins.
    const chosen = left.length > 0 ? left : routesFor(trunks, secrets.to, memories, [], account.now)
    const memoryOf = (id: string) => memories.find(({ trunkId }) => trunkId === id)
    const candidates = chosen.flatMap((trunk) =>
      openCallTrunk(services, held, trunk, { to: secrets.to, caller }, memoryOf(trunk.id)),
    )
    const lacksAgreement = trunks.some(
      (trunk) => faultOf(trunk) === 'no_agreement' && servesBy(trunk.settings, secrets.to) !== undefined,
    )
    return { candidates, lacksAgreement }
  })
  const pacedUntil: Date[] = []
  for (const trunk of candidates) {
    const taken = await takeCall(services, trunk, fax.id)
    if (taken.kind === 'taken') return { kind: 'taken', trunk }
    if (taken.kind === 'paced') pacedUntil.push(taken.at)
  }
  if (candidates.length === 0) return { kind: 'none', lacksAgreement }
  const at = pacedUntil.sort((a, b) => a.getTime() - b.getTime())[0]
  return { kind: 'busy', trunkIds: candidates.map(({ id }) => id), ...(at ? { at } : {}) }
}

async function takeCall(services: Services, trunk: CallTrunk, faxId: string) {
  const { clock, policy, store } = services
  const now = clock.now()
  const { concurrency, callsPerSecond } = trunk.settings
  // A power cut ends the calls it was taken for.
  return store.asSystem(
    (tx) =>
      tx.trunkCalls.take({
        trunkId: trunk.id,
        faxId,
        places: concurrency,
        perSecond: callsPerSecond,
        now: new Date(now),
        until: new Date(now + policy.leaseMs),
      }),
    { durable: false },
  )
}

/** Nothing for a trunk whose secret does not open: the others must not wait for somebody to mend it. */
function openCallTrunk(
  services: Services,
  held: HeldFax,
  trunk: TrunkRow,
  numbers: CallNumbers,
  memory: RouteMemory | undefined,
): CallTrunk[] {
  try {
    return [callTrunk(openTrunk(held.account.keys, trunk), numbers, memory)]
  } catch (error) {
    if (!(error instanceof KeyError)) throw error
    services.log.error('trunk.secret_lost', { trunkId: trunk.id, error })
    return []
  }
}

interface CallNumbers {
  readonly to: E164
  /** As the fax and the account want it; the trunk's own when they do not say. */
  readonly caller: E164 | undefined
}

async function callerOf(tx: Tx, held: HeldFax, { from }: FaxSecrets): Promise<E164 | undefined> {
  const sender = await senderSettings(tx, from)
  return sender?.callerId ?? from ?? (held.account.row.settings.callerId as E164 | undefined)
}

function callTrunk(trunk: OpenTrunk, numbers: CallNumbers, memory: RouteMemory | undefined): CallTrunk {
  const { numberFormat, callerId } = trunk.settings
  const caller = numbers.caller ?? callerId
  return {
    ...trunk,
    dialledNumber: formatDialled(numberFormat, numbers.to),
    callerNumber: caller ? formatDialled(numberFormat, caller) : undefined,
    learned: {
      t38Mode: memory?.t38Mode ?? null,
      ecm: memory?.ecm ?? null,
      bitRate: memory?.bitRate ?? null,
    },
  }
}

/** Gives the fax's call back and wakes the fax that waits for one of these trunks, by priority and then by age. */
export async function releaseRoute(
  services: Services,
  faxId: string,
  trunkIds: readonly string[],
): Promise<void> {
  const { queue, store } = services
  const next = await store.asSystem(
    async (tx) => {
      await tx.trunkCalls.release(faxId)
      return tx.trunkCalls.waiting(trunkIds)
    },
    { durable: false },
  )
  if (!next) return
  await store.asAccount(next.scope, (tx) =>
    queue.enqueue(tx, { name: 'advance-fax', scope: next.scope, subjectId: next.id }, { priority: 9 }),
  )
}
