import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createPool } from '../../src/adapters/postgres/connection/connection.ts'
import { createPostgresStore } from '../../src/adapters/postgres/store.ts'
import { type CountingLimiter, createRateLimiter } from '../../src/adapters/web/rate-limit.ts'
import { SharedRates } from '../../src/adapters/web/shared-rates.ts'
import { VirtualClock } from '../support/clock.ts'
import { testDatabase } from '../support/database.ts'
import { recordingLogger } from '../support/log.ts'

const database = await testDatabase()
const pool = createPool(database.app, () => undefined)
after(() => pool.close())
const store = createPostgresStore(pool)
const clock = new VirtualClock()
/** Slow enough that what comes back while a test runs is no token. */
const policy = { quota: 100, windowSeconds: 36_000 }

interface Process {
  readonly limiter: CountingLimiter
  readonly rates: SharedRates
}

function newProcess(over: typeof store = store): Process & { readonly logText: () => string } {
  const limiter = createRateLimiter(policy)
  const { log, text } = recordingLogger()
  return { limiter, rates: new SharedRates({ store: over, clock, log }, [limiter]), logText: text }
}

function taken({ limiter }: Process, caller: string, tries: number): number {
  return Array.from({ length: tries }, () => limiter.take(caller, clock.now())).filter(
    ({ allowed }) => allowed,
  ).length
}

test('processes that share let one caller through once between them', async () => {
  const processes = [newProcess(), newProcess(), newProcess()]
  let through = 0
  for (let second = 0; second < 20; second += 1) {
    for (const each of processes) through += taken(each, 'key_a', 5)
    for (const each of processes) await each.rates.share()
    for (const each of processes) await each.rates.share()
  }
  // A second's worth of two others may be ahead of what was told.
  assert.ok(through >= 100 && through <= 115, String(through))
})

test('what was let through beyond the quota within a second is a debt for all', async () => {
  const [a, b] = [newProcess(), newProcess()]
  assert.equal(taken(a, 'key_b', 100) + taken(b, 'key_b', 100), 200)
  await a.rates.share()
  await b.rates.share()
  const verdict = b.limiter.take('key_b', clock.now())
  assert.equal(verdict.allowed, false)
  assert.equal(verdict.remaining, 0)
  // Half of the debt has to come back first: 100 tokens at 100 in 36 000 s, and one more.
  assert.ok(verdict.retryAfterSeconds > 36_000, String(verdict.retryAfterSeconds))
})

test('callers do not pay for each other, and a new process learns what was used before it', async () => {
  const [a, late] = [newProcess(), newProcess()]
  taken(a, 'key_c', 99)
  taken(a, 'key_d', 1)
  await a.rates.share()
  assert.equal(taken(late, 'key_c', 1), 1)
  await late.rates.share()
  assert.equal(taken(late, 'key_c', 5), 0)
  assert.equal(taken(late, 'key_d', 50), 50)
})

test('while the database is away every process goes on by itself, and tells later', async () => {
  let isAway = true
  const flaky: typeof store = {
    ...store,
    asSystem: (work, options) => (isAway ? Promise.reject(new Error('away')) : store.asSystem(work, options)),
  }
  const [a, b] = [newProcess(flaky), newProcess()]
  assert.equal(taken(a, 'key_e', 60), 60)
  await a.rates.share()
  await a.rates.share()
  assert.equal(taken(a, 'key_e', 100), 40)
  assert.equal(a.logText().split('rates.not_shared').length - 1, 1)
  isAway = false
  await a.rates.share()
  taken(b, 'key_e', 1)
  await b.rates.share()
  assert.equal(taken(b, 'key_e', 1), 0)
})

test('rounds come once a second by themselves, and end when the server closes', async () => {
  const { limiter, rates } = newProcess()
  rates.start()
  taken({ limiter, rates }, 'key_f', 3)
  await clock.advance(1_000)
  for (let tries = 0; tries < 200 && limiter.drain().size > 0; tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 5))
  rates.close()
  const left = await store.asSystem((tx) =>
    tx.rates.share([{ caller: 'key_f', used: 0, quota: 100, perSecond: 0.001 }]),
  )
  assert.ok(Math.abs((left.get('key_f') ?? 0) - 97) < 1, String(left.get('key_f')))
})
