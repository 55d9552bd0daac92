/** A process that takes one job and holds it until it is killed. Told by JSON: a `pg` configuration. */
import type pg from 'pg'
import { createPgBossQueue } from '../../src/adapters/queue/pg-boss-queue.ts'

const connection: pg.PoolConfig = JSON.parse(process.argv[2] ?? '{}')
const queue = createPgBossQueue({
  connection,
  executeWithin: () => Promise.reject(new Error('This worker enqueues nothing.')),
  onError: () => undefined,
})
await queue.start()
await queue.work('advance-fax', 1, (job) => {
  process.stdout.write(`${job.subjectId}\n`)
  return new Promise(() => {})
})
