import type { EndedAttempt } from '../attempts/retry-policy.ts'
import type { CallEnd } from '../fax/disposition.ts'
import type { E164 } from '../numbers/number.ts'
import { faultOf, servesBy, type Trunk } from './trunk.ts'

/** What calls to one number on one trunk came to. */
export interface RouteMemory {
  readonly trunkId: string
  /** The last fax that got through. */
  readonly succeededAt: Date | null
  /** The last call that failed because of the route. */
  readonly failedAt: Date | null
  readonly t38RefusedAt: Date | null
  /** How the last success was had. */
  readonly t38Mode: 'offer' | 'wait' | null
  readonly ecm: boolean | null
  readonly bitRate: number | null
}

/** Carriers change their gateways; what a trunk refused is held against it for so long. */
export const MEMORY_MS = 14 * 86_400_000

/**
 * The trunks a call to `number` may go out on, first choice first: by `order`, then by what was learnt about the number,
 * then the one that names the number most exactly. A trunk that lately refused T.38 for this number comes after all others.
 *
 * @param tried trunks this round has been through
 */
export function routesFor<T extends Trunk>(
  trunks: readonly T[],
  number: E164,
  memories: readonly RouteMemory[],
  tried: readonly string[],
  now: Date,
): T[] {
  const memoryOf = new Map(memories.map((memory) => [memory.trunkId, memory]))
  const ranked = trunks.flatMap((trunk) => {
    const exactness = servesBy(trunk.settings, number)
    if (exactness === undefined || faultOf(trunk) !== undefined || tried.includes(trunk.id)) return []
    const memory = memoryOf.get(trunk.id)
    const refused = isRecent(memory?.t38RefusedAt, now) ? 1 : 0
    return [{ trunk, key: [refused, trunk.settings.order, experience(memory, now), -exactness] as const }]
  })
  return ranked
    .sort((a, b) => compareKeys(a.key, b.key) || (a.trunk.id < b.trunk.id ? -1 : 1))
    .map(({ trunk }) => trunk)
}

/** 0: it worked last; 1: nothing is known; 2: it failed last. */
function experience(memory: RouteMemory | undefined, now: Date): number {
  const failed = isRecent(memory?.failedAt, now) ? memory!.failedAt!.getTime() : 0
  const succeeded = isRecent(memory?.succeededAt, now) ? memory!.succeededAt!.getTime() : 0
  if (failed === 0 && succeeded === 0) return 1
  return succeeded > failed ? 0 : 2
}

function isRecent(at: Date | null | undefined, now: Date): boolean {
  return at != null && now.getTime() - at.getTime() < MEMORY_MS
}

function compareKeys(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    if (value !== b[index]) return value - b[index]!
  }
  return 0
}

/**
 * Whether an end says something about the way and not about the place: then another trunk may do better, at once. A busy or
 * unassigned number is that on every trunk.
 */
export function speaksOfRoute(end: Pick<CallEnd, 'disposition' | 'sipStatus' | 'q850Cause'>): boolean {
  switch (end.disposition) {
    case 'carrier_down':
    case 't38_refused':
    case 'congestion':
      return true
    case 'rejected':
      // 603 and cause 21 are the called party's word (RFC 3261 §21.6.2, Q.850 table 1); the rest is the trunk's.
      return end.sipStatus !== 603 && end.q850Cause !== 21
    default:
      return false
  }
}

/**
 * The trunks this round has been through: those of the calls at the end of the history that were handed on. A round ends with
 * the first call that is not.
 */
export function triedInRound(history: readonly EndedAttempt[]): string[] {
  const tried: string[] = []
  for (const attempt of history.toReversed()) {
    if (!attempt.failedOver) break
    if (attempt.trunkId !== null) tried.push(attempt.trunkId)
  }
  return tried
}

/**
 * Whether another trunk may take over at once, if this round has one left: only when not a bit of fax data was exchanged and the
 * end speaks of the route. So a round calls each trunk once at most, and ends.
 */
export function mayFailOver(
  end: Pick<CallEnd, 'disposition' | 'dataExchanged' | 'sipStatus' | 'q850Cause'>,
): boolean {
  return end.dataExchanged === 'none' && speaksOfRoute(end)
}
