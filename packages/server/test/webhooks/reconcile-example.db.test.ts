import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { sendTo } from '../support/faxes.ts'
import { testHttpServer } from '../support/http.ts'

const EXAMPLE = join(import.meta.dirname, '../../../../examples/reconcile/reconcile.mjs')
const server = await testHttpServer()
const { services, scope } = server
const folder = await mkdtemp(join(tmpdir(), 'answerback-reconcile-'))
const state = join(folder, 'state.json')
after(() => rm(folder, { recursive: true, force: true }))

/** The documented job, as a cron entry runs it. */
async function run(): Promise<{ kind: string; faxId: string; status: string }[]> {
  await services.settle()
  const { stdout } = await promisify(execFile)(process.execPath, [EXAMPLE], {
    env: { ...process.env, ANSWERBACK_URL: server.url, ANSWERBACK_KEY: server.key, RECONCILE_STATE: state },
  })
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

test('the documented job tells every status once, over pages of events and runs', async () => {
  const ids = []
  for (let count = 0; count < 30; count += 1)
    ids.push((await sendTo(services, scope, 0, { area: 300 + count })).id)
  await services.runDue()
  const first = await run()
  const last = new Map(first.map(({ faxId, status }) => [faxId, status]))
  assert.deepEqual([...last.keys()].sort(), ids.toSorted())
  assert.ok([...last.values()].every((status) => status === 'delivered'))
  assert.deepEqual(await run(), [])

  const { id } = await sendTo(services, scope, 4, { area: 400 })
  await services.runDue()
  const news = await run()
  assert.deepEqual(news.at(-1), { kind: 'status', faxId: id, status: 'failed' })
  assert.ok(news.every(({ faxId }) => faxId === id))
  const { cursor, faxes } = JSON.parse(await readFile(state, 'utf8'))
  assert.match(cursor, /^\d+-\d+$/)
  assert.equal(Object.keys(faxes).length, 31)
})
