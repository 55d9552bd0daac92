import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CLEAN_PATH, Path, type PathConditions } from '../src/network.ts'
import { Random } from '../src/random.ts'

const COUNT = 20_000

function arrivals(conditions: Partial<PathConditions>, seed = 1): (readonly number[])[] {
  const path = new Path({ ...CLEAN_PATH, ...conditions }, new Random(seed))
  return Array.from({ length: COUNT }, (_, index) => path.arrivals(index * 40))
}

const lost = (all: readonly (readonly number[])[]) => all.filter((times) => times.length === 0).length / COUNT

test('the same seed makes the same network, another seed another', () => {
  const conditions = { lossRate: 0.1, duplicateRate: 0.1, reorderRate: 0.1, jitterMs: 30 }
  assert.deepEqual(arrivals(conditions, 7), arrivals(conditions, 7))
  assert.notDeepEqual(arrivals(conditions, 7), arrivals(conditions, 8))
})

test('a clean path brings every datagram once, in order, after its delay', () => {
  assert.ok(arrivals({}).every((times, index) => times.length === 1 && times[0] === index * 40 + 20))
})

test('losses come at the rate asked for, alone or in bursts of the length asked for', () => {
  for (const burstLength of [1, 4]) {
    const all = arrivals({ lossRate: 0.05, burstLength })
    assert.ok(Math.abs(lost(all) - 0.05) < 0.01, `${lost(all)}`)
    const bursts = all.filter(
      (times, index) => times.length === 0 && (index === 0 || all[index - 1]!.length > 0),
    ).length
    const meanLength = (lost(all) * COUNT) / bursts
    assert.ok(Math.abs(meanLength - burstLength) < burstLength * 0.2, `${meanLength} in a row`)
  }
})

test('jitter alone never lets a datagram overtake another, reordering does', () => {
  const overtaken = (all: readonly (readonly number[])[]) =>
    all.filter((times, index) => index > 0 && times[0]! < all[index - 1]![0]!).length
  assert.equal(overtaken(arrivals({ jitterMs: 300 })), 0)
  const reordered = overtaken(arrivals({ reorderRate: 0.1 }))
  assert.ok(reordered > COUNT * 0.05, `${reordered}`)
})

test('duplicates come at the rate asked for', () => {
  const twice = arrivals({ duplicateRate: 0.1 }).filter((times) => times.length === 2).length / COUNT
  assert.ok(Math.abs(twice - 0.1) < 0.01, `${twice}`)
})
