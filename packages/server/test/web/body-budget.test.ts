import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBodyBudget, type Release } from '../../src/adapters/web/body-budget.ts'

const MIB = 1024 * 1024

/** Timers that run when the test says so. */
function handTimers() {
  const timers = new Set<() => void>()
  return {
    after: (_delayMs: number, fn: () => void) => {
      timers.add(fn)
      return () => void timers.delete(fn)
    },
    runOut: () => {
      for (const fn of [...timers]) fn()
    },
    count: () => timers.size,
  }
}

/** Whether it has been decided already. */
async function isDecided(promise: Promise<unknown>): Promise<boolean> {
  const waits = Symbol('waits')
  const turns = new Promise((resolve) => setImmediate(resolve, waits))
  return (await Promise.race([promise, turns])) !== waits
}

test('an account holds so much and no more, and what waits goes on when room is made', async () => {
  const budget = createBodyBudget(handTimers().after)
  const first = (await budget.take('acc_1', 70 * MIB)) as Release
  const second = (await budget.take('acc_1', 70 * MIB)) as Release
  const third = budget.take('acc_1', 70 * MIB)
  assert.equal(await isDecided(third), false)
  assert.equal(await isDecided(budget.take('acc_1', 4 * MIB)), true, 'a smaller one fits beside them')
  assert.equal(await isDecided(budget.take('acc_2', 70 * MIB)), true, 'another account has room of its own')
  first()
  assert.ok(await third)
  second()
})

test('all accounts together hold no more than the process has room for', async () => {
  const budget = createBodyBudget(handTimers().after)
  const releases: Release[] = []
  for (let account = 0; account < 7; account += 1)
    releases.push((await budget.take(`acc_${account}`, 72 * MIB)) as Release)
  const next = budget.take('acc_8', 72 * MIB)
  assert.equal(await isDecided(next), false)
  releases[3]!()
  assert.ok(await next)
})

test('who waits too long is refused, and takes no room', async () => {
  const timers = handTimers()
  const budget = createBodyBudget(timers.after)
  const first = (await budget.take('acc_1', 140 * MIB)) as Release
  const late = budget.take('acc_1', 70 * MIB)
  await isDecided(late)
  timers.runOut()
  assert.equal(await late, undefined)
  first()
  const [a, b] = await Promise.all([budget.take('acc_1', 70 * MIB), budget.take('acc_1', 70 * MIB)])
  assert.ok(a && b)
  assert.equal(timers.count(), 0)
})

test('a body that is larger than an account’s room is taken alone', async () => {
  const budget = createBodyBudget(handTimers().after)
  const only = await budget.take('acc_1', 600 * MIB)
  assert.ok(only)
  assert.equal(await isDecided(budget.take('acc_1', MIB)), false)
})
