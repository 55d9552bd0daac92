import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort, KillableServer } from '../support/killable-server.ts'

const MAIN = join(import.meta.dirname, '../../packages/server/src/main.ts')
const WAIT_MAX_MS = 30_000

const folder = await mkdtemp(join(tmpdir(), 'answerback-backup-'))
const at = (...parts: string[]) => join(folder, ...parts)
const { DATABASE_URL: _, ...inherited } = process.env
/** The keys have a copy on the other machine, as the guide asks for. */
const environment = { ...inherited, ANSWERBACK_KEY_FOLDER: at('keys') }
const port = await freePort()
const clinic = new KillableServer(at('clinic'), port, environment)
const other = new KillableServer(at('other'), port, environment)
after(async () => {
  await clinic.stop()
  await other.stop()
  await rm(folder, { recursive: true, force: true })
})

interface Said {
  readonly code?: string
  readonly data?: readonly { readonly id: string }[]
}

function command(dataFolder: string, ...options: string[]) {
  const env = { ...environment, ANSWERBACK_DATA: dataFolder, ANSWERBACK_PORT: String(port) }
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...options], {
    env,
    encoding: 'utf8',
  })
  return { status, said: stdout + stderr }
}

async function eventually<T>(look: () => Promise<T | undefined | false>): Promise<T> {
  for (const started = Date.now(); ; await sleep(100)) {
    const seen = await look()
    if (seen) return seen
    assert.ok(Date.now() - started < WAIT_MAX_MS, 'it never came')
  }
}

test('a fax shredded after the backup is gone after the backup was restored on another machine', async () => {
  await clinic.start('On a terminal')
  const authorization = `Bearer ${await clinic.testKey()}`
  const ask = async (method: string, path: string) => {
    const reply = await fetch(clinic.url + path, { method, headers: { authorization } })
    return { status: reply.status, body: (await reply.json()) as Said }
  }
  const id = await eventually(async () => {
    const { body } = await ask('GET', '/v2/faxes?status=delivered')
    return body.data?.[0]?.id
  })

  await mkdir(at('backups'))
  const made = command(clinic.dataFolder, '--backup', at('backups'))
  assert.equal(made.status, 0, made.said)
  const [, backup = ''] = /^backup +(.+)$/m.exec(made.said) ?? []
  const drilled = command(clinic.dataFolder, '--drill', backup)
  assert.equal(drilled.status, 0, drilled.said)
  assert.match(drilled.said, /^drill +passed/m)

  assert.equal((await ask('DELETE', `/v2/faxes/${id}/content`)).status, 200)
  await eventually(async () => (await readFile(at('backups', 'destructions.jsonl'), 'utf8')).includes(id))
  assert.equal(await clinic.stop(), 0)

  await mkdir(at('alone'))
  const alone = at('alone', 'backup')
  await copyFile(backup, alone)
  const refused = command(other.dataFolder, '--restore', alone)
  assert.equal(refused.status, 1)
  assert.match(refused.said, /no list of destructions .*Nothing was restored\. .*--destroyed none/)
  assert.ok(!(await readdir(at('other'))).includes('blobs'), 'nothing was restored')

  const restored = command(other.dataFolder, '--restore', backup)
  assert.equal(restored.status, 0, restored.said)
  assert.match(restored.said, /^list +1 certificates that the backup lacks/m)
  assert.match(restored.said, /^destroyed 1 faxes, 0 accounts/m)

  await other.start('answerback ready')
  const { status, body } = await ask('GET', `/v2/faxes/${id}/content`)
  assert.deepEqual([status, body.code], [410, 'fax.content_deleted'])
})
