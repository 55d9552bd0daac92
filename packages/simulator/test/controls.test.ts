import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { T30End } from '@answerback/protocol/t30/result'
import { CLEAN_PATH } from '../src/network.ts'
import { checkCall } from './check-call.ts'
import { type EndedCall, runDrawnCall } from './drawn-call.ts'

const CALM = {
  path: () => CLEAN_PATH,
  errorCorrection: () => ({ kind: 'redundancy', depth: 3 }) as const,
  ecm: () => true,
  datagramOctetsMax: [400],
  mischiefRate: 0,
}
const good = runDrawnCall(1, CALM)
const goodEnd = good.callerEnd!

/** What `checkCall` must not let pass, planted into a good call. */
const PLANTED: readonly [string, Partial<EndedCall>, RegExp][] = [
  ['a page that is not what was sent', { committed: spoiled() }, /called clean and is not what was sent/],
  ['a confirmed page that was not stored', { committed: good.committed.slice(1) }, /confirmed|what was sent/],
  [
    'a page delivered without its MCF',
    { callerEnd: { ...goodEnd, pages: goodEnd.pages - 1 } },
    /recorded pages/,
  ],
  ['a failure of a fax that arrived', withEnd({ result: 'carrier_lost' }), /carrier_lost with/],
  ['a stored page of a call without data', withEnd({ dataExchanged: 'none' }), /without data/],
  ['an end that never came', { answererEnd: undefined }, /did not end/],
  ['a page that was stored damaged in spite of ECM', { committed: damaged() }, /damaged in spite of ECM/],
]

function withEnd(change: Partial<T30End>): Partial<EndedCall> {
  return { callerEnd: { ...goodEnd, ...change } }
}

function spoiled(): EndedCall['committed'] {
  return good.committed.map((page) => {
    const t6 = page.t6.slice()
    t6[3]! ^= 0x10
    return { ...page, t6 }
  })
}

function damaged(): EndedCall['committed'] {
  return good.committed.map((page) => ({ ...page, damage: { ...page.damage, badRows: 1 } }))
}

test('a good call passes', () => {
  checkCall(good)
  assert.equal(goodEnd.result, 'ok')
})

for (const [name, change, message] of PLANTED) {
  test(`${name} is caught`, () => {
    assert.throws(() => checkCall({ ...good, ...change }), message)
  })
}

test('a seed makes the same call again, datagram for datagram', () => {
  const climate = {
    ...CALM,
    path: () => ({ ...CLEAN_PATH, lossRate: 0.05, jitterMs: 20 }),
    mischiefRate: 0.4,
  }
  for (const seed of [11, 12, 13]) {
    const once = runDrawnCall(seed, climate)
    const again = runDrawnCall(seed, climate)
    assert.equal(once.call.steps, again.call.steps)
    assert.deepEqual(once.call.timelineOf('near'), again.call.timelineOf('near'))
    assert.deepEqual(once.committed, again.committed)
  }
})
