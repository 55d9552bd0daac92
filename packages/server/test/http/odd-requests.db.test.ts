import assert from 'node:assert/strict'
import { test } from 'node:test'
import { registerIFax } from '../../src/adapters/ifax/register.ts'
import { ask, testHttpServer } from '../support/http.ts'

const server = await testHttpServer({ more: registerIFax })
const LONG = 'Zebra'.repeat(200)

test('a path that is not UTF-8, or longer than any id, is refused as everything is, and not a word of it is told', async () => {
  const headers = { authorization: `Bearer ${server.key}` }
  for (const [path, status] of [
    ['/v2/faxes/%ff%zzZebra', 400],
    ['/v2/faxes/Zebra%c3%28', 400],
    ['/%zzZebra', 400],
    ['/v1/customer/%zzZebra', 400],
    ['/v1/webhooks/%zzZebra?url=Zebra', 400],
    [`/v2/faxes/${LONG}`, 400],
    [`/v2/associates/${LONG}/agreements/${LONG}/document`, 400],
    [`/${LONG}`, 404],
  ] as const) {
    const reply = await ask(server.url + path, { headers })
    const text = await reply.text()
    assert.equal(reply.status, status, path)
    assert.equal(reply.headers.get('content-type'), 'application/problem+json', path)
    assert.match(reply.headers.get('content-security-policy') ?? '', /^default-src 'none'/, path)
    assert.equal(reply.headers.get('x-request-id'), JSON.parse(text).requestId, path)
    assert.doesNotMatch(text, /Zebra/, path)
  }
  assert.doesNotMatch(server.services.logText(), /Zebra/)
  assert.equal(server.services.logText().match(/"httpStatus":400/g)?.length, 7, 'each is a line of the log')
})

test('what waits for a request is bounded in time and in number', () => {
  const { server: listener } = server.app
  assert.ok('headersTimeout' in listener && listener.headersTimeout <= 15_000)
  assert.ok(listener.requestTimeout <= 120_000)
  assert.ok(listener.maxConnections <= 10_000)
})

test('a moment that is none to us, and a place in the events beyond all transactions, are refused in words', async () => {
  for (const path of [
    '/v2/faxes?createdAfter=2026-01-01T23:59:60Z',
    '/v2/faxes?createdBefore=2026-01-01T00:00:00Z[Europe/Berlin]',
    '/v2/inbound?startedAfter=2026-02-30T00:00:00Z',
    '/v2/disclosures?from=2026-01-01T23:59:60Z',
    '/v2/events?cursor=99999999999999999999-1',
  ]) {
    const reply = await server.fetch(path)
    assert.deepEqual([reply.status, (await reply.json()).code], [400, 'request.invalid'], path)
  }
  assert.equal((await server.fetch('/v2/events?cursor=9999999999999999999-9999999999999999')).status, 200)
  assert.equal((await server.fetch('/v2/faxes?createdAfter=2028-02-29t23:59:59.123456z')).status, 200)
})
