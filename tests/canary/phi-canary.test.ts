import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../support/killable-server.ts'

const MAIN = join(import.meta.dirname, '../../packages/server/src/main.ts')
const IDENTITIES = Number(process.env.ANSWERBACK_CANARIES ?? 200)
/** Faxes that come in cost OCR: some of the identities are enough for that way in. */
const RECEIVED = 8
const AT_ONCE = 8
const SETTLE_MS = 90_000

/** An invented person, each of whose words and digits occurs nowhere else. */
interface Identity {
  readonly name: string
  readonly record: string
  readonly number: string
}

const LETTERS = 'bcdfghjklmnpqrstvwxz'

function identity(index: number): Identity {
  const word = Array.from(
    { length: 7 },
    (_, place) => LETTERS[(index * 7 + place * (index + 3)) % LETTERS.length],
  )
  return {
    name: `Zebra${word.join('')}q${index}`,
    record: `ZZREC${String(70_000_000 + index * 7_919)}`,
    number: `+1${220 + index}5550100`,
  }
}

const people = Array.from({ length: IDENTITIES }, (_, index) => identity(index))
const folder = await mkdtemp(join(tmpdir(), 'answerback-canary-'))
const port = await freePort()
const url = `http://127.0.0.1:${port}`
const environment = {
  ...process.env,
  ANSWERBACK_PORT: String(port),
  ANSWERBACK_DATA: join(folder, 'data'),
  // Apart from the data, or production does not start.
  ANSWERBACK_KEY_FOLDER: join(folder, 'keys'),
  ANSWERBACK_RENDER_WORKERS: '1',
  ANSWERBACK_REQUESTS_PER_MINUTE: '100000',
  ANSWERBACK_ALLOWED_PRIVATE_HOSTS: '127.0.0.1',
}
/** Everything the server process ever printed, and everything it sent to anybody but the caller who may see it. */
const told = {
  printed: '',
  webhooks: '',
  refusals: '',
  headers: '',
  events: '',
  audit: '',
  fhir: '',
  metrics: '',
}

function start(...args: string[]): ChildProcess {
  const child = spawn(process.execPath, [MAIN, '--profile', 'production', ...args], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  for (const stream of [child.stdout, child.stderr])
    stream!.on('data', (chunk: Buffer) => {
      told.printed += chunk
    })
  return child
}

async function setUp(): Promise<string> {
  const child = start('--setup', 'Zebra Example Clinic')
  await once(child, 'close')
  const key = /ab_test_[0-9A-Za-z]{49}/.exec(told.printed)?.[0]
  assert.ok(key, told.printed)
  return key
}

const key = await setUp()
const server = start()
for (let waitedMs = 0; !told.printed.includes('answerback ready') && waitedMs < 30_000; waitedMs += 50)
  await sleep(50)
const receiver = await listen()
after(async () => {
  server.kill('SIGTERM')
  await once(server, 'exit')
  receiver.close()
  receiver.closeAllConnections()
  await rm(folder, { recursive: true, force: true })
})

async function listen(): Promise<Server> {
  const listener = createServer((request, response) => {
    told.webhooks += `${request.url} ${JSON.stringify(request.headers)} `
    request.on('data', (chunk: Buffer) => {
      told.webhooks += chunk
    })
    request.on('end', () => response.end())
  })
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  return listener
}

/** @returns the body; a refusal's goes to what was told, headers always do */
async function ask(path: string, init: RequestInit = {}): Promise<unknown> {
  const response = await fetch(url + path, {
    ...init,
    headers: { authorization: `Bearer ${key}`, ...init.headers },
  })
  told.headers += JSON.stringify([...response.headers])
  const text = await response.text()
  if (!response.ok) told.refusals += text
  return text === '' ? undefined : JSON.parse(text)
}

const post = (path: string, body: object) =>
  ask(path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })

function cover({ name, record }: Identity) {
  return { subject: `${name} ${record}`, fromName: name, toName: name, message: `About ${name}, ${record}.` }
}

async function send(person: Identity): Promise<string> {
  const { name, record, number } = person
  const fax = {
    ...{ to: number, from: number, cover: cover(person), clientReference: `${name} ${record}` },
    ...{ patient: { id: record, display: name }, purpose: 'TREAT' },
  }
  return ((await post('/v2/faxes', { ...fax, allowDuplicate: true })) as { id: string }).id
}

/** What a mistaken client sends: the same words where they do not belong. */
async function mistake(person: Identity): Promise<void> {
  const { name, record, number } = person
  await post('/v2/faxes', { to: `${number} ${name}`, cover: cover(person) })
  await post('/v2/faxes', { to: number, [name]: record })
  await post('/v2/faxes', { to: number, cover: cover(person), patient: { [name]: record }, purpose: record })
  await post(`/v2/faxes/${record}/link`, { patient: { id: record, display: name } })
  await post('/v2/disclosures/search', { patient: record, [name]: name })
  await post('/v2/faxes', {
    to: number,
    documents: [{ data: Buffer.from(`${name} ${record}`).toString('base64'), fileName: name }],
  })
  await ask(`/v2/faxes/${encodeURIComponent(name)}`)
  await ask('/v2/faxes', {
    method: 'POST',
    body: `{"to": "${number}", ${name} ${record}`,
    headers: { 'content-type': 'application/json' },
  })
  await ask('/v1/customer/fax-send', {
    method: 'POST',
    body: JSON.stringify({ faxNumber: name, faxData: [{ fileName: name, fileData: record }] }),
  })
  await ask('/v1/customer/fax-status', {
    method: 'POST',
    body: JSON.stringify({ jobId: `${name} ${record}` }),
  })
  await post('/v2/webhooks', { url: `https://user:${name}@${record}.example/` })
}

async function receive(person: Identity): Promise<string> {
  const { name, record, number } = person
  const sent = await send(person)
  for (let status = ''; status !== 'delivered'; await sleep(50))
    status = ((await ask(`/v2/faxes/${sent}`)) as { status: string }).status
  const page = await fetch(`${url}/v2/faxes/${sent}/content?format=tiff`, {
    headers: { authorization: `Bearer ${key}` },
  })
  const data = Buffer.from(await page.arrayBuffer()).toString('base64')
  const inbound = (await post('/v2/test/inbound', {
    to: number,
    from: number,
    document: { data, fileName: name },
  })) as {
    id: string
    pageCount: number
  }
  assert.ok(inbound.pageCount > 0, JSON.stringify(inbound))
  await post(`/v2/inbound/${inbound.id}/notes`, { text: `${name} ${record}` })
  await post(`/v2/inbound/${inbound.id}/link`, { patient: { id: record, display: name } })
  await post('/v2/inbound/search', { q: name })
  await post(`/v2/faxes/${sent}/link`, { patient: { id: name, display: record } })
  await post('/v2/disclosures/search', { patient: name })
  return inbound.id
}

async function everyOne<T>(of: readonly T[], work: (each: T) => Promise<unknown>): Promise<void> {
  const waiting = [...of]
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await work(next)
    }),
  )
}

async function pagesOf(path: string): Promise<string> {
  let all = ''
  let cursor = ''
  do {
    const page = (await ask(`${path}?limit=100${cursor && `&cursor=${cursor}`}`)) as {
      data: object[]
      nextCursor: string | null
    }
    all += JSON.stringify(page.data)
    cursor = page.nextCursor ?? ''
  } while (cursor !== '')
  return all
}

/** All AuditEvents, as somebody gets them who reads the audit and no faxes. */
async function collected(): Promise<string> {
  const { secret } = (await post('/v2/api-keys', { name: 'Auditor', scopes: ['audit:read'] })) as {
    secret: string
  }
  const headers = { authorization: `Bearer ${secret}`, accept: 'application/fhir+ndjson' }
  let all = ''
  for (let after = '0', lines = 1000; lines === 1000; ) {
    const page = await (await fetch(`${url}/v2/audit/fhir?limit=1000&after=${after}`, { headers })).text()
    all += page
    const events = page.trimEnd().split('\n')
    lines = events.length
    after = (JSON.parse(events.at(-1)!) as { id: string }).id
  }
  return all
}

async function settled(ids: readonly string[]): Promise<void> {
  const giveUpAt = Date.now() + SETTLE_MS
  for (const id of ids) {
    for (let state = ''; state !== 'ready' && Date.now() < giveUpAt; await sleep(200))
      state = ((await ask(`/v2/inbound/${id}`)) as { textState: string }).textState
  }
}

test(`of ${IDENTITIES} invented people nothing shows in logs, metrics, webhooks, refusals, headers, events or audit`, {
  timeout: 300_000,
}, async (context) => {
  const { port: receiverPort } = receiver.address() as AddressInfo
  await post('/v2/webhooks', { url: `http://127.0.0.1:${receiverPort}/hook` })
  await everyOne(people, send)
  await everyOne(people.slice(0, 60), mistake)
  const received: string[] = []
  await everyOne(people.slice(0, RECEIVED), async (person) => received.push(await receive(person)))
  await settled(received)
  told.events = await pagesOf('/v2/events')
  told.audit = await pagesOf('/v2/audit-events')
  told.fhir = await collected()
  told.metrics = await (await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${key}` } })).text()

  for (const [where, text] of Object.entries(told)) {
    assert.ok(text.length > 100, `${where} was looked at`)
    context.diagnostic(`${where}: ${text.length} characters`)
    const seen = people.filter(({ name, record, number }) =>
      [name, record, number, number.slice(2)].some((mark) => text.includes(mark)),
    )
    assert.equal(
      seen.length,
      0,
      `${where} tells of ${seen.length} of them, such as ${JSON.stringify(seen[0])}`,
    )
  }
  // The words are where they belong, or nothing was tested.
  const patients: string[] = []
  for (const id of received) {
    const { patient } = (await ask(`/v2/inbound/${id}`)) as { patient: { display: string } }
    patients.push(patient.display)
  }
  assert.deepEqual(
    patients.sort(),
    people
      .slice(0, RECEIVED)
      .map(({ name }) => name)
      .sort(),
  )
})
