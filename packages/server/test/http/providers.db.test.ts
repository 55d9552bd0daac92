import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createHttpOut } from '../../src/adapters/http-out/http-out.ts'
import { createIFaxUpstream } from '../../src/adapters/lines/ifax/upstream.ts'
import { json, testHttpServer } from '../support/http.ts'
import { IFaxDouble } from '../support/ifax-double.ts'

const double = new IFaxDouble()
await double.listen()
double.numbers.push('+12025550177')
after(() => double.close())
const httpOut = createHttpOut()
const server = await testHttpServer({
  services: {
    httpOut,
    upstream: createIFaxUpstream({
      httpOut,
      policy: { allowLoopback: true },
      documentBytesMax: 1_048_576,
      timeoutMs: 2_000,
    }),
  },
})
const key = await server.makeKey({ ...server.scope, mode: 'live' })
const live = { authorization: `Bearer ${key}` }

// biome-ignore lint/suspicious/noExplicitAny: each test asserts the fields it expects.
type Body = any

async function ask(path: string, init: RequestInit = {}): Promise<{ status: number; body: Body }> {
  const response = await server.fetch(path, { ...init, headers: { ...init.headers, ...live } })
  const text = await response.text()
  return { status: response.status, body: text === '' ? null : JSON.parse(text) }
}

const post = (path: string, body: object) => ask(path, json(body))
const patch = (path: string, body: object) => ask(path, { ...json(body), method: 'PATCH' })
const NEW = { kind: 'ifax', name: 'iFax', apiKey: double.key, baseUrl: double.url }

test('a provider is made, read, listed, changed and removed, and never shows its key', async () => {
  const made = await post('/v2/providers', { ...NEW, hookAuth: { username: 'u', password: 'p-secret' } })
  assert.equal(made.status, 201)
  assert.match(made.body.hookUrl, new RegExp(`^${server.url}/hooks/ifax/[\\w-]{43}$`))
  const { id } = made.body
  const read = await ask(`/v2/providers/${id}`)
  assert.equal(read.body.hasHookAuth, true)
  assert.equal(read.body.hookUrl, undefined)
  assert.deepEqual(read.body.profile, {
    formats: ['application/pdf'],
    pagesMax: null,
    resolutions: ['standard', 'fine', 'superfine'],
    evidence: 'provider',
    pageEvidence: false,
    callDetails: false,
  })
  const changed = await patch(`/v2/providers/${id}`, {
    name: 'Other',
    callerId: '+12025550177',
    hookAuth: null,
  })
  assert.equal(changed.body.name, 'Other')
  assert.equal(changed.body.hasHookAuth, false)
  const list = await ask('/v2/providers')
  assert.equal(list.body.data.length, 1)
  const told = JSON.stringify([made.body, read.body, changed.body, list.body])
  assert.ok(!told.includes(double.key) && !told.includes('p-secret'))
  assert.equal((await ask(`/v2/providers/${id}`, { method: 'DELETE' })).status, 204)
  assert.equal((await ask(`/v2/providers/${id}`)).status, 404)
})

test('the default address is that of iFax, which must be public', async () => {
  const refused = await post('/v2/providers', {
    kind: 'ifax',
    name: 'A',
    apiKey: 'k',
    baseUrl: 'http://10.0.0.1',
  })
  assert.equal(refused.status, 422)
  assert.equal(refused.body.code, 'provider.invalid')
  assert.equal(refused.body.field, 'baseUrl')
  for (const baseUrl of [
    'ftp://a.example',
    'https://u:p@a.example',
    'https://a.example/?x=1',
    'nonsense',
    'https://10.0.0.1',
  ]) {
    assert.equal((await post('/v2/providers', { ...NEW, baseUrl })).status, 422, baseUrl)
  }
})

test('a test key has no providers', async () => {
  const response = await server.fetch('/v2/providers', json(NEW))
  assert.equal(response.status, 403)
  assert.equal((await response.json()).code, 'provider.test_key')
})

test('a test says what is wrong: the settings, the address or the key', async () => {
  const { body } = await post('/v2/providers', NEW)
  const good = await post(`/v2/providers/${body.id}/test`, {})
  assert.equal(good.body.ok, true)
  assert.equal(good.body.numbers, 1)
  await patch(`/v2/providers/${body.id}`, { apiKey: 'wrong', enabled: false })
  const bad = await post(`/v2/providers/${body.id}/test`, {})
  const outcomes = Object.fromEntries(bad.body.checks.map((check: Body) => [check.name, check.outcome]))
  assert.deepEqual(outcomes, { settings: 'failed', reach: 'ok', key: 'failed' })
  await patch(`/v2/providers/${body.id}`, { baseUrl: 'http://127.0.0.1:9', apiKey: double.key })
  const lost = await post(`/v2/providers/${body.id}/test`, {})
  assert.equal(lost.body.checks.find((check: Body) => check.name === 'reach').outcome, 'failed')
  await ask(`/v2/providers/${body.id}`, { method: 'DELETE' })
})

test('the account chooses the line by one setting', async () => {
  assert.equal((await ask('/v2/account')).body.outboundLine, null)
  assert.equal((await patch('/v2/account', { outboundLine: 'ifax' })).body.outboundLine, 'ifax')
  assert.equal((await patch('/v2/account', { outboundLine: 'pigeon' })).status, 400)
  assert.equal((await patch('/v2/account', { outboundLine: null })).body.outboundLine, null)
})

test('a post needs the token, and the user name and password where they are set', async () => {
  const hookAuth = { username: 'ifax', password: 'hook-password' }
  const { body } = await post('/v2/providers', { ...NEW, hookAuth })
  const send = (url: string, authorization?: string) =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(authorization ? { authorization } : {}) },
      body: JSON.stringify({
        direction: 'inbound',
        jobId: 41,
        transactionId: 42,
        fileUrl: 'http://evil.example',
      }),
    })
  assert.equal((await send(`${server.url}/hooks/ifax/nobody`)).status, 404)
  assert.equal((await send(body.hookUrl)).status, 401)
  assert.equal((await send(body.hookUrl, `Basic ${btoa('ifax:wrong')}`)).status, 401)
  const taken = await send(body.hookUrl, `Basic ${btoa('ifax:hook-password')}`)
  assert.equal(taken.status, 200)
  assert.deepEqual(await taken.json(), { received: true })
  const rotated = await post(`/v2/providers/${body.id}/rotate-hook`, {})
  assert.notEqual(rotated.body.hookUrl, body.hookUrl)
  assert.equal((await send(body.hookUrl, `Basic ${btoa('ifax:hook-password')}`)).status, 404)
  await ask(`/v2/providers/${body.id}`, { method: 'DELETE' })
})

test('a post of any shape is answered quickly and believed in nothing but its ids', async () => {
  const { body } = await post('/v2/providers', NEW)
  const shapes: RequestInit[] = [
    json({}),
    json({ jobId: 'x'.repeat(1000) }),
    json({ jobId: { $ne: 1 } }),
    json({ jobId: 7, direction: ['sent'] }),
    json({ jobId: '900719925474099312', transactionId: 1 }),
    json({ jobId: 12, direction: 'sent', faxStatus: 'delivered' }),
  ]
  for (const shape of shapes) assert.equal((await fetch(body.hookUrl, shape)).status, 200)
  const form = new FormData()
  form.append('direction', 'inbound')
  form.append('jobId', '77')
  form.append('transactionId', '78')
  form.append('filename', new Blob(['%PDF-1.4 evil']), 'fax.pdf')
  assert.equal((await fetch(body.hookUrl, { method: 'POST', body: form })).status, 200)
  const huge = await fetch(body.hookUrl, json({ jobId: 1, message: 'x'.repeat(100_000) }))
  assert.equal(huge.status, 413)
  const broken = await fetch(body.hookUrl, { ...json({}), body: '{"jobId":' })
  assert.equal(broken.status, 400)
  const notices = server.services.queue.enqueued.filter(({ name }) => name === 'fetch-upstream')
  assert.ok(notices.length >= 2)
})

test('a post that comes too often is asked to wait', async () => {
  const slow = await testHttpServer({ web: { anonymousRate: { quota: 3, windowSeconds: 60 } } })
  const statuses = []
  for (let times = 0; times < 5; times += 1) {
    statuses.push((await fetch(`${slow.url}/hooks/ifax/nobody`, json({}))).status)
  }
  assert.deepEqual(statuses, [404, 404, 404, 429, 429])
})

test('a reconciliation runs at once, is listed, and names the open contradictions', async () => {
  const run = await post('/v2/reconciliations', {})
  assert.equal(run.status, 201)
  assert.equal(run.body.error, null)
  const list = await ask('/v2/reconciliations')
  assert.equal(list.body.data[0].id, run.body.id)
  assert.equal(list.body.lastRunAt, run.body.startedAt)
  assert.equal(list.body.openContradictions, 0)
  assert.deepEqual((await ask('/v2/contradictions?resolved=false')).body, { data: [], nextCursor: null })
  assert.equal((await post('/v2/contradictions/ctr_none/resolve', {})).status, 404)
})
