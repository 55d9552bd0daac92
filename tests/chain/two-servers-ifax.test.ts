import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { readTiff } from '@answerback/imaging/tiff/read-tiff'
import { freePort, KillableServer } from '../support/killable-server.ts'

const LIMIT_MS = 120_000

const folder = await mkdtemp(join(tmpdir(), 'answerback-chain-'))
const clinic = await startServer('clinic')
const provider = await startServer('provider')
after(async () => {
  await Promise.all([clinic.server.stop(), provider.server.stop()])
  await rm(folder, { recursive: true, force: true })
})

interface Running {
  readonly server: KillableServer
  readonly testKey: string
  readonly liveKey: string
}

async function startServer(name: string): Promise<Running> {
  const dataFolder = join(folder, name)
  const server = new KillableServer(dataFolder, await freePort(), { ANSWERBACK_RENDER_WORKERS: '1' })
  assert.ok(await server.start('On a terminal:'), server.errors)
  const { testKey, liveKey } = JSON.parse(await readFile(join(dataFolder, 'credentials.json'), 'utf8'))
  return { server, testKey, liveKey }
}

async function json<Body>(
  of: Running,
  key: string,
  path: string,
  body?: object,
  method = 'POST',
): Promise<Body> {
  const init = body && {
    method,
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  }
  const headers = { authorization: `Bearer ${key}`, ...init?.headers }
  const response = await fetch(of.server.url + path, { ...init, headers })
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return response.json() as Promise<Body>
}

interface Fax {
  readonly id: string
  readonly jobId: number
  readonly status: string
  readonly endedAt: string | null
  readonly pageCount: number | null
  readonly pagesConfirmed: number
  readonly disposition: string | null
}

interface Attempt {
  readonly line: string
  readonly disposition: string
  readonly pagesConfirmed: number
  readonly upstream: {
    readonly providerId: string
    readonly name: string
    readonly reference: string
    readonly evidence: string
  }
  readonly journal: readonly { readonly kind: string }[]
}

interface FaxObject {
  readonly jobId: number
  readonly faxStatus: string
  readonly faxTotalPages: number
  readonly faxTransferredPages: number
  readonly toNumber: string
}

interface Run {
  readonly error: string | null
  readonly counts: Readonly<Record<string, number>>
}

/** The clinic's provider is the other server's iFax API, in test mode: its sandbox is the telephone network. */
const made = await json<{ id: string; hookUrl: string }>(clinic, clinic.liveKey, '/v2/providers', {
  kind: 'ifax',
  name: 'The other server',
  apiKey: provider.testKey,
  baseUrl: provider.server.url,
  simulated: true,
})
// One call each: what the far end did is to be told at once, and not after a day of redialling.
const retryPolicy = { dialsMax: 1 }
// The numbers are the sandbox's, chosen for what its machines do: nobody's fax goes astray.
const misdirection = { live: { firstSend: 'allow', nearMiss: 'allow' } }
await json(
  clinic,
  clinic.liveKey,
  '/v2/account',
  { outboundLine: 'ifax', retryPolicy, misdirection },
  'PATCH',
)
await json(provider, provider.testKey, '/v2/account', { retryPolicy }, 'PATCH')
await json(provider, provider.testKey, '/v1/webhooks', { url: made.hookUrl })

/** @param code which far-end machine answers (docs/guides/test-mode.md) */
async function send(code: string): Promise<string> {
  const form = new FormData()
  form.append('to', `+1202555${code}`)
  form.append('file', new Blob([new Uint8Array(await clinic.server.sample())]), 'zebra.pdf')
  const response = await fetch(`${clinic.server.url}/v2/faxes`, {
    method: 'POST',
    body: form,
    headers: { authorization: `Bearer ${clinic.liveKey}` },
  })
  assert.equal(response.status, 202, await response.clone().text())
  return ((await response.json()) as Fax).id
}

async function until(id: string, condition: (fax: Fax) => boolean): Promise<Fax> {
  for (const end = Date.now() + LIMIT_MS; Date.now() < end; await sleep(100)) {
    const fax = await json<Fax>(clinic, clinic.liveKey, `/v2/faxes/${id}`)
    if (condition(fax)) return fax
  }
  throw new Error(`The fax ${id} did not get there in time.`)
}

async function attemptsOf(id: string): Promise<readonly Attempt[]> {
  return (await json<{ data: Attempt[] }>(clinic, clinic.liveKey, `/v2/faxes/${id}/attempts`)).data
}

/** The provider's record of an attempt. */
async function theirs({ upstream }: Attempt): Promise<FaxObject> {
  const body = { jobId: Number(upstream.reference) }
  return (await json<{ data: FaxObject }>(provider, provider.testKey, '/v1/customer/fax-status', body)).data
}

test('the test of the provider says that all is well', async () => {
  const report = await json<{ ok: boolean }>(clinic, clinic.liveKey, `/v2/providers/${made.id}/test`, {})
  assert.equal(report.ok, true, JSON.stringify(report))
})

test('a fax goes through two servers, and both histories tell the same', { timeout: LIMIT_MS }, async () => {
  const begun = Date.now()
  const id = await send('0100')
  const fax = await until(id, ({ endedAt }) => endedAt !== null)
  assert.equal(fax.status, 'delivered')
  const [attempt, ...others] = await attemptsOf(id)
  assert.equal(others.length, 0)
  assert.equal(attempt?.line, 'ifax')
  assert.equal(attempt?.upstream.providerId, made.id)
  assert.equal(attempt?.upstream.evidence, 'provider')
  assert.deepEqual(
    attempt?.journal.map(({ kind }) => kind),
    [
      'dialing',
      'handing_over',
      'handed_over',
      ...Array.from({ length: fax.pageCount! }, () => 'page_reported'),
    ],
  )
  const told = await theirs(attempt!)
  assert.equal(told.faxStatus, 'delivered')
  assert.equal(told.faxTransferredPages, fax.pagesConfirmed)
  assert.equal(told.faxTotalPages, fax.pageCount)
  const { data } = await json<{ data: Fax[] }>(provider, provider.testKey, '/v2/faxes?number=%2B12025550100')
  const there = data.find(({ jobId }) => String(jobId) === attempt?.upstream.reference)
  assert.equal(there?.status, 'delivered')
  assert.ok(Date.now() - begun < LIMIT_MS)
})

for (const [code, disposition, status] of [
  ['0101', 'busy', 'failed'],
  ['0102', 'no_answer', 'failed'],
  ['0103', 'no_fax_tone', 'failed'],
  ['0104', 'number_unassigned', 'failed'],
  ['0108', 'congestion', 'failed'],
  ['0109', 'training_failed', 'failed'],
  ['0112', 'outcome_unknown', 'outcome_unknown'],
  ['0129', 'remote_disconnect', 'failed'],
  ['0134', 't38_refused', 'failed'],
  ['0144', 'rejected', 'failed'],
] as const) {
  test(`what the far end did (${disposition}) is told through both servers`, {
    timeout: LIMIT_MS,
  }, async () => {
    const id = await send(code)
    const fax = await until(id, ({ endedAt }) => endedAt !== null)
    assert.equal(fax.status, status)
    const [attempt, ...others] = await attemptsOf(id)
    assert.equal(others.length, 0)
    assert.equal(attempt?.disposition, disposition)
    assert.equal(attempt?.pagesConfirmed, (await theirs(attempt!)).faxTransferredPages)
  })
}

test('a fax canceled here is canceled there', { timeout: LIMIT_MS }, async () => {
  const id = await send('0110')
  await handedOver(id)
  await json(clinic, clinic.liveKey, `/v2/faxes/${id}/cancel`, {})
  const fax = await until(id, ({ endedAt }) => endedAt !== null)
  assert.equal(fax.status, 'canceled')
  const [attempt] = await attemptsOf(id)
  assert.equal((await theirs(attempt!)).faxStatus, 'canceled')
})

async function handedOver(id: string): Promise<void> {
  for (const end = Date.now() + LIMIT_MS; Date.now() < end; await sleep(20)) {
    const [attempt] = await attemptsOf(id)
    if (attempt?.upstream.reference) return
  }
  throw new Error(`The fax ${id} was not handed over in time.`)
}

interface Received {
  readonly id: string
  readonly status: string
  readonly line: string
  readonly to: string
  readonly from: string | null
  readonly pageCount: number
}

async function pixelsOf(of: Running, key: string, id: string): Promise<Buffer[]> {
  const response = await fetch(`${of.server.url}/v2/inbound/${id}/content?format=tiff`, {
    headers: { authorization: `Bearer ${key}` },
  })
  assert.equal(response.status, 200)
  return readTiff(new Uint8Array(await response.arrayBuffer())).pages.map((page) => {
    assert.ok(page.form === 'bilevel')
    return Buffer.from(page.decode().words.slice().buffer)
  })
}

async function inboxOf(of: Running, key: string): Promise<readonly Received[]> {
  return (await json<{ data: Received[] }>(of, key, '/v2/inbound')).data
}

/** A simulated machine calls the provider. */
function callIn(resolution: string): Promise<Received> {
  return json<Received>(provider, provider.testKey, '/v2/test/inbound', {
    to: '+12025550188',
    from: '+12025550134',
    resolution,
  })
}

for (const resolution of ['fine', 'standard', 'superfine']) {
  test(`a fax the provider received at ${resolution} arrives here once, pel for pel`, {
    timeout: LIMIT_MS,
  }, async () => {
    const before = (await inboxOf(clinic, clinic.liveKey)).length
    const there = await callIn(resolution)
    assert.equal(there.status, 'received')
    let mine: readonly Received[] = []
    for (const end = Date.now() + LIMIT_MS; Date.now() < end; await sleep(100)) {
      mine = await inboxOf(clinic, clinic.liveKey)
      if (mine.length > before && mine[0]?.status === 'received') break
    }
    assert.equal(mine.length, before + 1)
    const [here] = mine
    assert.equal(here?.line, 'ifax')
    assert.deepEqual([here?.to, here?.from, here?.pageCount], [there.to, there.from, there.pageCount])
    const theirs = await pixelsOf(provider, provider.testKey, there.id)
    const ours = await pixelsOf(clinic, clinic.liveKey, here!.id)
    assert.equal(ours.length, theirs.length)
    for (const [index, page] of ours.entries()) {
      assert.equal(Buffer.compare(page, theirs[index]!), 0, `page ${index + 1} differs`)
    }
  })
}

test('a received fax whose webhook is lost comes with the next reconciliation', {
  timeout: LIMIT_MS,
}, async () => {
  await json(provider, provider.testKey, `/v1/webhooks?url=${encodeURIComponent(made.hookUrl)}`, {}, 'DELETE')
  const before = (await inboxOf(clinic, clinic.liveKey)).length
  await callIn('fine')
  const run = await json<Run>(clinic, clinic.liveKey, '/v2/reconciliations', {})
  assert.equal(run.counts.receivedRecovered, 1)
  for (const end = Date.now() + LIMIT_MS; Date.now() < end; await sleep(100)) {
    const mine = await inboxOf(clinic, clinic.liveKey)
    if (mine.length > before && mine[0]?.status === 'received') return
  }
  assert.fail('It did not come.')
})

test('a patient’s number is refused, because the provider only simulates', async () => {
  await assert.rejects(
    json(clinic, clinic.liveKey, '/v2/faxes', {
      to: '+12025551234',
      documents: [{ data: (await clinic.server.sample()).toString('base64'), fileName: 'zebra.pdf' }],
    }),
    /destination\.not_allowed/,
  )
})

test('a clinic whose server dies while the provider has its fax goes on where it was', {
  timeout: LIMIT_MS,
}, async () => {
  const id = await send('0107')
  await handedOver(id)
  await clinic.server.kill()
  assert.ok(await clinic.server.start('On a terminal:'), clinic.server.errors)
  const fax = await until(id, ({ endedAt }) => endedAt !== null)
  assert.equal(fax.status, 'delivered')
  const attempts = await attemptsOf(id)
  assert.equal(attempts.length, 1)
  assert.equal((await theirs(attempts[0]!)).faxStatus, 'delivered')
})

test('a reconciliation finds nothing to do between two servers that agree', async () => {
  const run = await json<Run>(clinic, clinic.liveKey, '/v2/reconciliations', {})
  assert.equal(run.error, null)
  assert.ok(run.counts.sentCompared! >= 13, JSON.stringify(run.counts))
  assert.equal(run.counts.contradictions, 0)
})
