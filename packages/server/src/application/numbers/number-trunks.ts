import { type E164, parseNumber } from '../../domain/numbers/number.ts'
import { PLAIN_NUMBER } from '../../domain/numbers/phone-number.ts'
import type { NewNumber, NumberRow } from '../../ports/store/number-store.ts'
import type { Tx } from '../../ports/store/store.ts'
import type { TrunkRow } from '../../ports/store/trunk-store.ts'
import type { Services } from '../services.ts'
import { NUMBERS_MAX } from './number-orders.ts'

const ANY = '*'

/** For the audit of the trunk's change: numbers that come with trunks are not ordered, so no event tells of each. */
export interface TrunkNumbersChange {
  readonly numbersAdded: number
  readonly numbersReleased: number
}

/**
 * Makes the account's numbers those its trunks name now. Each named one that nobody holds gets a row, also one released before; a row
 * that no trunk names any more is released, but for those that calls brought to a trunk that takes any number. Numbers bought from a
 * carrier are left alone.
 */
export async function followTrunks(services: Services, tx: Tx, now: Date): Promise<TrunkNumbersChange> {
  const trunks = await tx.trunks.list()
  const held = await tx.numbers.ofCarrier('sip')
  const moves = new Map<string | null, string[]>()
  for (const number of held) {
    const trunkId = heirOf(trunks, number)
    if (trunkId !== number.trunkId) moves.set(trunkId, [...(moves.get(trunkId) ?? []), number.id])
  }
  for (const [trunkId, ids] of moves) {
    const change = trunkId === null ? { releasedAt: now } : { trunkId }
    await tx.numbers.updateMany(ids, { ...change, updatedAt: now })
  }
  const known = new Set(held.map(({ number }) => number))
  const added = await tx.numbers.insertMany(
    trunks.flatMap(({ id, settings }) =>
      settings.inbound.dids
        .filter((did) => did !== ANY && !known.has(did as E164))
        .map((did) => newNumber(services, did as E164, id, now)),
    ),
  )
  return { numbersAdded: added, numbersReleased: moves.get(null)?.length ?? 0 }
}

/** The trunk a number is of now; its own where that still brings it. `null`: none. */
function heirOf(trunks: readonly TrunkRow[], { number, trunkId }: NumberRow): string | null {
  const own = trunks.filter(({ id }) => id === trunkId)
  const others = trunks.filter(({ id }) => id !== trunkId)
  for (const did of [number, ANY]) {
    const heir = [...own, ...others].find(({ settings }) => settings.inbound.dids.includes(did))
    if (heir) return heir.id
  }
  return null
}

/**
 * A number somebody has just called on a trunk becomes the account's when it was not: the trunk takes any number, or was made before
 * numbers were kept. What is not E.164 is no number, and beyond `NUMBERS_MAX` a caller makes no more of them.
 */
export async function adoptCalledNumber(
  services: Services,
  tx: Tx,
  trunk: TrunkRow,
  called: string,
  now: Date,
): Promise<void> {
  const number = parseNumber(called)
  if (number !== called || (await tx.numbers.find(number))) return
  if ((await tx.numbers.count()) >= NUMBERS_MAX) return
  await tx.numbers.insert(newNumber(services, number, trunk.id, now))
}

function newNumber(services: Services, number: E164, trunkId: string, now: Date): NewNumber {
  return {
    id: services.random.id('num'),
    number,
    carrier: 'sip',
    carrierRef: null,
    trunkId,
    mailboxId: null,
    settings: PLAIN_NUMBER,
    createdAt: now,
    updatedAt: now,
  }
}
