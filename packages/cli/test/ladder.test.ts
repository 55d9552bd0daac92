import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeTimeline } from '../src/ladder.ts'

test('frames sent go right, frames received left, and what happened here stands by itself', () => {
  const text = describeTimeline({
    entries: [
      { atMs: 0, direction: 'sent', what: 'INVITE' },
      { atMs: 4_210, direction: 'received', what: 'DIS', detail: { ecm: true, bitRate: 14_400 } },
      { atMs: 7_200, direction: 'local', what: 'T4' },
    ],
    cut: 0,
  })
  assert.deepEqual(text.split('\n'), [
    '      0.000 s  INVITE ──────────────▶',
    '      4.210 s  ◀───────────────── DIS  ecm=true  bitRate=14400',
    '      7.200 s  · T4',
    '',
  ])
})

test('what a far end says cannot steer the terminal', () => {
  const text = describeTimeline({
    entries: [{ atMs: 0, direction: 'received', what: 'CSI', detail: { id: '\u001b[2J\u202eZebra' } }],
    cut: 12,
  })
  for (const steering of ['\u001b', '\u202e']) assert.ok(!text.includes(steering))
  assert.match(text, /id=\?\[2J\?Zebra/)
  assert.match(text, /12 entries/)
})

test('an attempt without frames says so', () => {
  assert.equal(describeTimeline(null), '      no frames were recorded\n')
})
