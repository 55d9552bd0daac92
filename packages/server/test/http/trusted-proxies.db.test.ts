import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ask, testHttpServer } from '../support/http.ts'

/** Tests come from loopback: for the first server that is a proxy, for the second a stranger. */
const anonymousRate = { quota: 3, windowSeconds: 3_600 }
const behind = await testHttpServer({
  web: { trustedProxies: ['127.0.0.0/8', '198.51.100.7'], anonymousRate },
})
const open = await testHttpServer({ web: { trustedProxies: ['198.51.100.7'], anonymousRate } })
const ALLOWED = '203.0.113.9'

async function statusFor(server: typeof behind, forwarded: string): Promise<number> {
  const key = await server.makeKey(server.scope, { allowedAddresses: [ALLOWED] })
  const headers = { authorization: `Bearer ${key}`, 'x-forwarded-for': forwarded }
  return (await ask(`${server.url}/v2/faxes`, { headers })).status
}

test('a named proxy says who the caller is', async () => {
  assert.equal(await statusFor(behind, ALLOWED), 200)
  assert.equal(await statusFor(behind, '203.0.113.10'), 403)
})

test('of a chain the last that is no proxy counts: what the caller wrote before it says nothing', async () => {
  assert.equal(await statusFor(behind, `${ALLOWED}, 192.0.2.1`), 403)
  assert.equal(await statusFor(behind, `192.0.2.1, ${ALLOWED}`), 200)
  assert.equal(await statusFor(behind, `192.0.2.1, ${ALLOWED}, 198.51.100.7`), 200)
})

test('a stranger who says to speak for an allowed address is refused', async () => {
  for (const forwarded of [ALLOWED, `${ALLOWED}, 127.0.0.1`, `${ALLOWED}, 198.51.100.7`]) {
    assert.equal(await statusFor(open, forwarded), 403, forwarded)
  }
})

test('guesses count against the address they come from, whatever they say it is', async () => {
  const guess = (server: typeof behind, from: string) =>
    ask(`${server.url}/v2/faxes`, {
      headers: { authorization: 'Bearer ab_test_wrong', 'x-forwarded-for': from },
    })
  const said = async (server: typeof behind) => {
    const statuses: number[] = []
    for (let host = 1; host <= 5; host++) statuses.push((await guess(server, `192.0.2.${host}`)).status)
    return statuses
  }
  assert.deepEqual(await said(open), [401, 401, 401, 429, 429])
  assert.deepEqual(await said(behind), [401, 401, 401, 401, 401])
})

test('links in a problem follow a proxy, and nobody else', async () => {
  const headers = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' }
  const told = async (server: typeof behind) =>
    (await (await ask(`${server.url}/v2/none`, { headers })).json()).docUrl
  assert.match(await told(behind), /^https:\/\/evil\.example/)
  assert.match(await told(open), /^http:\/\/127\.0\.0\.1/)
})

test('a refusal carries the strict headers as every reply does', async () => {
  for (const [path, status] of [
    ['/v2/faxes', 401],
    ['/v2/none', 404],
    ['/healthz', 200],
  ] as const) {
    const reply = await ask(`${behind.url}${path}`, { headers: { 'x-forwarded-for': '192.0.2.77' } })
    assert.equal(reply.status, status, path)
    assert.match(reply.headers.get('content-security-policy') ?? '', /^default-src 'none'/, path)
    assert.equal(reply.headers.get('x-content-type-options'), 'nosniff', path)
    assert.equal(reply.headers.get('referrer-policy'), 'no-referrer', path)
  }
})

const PROXY = '198.51.100.7'
const closed = await testHttpServer({ web: { trustedProxies: [PROXY], onlyThroughProxy: true } })

async function codeFrom(remoteAddress: string, url: string, headers: object = {}): Promise<string> {
  const reply = await closed.app.inject({
    url,
    remoteAddress,
    headers: { authorization: `Bearer ${closed.key}`, ...headers },
  })
  return reply.statusCode < 300 ? 'served' : reply.json().code
}

test('where the proxy terminates TLS, who reaches the server past it is refused before the key is looked at', async () => {
  assert.equal(await codeFrom(PROXY, '/v2/faxes'), 'served')
  assert.equal(await codeFrom(`::ffff:${PROXY}`, '/v2/faxes'), 'served')
  for (const path of ['/v2/faxes', '/auth/methods', '/v2/none', '/openapi.json']) {
    assert.equal(await codeFrom('192.0.2.9', path), 'auth.insecure_transport', path)
  }
  const forged = { 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'https' }
  assert.equal(await codeFrom('192.0.2.9', '/v2/faxes', forged), 'auth.insecure_transport')
  const wrong = { authorization: 'Bearer ab_test_wrong' }
  assert.equal(await codeFrom('192.0.2.9', '/v2/faxes', wrong), 'auth.insecure_transport')
})

test('what the proxy itself took over plain HTTP is refused', async () => {
  for (const proto of ['http', 'http, https', '']) {
    const code = await codeFrom(PROXY, '/v2/faxes', { 'x-forwarded-proto': proto })
    assert.equal(code, 'auth.insecure_transport', proto)
  }
  assert.equal(await codeFrom(PROXY, '/v2/faxes', { 'x-forwarded-proto': 'https' }), 'served')
})

test('probes and this machine need no proxy', async () => {
  assert.equal(await codeFrom('192.0.2.9', '/healthz'), 'served')
  assert.equal(await codeFrom('127.0.0.1', '/v2/faxes'), 'served')
})
