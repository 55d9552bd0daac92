import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VirtualClock } from '../support/clock.ts'

test('timers run in order of time, then of making, each at its own moment', async () => {
  const clock = new VirtualClock(1_000)
  const seen: string[] = []
  const note = (name: string) => () => seen.push(`${name}@${clock.now()}`)
  clock.setTimer(20, note('late'))
  clock.setTimer(10, note('first'))
  clock.setTimer(10, note('second'))
  await clock.advance(15)
  assert.deepEqual(seen, ['first@1010', 'second@1010'])
  assert.equal(clock.now(), 1_015)
  await clock.advanceTo(1_020)
  assert.deepEqual(seen.slice(2), ['late@1020'])
})

test('a chain of sleeps over a day passes in one advance', async () => {
  const clock = new VirtualClock(0)
  const wokeAt: number[] = []
  const work = (async () => {
    for (let hour = 0; hour < 24; hour += 1) {
      await clock.sleep(3_600_000)
      wokeAt.push(clock.now())
    }
  })()
  await clock.advance(24 * 3_600_000)
  await work
  assert.equal(wokeAt.length, 24)
  assert.equal(wokeAt.at(-1), 24 * 3_600_000)
  assert.equal(clock.pending, 0)
})

test('a cancelled timer does not run, and cancelling again is harmless', async () => {
  const clock = new VirtualClock()
  const cancel = clock.setTimer(5, () => assert.fail('ran'))
  cancel()
  cancel()
  await clock.advance(10)
})

test('an aborted sleep rejects with the reason and leaves no timer', async () => {
  const clock = new VirtualClock()
  const controller = new AbortController()
  const slept = clock.sleep(1_000, controller.signal)
  controller.abort(new Error('drained'))
  await assert.rejects(slept, { message: 'drained' })
  assert.equal(clock.pending, 0)
  await assert.rejects(clock.sleep(1, controller.signal), { message: 'drained' })
})
