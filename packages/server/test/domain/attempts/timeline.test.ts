import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TimelineEntry } from '@answerback/protocol/t30/timeline'
import { boundTimeline } from '../../../src/domain/attempts/timeline.ts'

const entries = (count: number): TimelineEntry[] =>
  Array.from({ length: count }, (_, atMs) => ({ atMs, direction: 'sent', what: 'PPS-EOP' }))

test('a timeline of an ordinary call is kept whole', () => {
  const whole = entries(4_000)
  assert.deepEqual(boundTimeline(whole), { entries: whole, cut: 0 })
})

test('of a longer one the middle is left out, and how much is said', () => {
  const { entries: kept, cut } = boundTimeline(entries(10_000))
  assert.equal(cut, 6_000)
  assert.equal(kept.length, 4_000)
  assert.equal(kept[2_999]?.atMs, 2_999)
  assert.equal(kept[3_000]?.atMs, 9_000)
})

test('what a far end said in a frame is cut to a bounded length', () => {
  const detail = Object.fromEntries(
    Array.from({ length: 50 }, (_, index) => [`n${index}`, 'x'.repeat(5_000)]),
  )
  const { entries: kept } = boundTimeline([
    { atMs: 1.4, direction: 'received', what: 'y'.repeat(500), detail },
  ])
  assert.ok(JSON.stringify(kept).length < 5_000)
  assert.equal(kept[0]?.atMs, 1)
})
