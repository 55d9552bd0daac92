import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  DEFAULT_RETRY_POLICY,
  decideRetry,
  type EndedAttempt,
} from '../../../src/domain/attempts/retry-policy.ts'
import { type CallEnd, DISPOSITIONS, type Disposition } from '../../../src/domain/fax/disposition.ts'
import type { E164 } from '../../../src/domain/numbers/number.ts'
import {
  MEMORY_MS,
  mayFailOver,
  type RouteMemory,
  routesFor,
  speaksOfRoute,
  triedInRound,
} from '../../../src/domain/trunks/routing.ts'
import type { Trunk } from '../../../src/domain/trunks/trunk.ts'
import { trunkOf } from '../../support/trunks.ts'

const NOW = new Date('2026-03-01T12:00:00Z')
const NUMBER = '+12025550142' as E164
const NOTHING_KNOWN: RouteMemory = {
  trunkId: '',
  succeededAt: null,
  failedAt: null,
  t38RefusedAt: null,
  t38Mode: null,
  ecm: null,
  bitRate: null,
}

const idsFor = (trunks: readonly Trunk[], memories: readonly RouteMemory[] = [], tried: string[] = []) =>
  routesFor(trunks, NUMBER, memories, tried, NOW).map(({ id }) => id)
const ago = (ms: number) => new Date(NOW.getTime() - ms)

const callEnd: fc.Arbitrary<CallEnd> = fc.record(
  {
    disposition: fc.constantFrom(...(Object.keys(DISPOSITIONS) as Disposition[])),
    dataExchanged: fc.constantFrom('none' as const, 'some' as const, 'unknown' as const),
    sipStatus: fc.constantFrom(403, 486, 488, 503, 603),
    q850Cause: fc.constantFrom(17, 21, 41),
  },
  { requiredKeys: ['disposition', 'dataExchanged'] },
)

interface Played {
  readonly attempts: readonly (EndedAttempt & { readonly end: CallEnd })[]
  readonly rounds: readonly (readonly string[])[]
}

/** Plays a fax to its end: each call is on the first trunk not tried in its round, as `advanceFax` has it. */
function play(trunks: readonly Trunk[], ends: Iterable<CallEnd>): Played {
  const attempts: (EndedAttempt & { end: CallEnd })[] = []
  const rounds: string[][] = [[]]
  for (const end of ends) {
    const tried = triedInRound(attempts)
    const trunkId = idsFor(trunks, [], tried)[0]
    assert.ok(trunkId, 'a round that goes on has a trunk left')
    rounds.at(-1)!.push(trunkId)
    const untried = routesFor(trunks, NUMBER, [], [...tried, trunkId], NOW)
    const failedOver = mayFailOver(end) && untried.length > 0
    const { disposition, dataExchanged } = end
    attempts.push({ disposition, dataExchanged, trunkId, failedOver, end })
    if (failedOver) continue
    if (decideRetry(DEFAULT_RETRY_POLICY, attempts, 0).kind === 'end') break
    rounds.push([])
  }
  return { attempts, rounds }
}

const trunkCounts = fc.integer({ min: 1, max: 5 })
const manyTrunks = (count: number) =>
  Array.from({ length: count }, (_, index) => trunkOf(`trk_${index}`, { order: index }))

test('no call follows at once after fax data was exchanged or may have been', () => {
  fc.assert(
    fc.property(trunkCounts, fc.infiniteStream(callEnd), (count, ends) => {
      for (const { end, failedOver } of play(manyTrunks(count), ends).attempts) {
        if (end.dataExchanged !== 'none') assert.equal(failedOver, false)
      }
    }),
  )
})

test('a round tries each trunk once at most, and every fax ends', () => {
  fc.assert(
    fc.property(trunkCounts, fc.infiniteStream(callEnd), (count, ends) => {
      const { attempts, rounds } = play(manyTrunks(count), ends)
      for (const round of rounds) assert.equal(new Set(round).size, round.length)
      assert.ok(rounds.length <= DEFAULT_RETRY_POLICY.dialsMax)
      assert.ok(attempts.length <= DEFAULT_RETRY_POLICY.dialsMax * count)
    }),
  )
})

test('with every carrier down a round goes through all trunks in their order', () => {
  const { rounds } = play(
    manyTrunks(3),
    Array.from({ length: 6 }, () => ({ disposition: 'carrier_down', dataExchanged: 'none' })),
  )
  assert.deepEqual(rounds.slice(0, 2), [
    ['trk_0', 'trk_1', 'trk_2'],
    ['trk_0', 'trk_1', 'trk_2'],
  ])
})

test('calls handed on to another trunk do not use up the tries of a busy number', () => {
  const down = { disposition: 'carrier_down', dataExchanged: 'none' } as const
  const busy = { disposition: 'busy', dataExchanged: 'none' } as const
  const ends = Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? down : busy))
  const { attempts } = play(manyTrunks(2), ends)
  const dials = DEFAULT_RETRY_POLICY.dialsMax
  assert.deepEqual(
    attempts.map(({ disposition }) => disposition),
    ends.slice(0, dials * 2).map(({ disposition }) => disposition),
  )
})

test('what is true of the place is not tried on another trunk', () => {
  for (const disposition of [
    'busy',
    'no_answer',
    'number_unassigned',
    'number_invalid',
    'no_fax_tone',
  ] as const)
    assert.equal(speaksOfRoute({ disposition }), false, disposition)
  assert.equal(speaksOfRoute({ disposition: 'rejected', sipStatus: 603 }), false)
  assert.equal(speaksOfRoute({ disposition: 'rejected', q850Cause: 21 }), false)
  assert.equal(speaksOfRoute({ disposition: 'rejected', sipStatus: 403 }), true)
  assert.equal(speaksOfRoute({ disposition: 't38_refused', sipStatus: 488 }), true)
})

test('a trunk that is off, not acknowledged, without T.38 or for other numbers takes no call', () => {
  const trunks = [
    trunkOf('trk_off', { enabled: false }),
    { ...trunkOf('trk_new'), acknowledgement: null },
    trunkOf('trk_voice', { profile: { ...trunkOf('x').settings.profile, t38: 'off' } }),
    trunkOf('trk_german', { prefixes: { include: ['+49'], exclude: [] } }),
    trunkOf('trk_not_202', { prefixes: { include: ['+1'], exclude: ['+1202'] } }),
    trunkOf('trk_good', { prefixes: { include: ['+1'], exclude: ['+1900'] } }),
  ]
  assert.deepEqual(idsFor(trunks), ['trk_good'])
})

test('the lower order goes first, and of equals the one that names the number more exactly', () => {
  const trunks = [
    trunkOf('trk_all'),
    trunkOf('trk_area', { prefixes: { include: ['+1', '+1202'], exclude: [] } }),
    trunkOf('trk_first', { order: 1 }),
  ]
  assert.deepEqual(idsFor(trunks), ['trk_first', 'trk_area', 'trk_all'])
})

test('a trunk that refused T.38 for the number comes last for it, whatever its order, until that is old', () => {
  const trunks = [trunkOf('trk_a', { order: 1 }), trunkOf('trk_b', { order: 2 })]
  const memory = { ...NOTHING_KNOWN, trunkId: 'trk_a' }
  assert.deepEqual(idsFor(trunks, [{ ...memory, t38RefusedAt: ago(MEMORY_MS - 1) }]), ['trk_b', 'trk_a'])
  assert.deepEqual(idsFor(trunks, [{ ...memory, t38RefusedAt: ago(MEMORY_MS) }]), ['trk_a', 'trk_b'])
})

test('of trunks of one order the one that worked last goes first and the one that failed last goes last', () => {
  const trunks = [trunkOf('trk_failed'), trunkOf('trk_new'), trunkOf('trk_worked')]
  const memories = [
    { ...NOTHING_KNOWN, trunkId: 'trk_failed', succeededAt: ago(9_000), failedAt: ago(1_000) },
    { ...NOTHING_KNOWN, trunkId: 'trk_worked', succeededAt: ago(1_000), failedAt: ago(9_000) },
  ]
  assert.deepEqual(idsFor(trunks, memories), ['trk_worked', 'trk_new', 'trk_failed'])
})

test('trunks tried in the round are left out', () => {
  assert.deepEqual(idsFor(manyTrunks(3), [], ['trk_0', 'trk_2']), ['trk_1'])
})
