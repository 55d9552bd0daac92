import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextDeliveryAttempt, type WebhookDialect } from '../../../src/domain/webhooks/webhook-schedule.ts'

const BEGUN = new Date('2030-01-01T00:00:00Z')
const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** Waits in ms from each attempt to the next, when every attempt fails at the instant it is due. */
function waits(dialect: WebhookDialect, unit: number): number[] {
  const found: number[] = []
  let endedAt = BEGUN
  for (let attempts = 1; ; attempts++) {
    const next = nextDeliveryAttempt({ dialect, attempts, begunAt: BEGUN, endedAt }, unit)
    if (next === null) return found
    found.push(next.getTime() - endedAt.getTime())
    endedAt = next
  }
}

test('an iFax webhook is retried after exactly 5, 10, 20, 30 and 60 minutes and then no more', () => {
  for (const unit of [0, 0.5, 0.999]) {
    assert.deepEqual(
      waits('ifax', unit).map((ms) => ms / MINUTE),
      [5, 10, 20, 30, 60],
    )
  }
})

test('a native webhook is retried after 5 s, 5 min, 30 min, 2 h and 5 h, and then for almost three days', () => {
  const found = waits('native', 0)
  assert.deepEqual(found.slice(0, 5), [5_000, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR])
  const total = found.reduce((sum, ms) => sum + ms, 0)
  assert.ok(total > 60 * HOUR && total <= 72 * HOUR, `${total / HOUR} h`)
})

test('jitter takes at most a tenth off a native wait', () => {
  const longest = waits('native', 0)
  const shortest = waits('native', 0.9999)
  for (const [index, ms] of shortest.entries()) {
    assert.ok(ms < longest[index]! && ms >= longest[index]! * 0.9 - 1)
  }
})

test('Retry-After makes a wait longer, never shorter, and at most six hours', () => {
  const ended = { dialect: 'native', attempts: 1, begunAt: BEGUN, endedAt: BEGUN } as const
  const after = (retryAfterMs: number) =>
    nextDeliveryAttempt({ ...ended, retryAfterMs }, 0)!.getTime() - BEGUN.getTime()
  assert.equal(after(1_000), 5_000)
  assert.equal(after(90_000), 90_000)
  assert.equal(after(1_000 * HOUR), 6 * HOUR)
})

test('a receiver that keeps asking for more time does not push a delivery past 72 hours', () => {
  const endedAt = new Date(BEGUN.getTime() + 70 * HOUR)
  const ended = { dialect: 'native', attempts: 2, begunAt: BEGUN, endedAt } as const
  assert.equal(nextDeliveryAttempt({ ...ended, retryAfterMs: 6 * HOUR }, 0), null)
  assert.notEqual(nextDeliveryAttempt(ended, 0), null)
})
