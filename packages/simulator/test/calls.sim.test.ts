import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isDamaged } from '@answerback/protocol/t30/received-page'
import type { PathConditions } from '../src/network.ts'
import type { Random } from '../src/random.ts'
import { checkCall } from './check-call.ts'
import type { EndedCall } from './drawn-call.ts'
import { isSamePage } from './pages.ts'
import { callCount, simulate } from './simulate.ts'

const lossy = (lossRate: number): PathConditions => ({
  lossRate,
  burstLength: 1,
  duplicateRate: 0,
  reorderRate: 0,
  delayMs: 30,
  jitterMs: 10,
})

/** Five in a hundred lost, alone or in bursts, and whatever else a network does. */
function drawPath(random: Random): PathConditions {
  return {
    lossRate: 0.05,
    burstLength: random.pick([1, 1, 2, 4]),
    duplicateRate: random.pick([0, 0.02]),
    reorderRate: random.pick([0, 0.02]),
    delayMs: random.pick([5, 30, 150]),
    jitterMs: random.pick([0, 10, 60]),
  }
}

test('at 5 % loss no call of mixed machines loses a page called delivered, leaves a timer, or goes on for ever', (context) => {
  const climate = {
    path: drawPath,
    errorCorrection: (random: Random) =>
      random.pick([
        { kind: 'redundancy', depth: 3 },
        { kind: 'redundancy', depth: 1 },
        { kind: 'fec', span: 3, entries: 3 },
        { kind: 'none' },
      ] as const),
    ecm: (random: Random) => random.chance(0.7),
    datagramOctetsMax: [72, 160, 400, 400, 1_400],
    mischiefRate: 0.4,
  }
  const { failures } = simulate(context, climate, callCount(300, 20_000))
  assert.deepEqual(failures, [])
})

for (const lossRate of [0.05, 0.2]) {
  test(`at ${lossRate * 100} % loss every page arrives exactly, with redundancy 3 and ECM`, (context) => {
    const climate = {
      path: () => lossy(lossRate),
      errorCorrection: () => ({ kind: 'redundancy', depth: 3 }) as const,
      ecm: () => true,
      // Room for the four packets of 40 ms at any speed.
      datagramOctetsMax: [400, 1_400],
      mischiefRate: 0,
    }
    const { failures } = simulate(context, climate, callCount(40, 200), checkDelivered)
    assert.deepEqual(failures, [])
  })
}

function checkDelivered(ended: EndedCall): void {
  checkCall(ended)
  if (ended.isIdentityRefused) return
  assert.equal(ended.callerEnd?.result, 'ok')
  assert.equal(ended.committed.filter((page) => !isDamaged(page)).length, ended.pages.length)
}

test('at 2 % loss without ECM or redundancy a page that differs says that it is damaged', (context) => {
  const climate = {
    path: () => lossy(0.02),
    errorCorrection: () => ({ kind: 'none' }) as const,
    ecm: () => false,
    datagramOctetsMax: [72, 400],
    mischiefRate: 0,
  }
  let differing = 0
  const check = (ended: EndedCall) => {
    checkCall(ended)
    ended.committed.forEach((page, index) => {
      if (!isSamePage(ended.pages[index]!, page, ended.receiverLength)) differing++
    })
  }
  const { failures } = simulate(context, climate, callCount(40, 200), check)
  context.diagnostic(`${differing} pages differ, and all of them say so`)
  assert.deepEqual(failures, [])
  assert.ok(differing > 0, 'losses reached a page at all')
})
