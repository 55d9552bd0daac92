import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type pg from 'pg'
import { APP_ROLE } from '../../src/adapters/database/app-role.ts'
import { createPool, executeWithin } from '../../src/adapters/postgres/connection/connection.ts'
import { createPostgresStore } from '../../src/adapters/postgres/store.ts'
import { installQueue } from '../../src/adapters/queue/install-queue.ts'
import { createPgBossQueue } from '../../src/adapters/queue/pg-boss-queue.ts'
import { QUEUE_SCHEMA } from '../../src/adapters/queue/queues.ts'
import type { Job, Queue } from '../../src/ports/queue.ts'
import type { Scope } from '../../src/ports/store/scope.ts'
import { testDatabase } from '../support/database.ts'

const scope: Scope = { accountId: 'acc_1', mode: 'test' }
const database = await testDatabase()
await Promise.all([installQueue(database.owner, APP_ROLE), installQueue(database.owner, APP_ROLE)])
const pool = createPool(database.app, () => undefined)
const store = createPostgresStore(pool)
after(() => pool.close())

async function startedQueue(connection: pg.PoolConfig = database.app): Promise<Queue> {
  const queue = createPgBossQueue({ connection, executeWithin, onError: () => undefined })
  await queue.start()
  return queue
}

function fax(subjectId: string): Job {
  return { name: 'advance-fax', scope, subjectId }
}

function enqueue(queue: Queue, subjectId: string, options = {}): Promise<void> {
  return store.asAccount(scope, (tx) => queue.enqueue(tx, fax(subjectId), options))
}

/** Resolves with the first job whose turn comes. */
function waiter() {
  const seen: string[] = []
  const waits: { count: number; resolve: () => void }[] = []
  return {
    seen,
    push(id: string) {
      seen.push(id)
      for (const wait of waits) if (seen.length >= wait.count) wait.resolve()
    },
    until: (count: number) =>
      new Promise<void>((resolve) => {
        if (seen.length >= count) resolve()
        else waits.push({ count, resolve })
      }),
  }
}

test('a job enqueued in a transaction that rolls back does not exist', async () => {
  const queue = await startedQueue()
  const done = waiter()
  await queue.work('advance-fax', 2, async (job) => done.push(job.subjectId))
  const undone = store.asAccount(scope, async (tx) => {
    await queue.enqueue(tx, fax('fax_undone'))
    throw new Error('rolled back')
  })
  await assert.rejects(undone, /rolled back/)
  await enqueue(queue, 'fax_kept')
  await done.until(1)
  await queue.stop(1_000)
  assert.deepEqual(done.seen, ['fax_kept'])
})

test('a worker hears of a committed job by notification, far sooner than it polls', async () => {
  const queue = await startedQueue()
  const done = waiter()
  await queue.work('advance-fax', 2, async (job) => done.push(job.subjectId))
  await enqueue(queue, 'fax_warm')
  await done.until(1)
  const started = performance.now()
  await enqueue(queue, 'fax_quick')
  await done.until(2)
  const tookMs = performance.now() - started
  await queue.stop(1_000)
  assert.ok(tookMs < 500, `took ${tookMs.toFixed(0)} ms`)
})

test('the job handed to the worker carries the scope and the id and nothing else', async () => {
  const queue = await startedQueue()
  const jobs: Job[] = []
  const done = waiter()
  await queue.work('advance-fax', 1, async (job) => {
    jobs.push(job)
    done.push(job.subjectId)
  })
  await enqueue(queue, 'fax_1')
  await done.until(1)
  await queue.stop(1_000)
  assert.deepEqual(jobs, [fax('fax_1')])
})

test('of jobs that wait the highest priority goes first, and a job for later waits for its time', async () => {
  const queue = await startedQueue()
  await enqueue(queue, 'fax_low', { priority: 1 })
  await enqueue(queue, 'fax_later', { priority: 9, startAfter: new Date(Date.now() + 1_500) })
  await enqueue(queue, 'fax_high', { priority: 8 })
  const done = waiter()
  await queue.work('advance-fax', 1, async (job) => done.push(job.subjectId))
  await done.until(3)
  await queue.stop(1_000)
  assert.deepEqual(done.seen, ['fax_high', 'fax_low', 'fax_later'])
})

test('no more jobs run at once than the worker has places', async () => {
  const queue = await startedQueue()
  const done = waiter()
  let running = 0
  let most = 0
  for (let n = 0; n < 9; n += 1) await enqueue(queue, `fax_${n}`)
  await queue.work('advance-fax', 3, async (job) => {
    most = Math.max(most, ++running)
    await new Promise((resolve) => setTimeout(resolve, 20))
    running -= 1
    done.push(job.subjectId)
  })
  await done.until(9)
  await queue.stop(1_000)
  assert.equal(most, 3)
  assert.equal(new Set(done.seen).size, 9)
})

test('two processes on one database share the jobs and none runs twice', async () => {
  const queues = [await startedQueue(), await startedQueue()]
  const done = waiter()
  const shares = new Map<number, number>()
  for (const [index, queue] of queues.entries()) {
    await queue.work('advance-fax', 2, async (job) => {
      shares.set(index, (shares.get(index) ?? 0) + 1)
      await new Promise((resolve) => setTimeout(resolve, 10))
      done.push(job.subjectId)
    })
  }
  for (let n = 0; n < 20; n += 1) await enqueue(queues[0]!, `fax_${n}`)
  await done.until(20)
  await Promise.all(queues.map((queue) => queue.stop(1_000)))
  assert.equal(new Set(done.seen).size, 20)
  assert.equal(shares.size, 2)
})

test('a job whose handler throws is offered again', async () => {
  const queue = await startedQueue()
  const done = waiter()
  await queue.work('advance-fax', 1, async (job) => {
    done.push(job.subjectId)
    if (done.seen.length === 1) throw new Error('first time')
  })
  await enqueue(queue, 'fax_again')
  await done.until(2)
  await queue.stop(1_000)
  assert.deepEqual(done.seen, ['fax_again', 'fax_again'])
})

test('stopping lets a job end within the grace and aborts one that does not', async () => {
  const queue = await startedQueue()
  const started = waiter()
  const ends: string[] = []
  await queue.work('advance-fax', 2, async (job, signal) => {
    started.push(job.subjectId)
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve())
      if (job.subjectId === 'fax_short') setTimeout(resolve, 50)
    })
    ends.push(`${job.subjectId} ${signal.aborted ? 'aborted' : 'ended'}`)
  })
  await enqueue(queue, 'fax_short')
  await enqueue(queue, 'fax_endless')
  await started.until(2)
  await queue.stop(300)
  assert.deepEqual(ends, ['fax_short ended', 'fax_endless aborted'])
})

test('a job that is taken away from its worker is aborted', async () => {
  const queue = await startedQueue()
  const started = waiter()
  const aborted = waiter()
  await queue.work('advance-fax', 1, async (job, signal) => {
    signal.addEventListener('abort', () => aborted.push(job.subjectId))
    started.push(job.subjectId)
    await aborted.until(1)
  })
  await enqueue(queue, 'fax_taken')
  await started.until(1)
  await store.asAccount(scope, (tx) => executeWithin(tx, `delete from ${QUEUE_SCHEMA}.job`))
  await aborted.until(1)
  await queue.stop(1_000)
  assert.deepEqual(aborted.seen, ['fax_taken'])
})

test('the runtime role uses the queue but cannot change its schema', async () => {
  const queue = await startedQueue()
  const attempt = store.asAccount(scope, (tx) => executeWithin(tx, `drop table ${QUEUE_SCHEMA}.job cascade`))
  await assert.rejects(attempt, /must be owner/)
  await queue.stop(1_000)
})

test('a job of another account starts while one account’s backlog holds the queue', async () => {
  const queue = await startedQueue()
  const started = waiter()
  const release = Promise.withResolvers<void>()
  const other: Scope = { accountId: 'acc_2', mode: 'test' }
  for (let index = 0; index < 20; index += 1) await enqueue(queue, `fax_noisy${index}`)
  await queue.work('advance-fax', 8, async (job) => {
    started.push(job.subjectId)
    await release.promise
  })
  await started.until(6)
  await store.asAccount(other, (tx) =>
    queue.enqueue(tx, { name: 'advance-fax', scope: other, subjectId: 'fax_quiet' }),
  )
  await started.until(7)
  assert.equal(started.seen.at(-1), 'fax_quiet')
  assert.equal(started.seen.length, 7)
  release.resolve()
  await started.until(21)
  await queue.stop(1_000)
})
