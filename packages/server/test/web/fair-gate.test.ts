import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFairGate, type FairGate } from '../../src/adapters/web/fair-gate.ts'

/** Timers that a test fires. */
function timers() {
  const pending = new Set<() => void>()
  return {
    after: (_delayMs: number, fn: () => void) => {
      pending.add(fn)
      return () => void pending.delete(fn)
    },
    fire: () => {
      for (const fn of [...pending]) fn()
    },
    get count() {
      return pending.size
    },
  }
}

const settle = () => new Promise((resolve) => setImmediate(resolve))

/** Enters so often at once; the returned count is of those that went on. */
async function enterMany(gate: FairGate, account: string, times: number, nowMs: number) {
  const state = { in: 0 }
  for (let index = 0; index < times; index += 1) void gate.enter(account, nowMs).then(() => (state.in += 1))
  await settle()
  return state
}

test('an account alone is never held back', async () => {
  const gate = createFairGate(timers().after)
  assert.equal((await enterMany(gate, 'a', 50, 0)).in, 50)
})

test('beside another one it has two in hand, and the next goes on when one of its own ends', async () => {
  const gate = createFairGate(timers().after)
  await gate.enter('quiet', 0)
  gate.leave('quiet')
  const noisy = await enterMany(gate, 'noisy', 5, 10)
  assert.equal(noisy.in, 2)
  gate.leave('noisy')
  await settle()
  assert.equal(noisy.in, 3)
  gate.leave('noisy')
  gate.leave('noisy')
  await settle()
  assert.equal(noisy.in, 5)
})

test('one that waits goes on after its time in any case, and leaves no timer', async () => {
  const clock = timers()
  const gate = createFairGate(clock.after)
  await gate.enter('quiet', 0)
  const noisy = await enterMany(gate, 'noisy', 4, 10)
  assert.deepEqual([noisy.in, clock.count], [2, 2])
  clock.fire()
  await settle()
  assert.deepEqual([noisy.in, clock.count], [4, 0])
  for (let index = 0; index < 4; index += 1) gate.leave('noisy')
  assert.equal((await enterMany(gate, 'noisy', 3, 20)).in, 2)
})

test('the quiet one goes on at once, and is forgotten two seconds after it was there', async () => {
  const gate = createFairGate(timers().after)
  await enterMany(gate, 'noisy', 30, 0)
  assert.equal((await enterMany(gate, 'quiet', 1, 5)).in, 1)
  gate.leave('quiet')
  const before = await enterMany(gate, 'noisy', 1, 1_900)
  assert.equal(before.in, 0)
  assert.equal((await enterMany(gate, 'noisy', 1, 2_100)).in, 1)
})
