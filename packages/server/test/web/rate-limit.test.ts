import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRateLimiter, rateLimitHeaders } from '../../src/adapters/web/rate-limit.ts'

const policy = { quota: 10, windowSeconds: 5 }

test('a whole quota may come at once, and no more', () => {
  const limiter = createRateLimiter(policy)
  for (let index = 0; index < 10; index++) assert.ok(limiter.take('a', 0).allowed)
  assert.equal(limiter.take('a', 0).allowed, false)
})

test('the bucket fills at the policy’s pace, so a refused caller may come back when it was told', () => {
  const limiter = createRateLimiter({ quota: 1, windowSeconds: 30 })
  limiter.take('a', 0)
  const refused = limiter.take('a', 1000)
  assert.equal(refused.retryAfterSeconds, 29)
  assert.equal(limiter.take('a', 29_999).allowed, false)
  assert.ok(limiter.take('a', 30_000).allowed)
})

test('callers do not share a bucket', () => {
  const limiter = createRateLimiter({ quota: 1, windowSeconds: 1 })
  assert.ok(limiter.take('a', 0).allowed)
  assert.ok(limiter.take('b', 0).allowed)
})

test('over any stretch no caller gets more than a quota and what the time has earned', () => {
  const limiter = createRateLimiter(policy)
  let allowed = 0
  for (let ms = 0; ms <= 20_000; ms += 7) if (limiter.take('a', ms).allowed) allowed += 1
  assert.ok(allowed <= 10 + 20 * 2 && allowed >= 10 + 20 * 2 - 1, `${allowed} requests`)
})

test('a clock set back neither fills nor empties a bucket', () => {
  const limiter = createRateLimiter({ quota: 2, windowSeconds: 1 })
  limiter.take('a', 10_000)
  assert.ok(limiter.take('a', 0).allowed)
  assert.equal(limiter.take('a', 0).allowed, false)
})

test('the headers are structured fields', () => {
  const limiter = createRateLimiter(policy)
  assert.deepEqual(rateLimitHeaders(policy, limiter.take('a', 0)), {
    'ratelimit-policy': '"default";q=10;w=5',
    ratelimit: '"default";r=9;t=1',
  })
})
