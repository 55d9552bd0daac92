import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SystemClock } from '../../src/adapters/system/clock.ts'

const clock = new SystemClock()

test('a timer runs once, not before its delay, and not when cancelled', async () => {
  const startMs = clock.now()
  const cancel = clock.setTimer(5, () => assert.fail('ran'))
  cancel()
  const ranAtMs = await new Promise<number>((resolve) => {
    clock.setTimer(20, () => resolve(clock.now()))
    // The clock's timers keep nothing alive; this one does.
    setTimeout(() => resolve(Number.NaN), 2_000).unref()
    void clock.sleep(60)
  })
  assert.ok(ranAtMs - startMs >= 19)
})

test('a delay longer than the runtime can hold does not fire at once', async () => {
  let ran = false
  const cancel = clock.setTimer(30 * 86_400_000, () => {
    ran = true
  })
  await clock.sleep(20)
  cancel()
  assert.equal(ran, false)
})

test('a sleep ends with the reason of its signal', async () => {
  const controller = new AbortController()
  const slept = clock.sleep(60_000, controller.signal)
  controller.abort(new Error('drained'))
  await assert.rejects(slept, { message: 'drained' })
})
