import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { APP_ROLE } from '../../src/adapters/database/app-role.ts'
import { createPool, executeWithin } from '../../src/adapters/postgres/connection/connection.ts'
import { createPostgresStore } from '../../src/adapters/postgres/store.ts'
import { installQueue } from '../../src/adapters/queue/install-queue.ts'
import { createPgBossQueue } from '../../src/adapters/queue/pg-boss-queue.ts'
import { testDatabase } from '../support/database.ts'

const TAKEN_OVER_WITHIN_MS = 30_000

const database = await testDatabase()
await installQueue(database.owner, APP_ROLE)
const pool = createPool(database.app, () => undefined)
const store = createPostgresStore(pool)
const queue = createPgBossQueue({ connection: database.app, executeWithin, onError: () => undefined })
await queue.start()
after(async () => {
  await queue.stop(0)
  await pool.close()
})

test('the job of a worker killed without warning is taken over by another process within 30 seconds', async (context) => {
  const scope = { accountId: 'acc_1', mode: 'test' } as const
  const program = join(import.meta.dirname, 'doomed-worker.ts')
  const doomed = spawn(process.execPath, [program, JSON.stringify(database.app)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await store.asAccount(scope, (tx) => queue.enqueue(tx, { name: 'advance-fax', scope, subjectId: 'fax_1' }))
  const [said] = await once(doomed.stdout, 'data')
  assert.equal(String(said).trim(), 'fax_1')
  const exited = once(doomed, 'exit')
  doomed.kill('SIGKILL')
  await exited
  const diedAt = performance.now()
  const takenOver = new Promise<string>((resolve) => {
    void queue.work('advance-fax', 1, async (job) => resolve(job.subjectId))
  })
  assert.equal(await takenOver, 'fax_1')
  const tookMs = performance.now() - diedAt
  context.diagnostic(`taken over after ${(tookMs / 1000).toFixed(1)} s`)
  assert.ok(tookMs < TAKEN_OVER_WITHIN_MS)
})
