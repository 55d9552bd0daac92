import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test } from 'node:test'
import { registerIFax } from '../../src/adapters/ifax/register.ts'
import { ask, form, json, testHttpServer } from '../support/http.ts'

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

test('a path that is there, asked by a method it does not take, is not said to be missing', async () => {
  const headers = { authorization: `Bearer ${server.key}`, accessToken: server.key }
  for (const [method, path] of [
    ['PUT', '/v2/faxes'],
    ['OPTIONS', '/v2/faxes'],
    ['GET', '/v1/customer/fax-status'],
  ] as const) {
    const reply = await fetch(server.url + path, { method, headers })
    assert.equal(reply.status, 404)
    assert.match(await reply.text(), /does not take this method/, path)
  }
})

test('what waits for a request, or for a reply to be read, is bounded in time and in number', () => {
  const { server: listener } = server.app
  assert.ok('headersTimeout' in listener && listener.headersTimeout <= 15_000)
  assert.ok(listener.requestTimeout <= 120_000)
  assert.ok(listener.maxConnections <= 10_000)
  assert.ok(listener.timeout > 0 && listener.timeout <= 600_000, 'who reads no reply')
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

test('a large body that is kept whole waits for room before a byte of it is read, and is told when there is none', async () => {
  const taken: number[] = []
  let released = 0
  const take = async (_account: string, bytes: number) => {
    taken.push(bytes)
    if (bytes > 400_000) return undefined
    return () => {
      released += 1
    }
  }
  const full = await testHttpServer({ web: { bodyBudget: { take } }, more: registerIFax })
  const text = (length: number) => json({ to: '+12025550100', clientReference: 'x'.repeat(length) })
  const asked = async (path: string, init: RequestInit) => {
    const reply = await full.fetch(path, init)
    return [reply.status, (await reply.json()).code]
  }
  assert.deepEqual(await asked('/v2/faxes', text(1_000)), [400, 'request.invalid'])
  assert.deepEqual(taken, [], 'a small one takes none')
  assert.deepEqual(await asked('/v2/faxes', text(300_000)), [400, 'request.invalid'])
  assert.deepEqual([taken.length, released], [1, 1])
  assert.deepEqual(await asked('/v2/faxes', text(500_000)), [429, 'limit.rate'])
  assert.deepEqual(await asked('/v2/estimates', text(500_000)), [429, 'limit.rate'])
  assert.deepEqual(await asked('/v2/test/inbound', text(500_000)), [429, 'limit.rate'])
  const chunked = new Blob(['{}']).stream()
  await asked('/v2/faxes', { ...text(0), body: chunked, duplex: 'half' } as RequestInit)
  assert.equal(taken.at(-1), 70 * 1024 * 1024, 'one that does not say how long it is may be as long as any')

  const file = { fileName: 'a.pdf', bytes: Buffer.alloc(500_000) }
  const count = taken.length
  assert.equal((await asked('/v2/faxes', form([['to', '+12025550100']], [file])))[0], 422)
  assert.equal(taken.length, count, 'files of a form go to disk')
  const ifax = { accesstoken: full.key }
  assert.equal((await full.fetch('/v1/customer/fax-send', form([], [file], ifax))).status, 429)
  assert.equal(
    (await full.fetch('/v1/customer/fax-send', json({ a: 'x'.repeat(500_000) }, ifax))).status,
    429,
  )
})

/** Sends bytes as they are and gives back what came until the server closed. */
function exchange(bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => socket.end(bytes))
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.on('close', () => resolve(text))
  })
}

test('a request that a proxy in front could read otherwise is refused, and what follows it is not read', async () => {
  const host = 'Host: 127.0.0.1\r\n'
  const auth = `Authorization: Bearer ${server.key}\r\n`
  const post = `POST /v2/mailboxes HTTP/1.1\r\n${host}${auth}Content-Type: application/json\r\n`
  const smuggled = `GET /v2/faxes HTTP/1.1\r\n${host}${auth}\r\n`
  for (const [name, bytes] of Object.entries({
    'both lengths': `${post}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    'two lengths': `${post}Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcd${smuggled}`,
    'an unknown coding': `${post}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${smuggled}`,
    'a coding after chunked': `${post}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${smuggled}`,
    'a blank before the colon': `${post}Content-Length : 4\r\n\r\nabcd${smuggled}`,
    'a folded line': `GET /v2/faxes HTTP/1.1\r\n${host}Authorization: Bearer\r\n ${server.key}\r\n\r\n${smuggled}`,
    'bare line feeds': smuggled.replaceAll('\r', ''),
    'a hexadecimal length': `${post}Content-Length: 0x4\r\n\r\nabcd${smuggled}`,
    'a chunk with a line feed': `${post}Transfer-Encoding: chunked\r\n\r\n2;\nxx\r\n{}\r\n0\r\n\r\n${smuggled}`,
  })) {
    const reply = await exchange(bytes)
    assert.match(reply, /^HTTP\/1\.1 400 /, name)
    assert.equal(reply.match(/HTTP\/1\.1 \d/g)?.length, 1, name)
  }
  const twice = await exchange(
    `GET /v2/none HTTP/1.1\r\n${host}Host: evil.example\r\nConnection: close\r\n\r\n`,
  )
  assert.match(twice, /^HTTP\/1\.1 400 .*more than one Host header/s)
})
