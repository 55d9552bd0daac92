import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort, KillableServer } from '../support/killable-server.ts'

const CLI = join(import.meta.dirname, '../../packages/cli/src/main.ts')
/** Two pages, read by whichever engine the machine has, on a busy machine. */
const READ_LIMIT_MS = 90_000
const NUMBER = '+12025550123'

const folder = await mkdtemp(join(tmpdir(), 'answerback-inbox-'))
const dataFolder = join(folder, 'data')
const port = await freePort()
const server = new KillableServer(dataFolder, port, { ANSWERBACK_RENDER_WORKERS: '1' })
assert.ok(await server.start('On a terminal:'), server.errors)
const key = await server.testKey()
after(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

async function ask<Body>(path: string, body?: object | FormData): Promise<Body> {
  const isForm = body instanceof FormData
  const response = await fetch(server.url + path, {
    headers: { authorization: `Bearer ${key}`, ...(isForm ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { method: 'POST', body: isForm ? body : JSON.stringify(body) }),
  })
  if (!response.ok) assert.fail(`${path}: ${response.status} ${await response.text()}`)
  return response.json() as Promise<Body>
}

interface Inbound {
  readonly id: string
  readonly status: string
  readonly replyTo: string | null
  readonly textState: string
  readonly mark: string
}

/** @returns the exit code and what was printed */
async function answerback(
  ...args: string[]
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: folder,
    env: { ...process.env, ANSWERBACK_PORT: String(port), ANSWERBACK_DATA: dataFolder },
  })
  const printed = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => {
    printed.stdout += chunk
  })
  child.stderr.on('data', (chunk: Buffer) => {
    printed.stderr += chunk
  })
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, ...printed }
}

async function untilRead(id: string): Promise<Inbound> {
  const giveUpAt = Date.now() + READ_LIMIT_MS
  for (;;) {
    const inbound = await ask<Inbound>(`/v2/inbound/${id}`)
    if (['ready', 'failed'].includes(inbound.textState) || Date.now() > giveUpAt) return inbound
    await sleep(200)
  }
}

test('a cover sheet that comes back on a lossy line finds the fax it went out with', async () => {
  const form = new FormData()
  form.append('to', '+12025550100')
  form.append('cover.subject', 'Referral of Test Patient Zebra')
  form.append('cover.returnCode', 'true')
  const sample = await server.sample()
  form.append('file', new Blob([new Uint8Array(sample)], { type: 'application/pdf' }), 'referral.pdf')
  const sent = await ask<{ id: string }>('/v2/faxes', form)
  for (let status = ''; status !== 'delivered'; await sleep(100))
    status = (await ask<{ status: string }>(`/v2/faxes/${sent.id}`)).status
  const pages = await fetch(`${server.url}/v2/faxes/${sent.id}/content?format=tiff&page=1`, {
    headers: { authorization: `Bearer ${key}` },
  })
  const data = Buffer.from(await pages.arrayBuffer()).toString('base64')
  const reply = await ask<Inbound>('/v2/test/inbound', {
    to: NUMBER,
    from: '+12025550177',
    machine: 'loses_5_percent',
    document: { data, fileName: 'reply.tif' },
  })
  assert.equal(reply.status, 'received')
  const read = await untilRead(reply.id)
  assert.equal(read.replyTo, sent.id)
})

test('from the terminal: a machine faxes in a file, and the inbox lists, finds, opens and downloads it', async () => {
  const sample = join(dataFolder, 'sample-referral.pdf')
  const triggered = await answerback('trigger', 'fax.received', '--file', sample, '--json')
  assert.equal(triggered.code, 0, triggered.stderr)
  const { id } = JSON.parse(triggered.stdout) as Inbound
  const { textState } = await untilRead(id)
  assert.equal(textState, 'ready')

  const listed = await answerback('inbox')
  assert.match(listed.stdout, new RegExp(`${id} .* received .* 2 pages .*\\+12025550177 .* new`))
  const found = await answerback('inbox', 'search', 'electrocardiogram', 'zebra')
  assert.match(found.stdout, new RegExp(id))
  const absent = await answerback('inbox', 'search', 'giraffe')
  assert.equal(absent.stdout, 'No faxes.\n')

  const opened = await answerback('inbox', 'open', id)
  assert.match(opened.stdout, /pages {4}2\n/)
  const downloaded = await answerback('inbox', 'download', id, '--output', 'reply.pdf')
  assert.equal(downloaded.code, 0, downloaded.stderr)
  assert.match((await readFile(join(folder, 'reply.pdf'))).toString('latin1', 0, 8), /^%PDF-1\./)
  const again = await answerback('inbox', 'download', id, '--output', 'reply.pdf')
  assert.equal(again.code, 2, 'a file that is there is not written over')

  const assigned = await answerback('inbox', 'assign', id, 'nurse.okapi')
  assert.match(assigned.stdout, /nurse\.okapi answers for it/)
  const marked = await answerback('inbox', 'mark', id, 'done', '--json')
  assert.equal((JSON.parse(marked.stdout) as Inbound).mark, 'done')
  const left = await answerback('inbox', '--mark', 'new', '--json')
  assert.ok(!left.stdout.includes(id))
})
