import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { createHttpOut } from '../../src/adapters/http-out/http-out.ts'
import type { HttpOutRequest } from '../../src/ports/http-out.ts'

const open: Server[] = []
after(() => {
  for (const server of open) server.close()
})

const loopback = async () => ['127.0.0.1']
const out = createHttpOut({ resolve: loopback })
const request = (url: string, more: Partial<HttpOutRequest> = {}): HttpOutRequest => ({
  method: 'GET',
  url,
  timeoutMs: 5_000,
  maxBytes: 1_000,
  policy: { allowLoopback: true },
  ...more,
})

test('a request carries method, headers and body, and its reply comes back whole', async () => {
  const origin = await serve(async (incoming, reply) => {
    const parts: Buffer[] = []
    for await (const part of incoming) parts.push(part)
    reply.writeHead(202, {
      'X-Seen': `${incoming.method} ${incoming.url} ${incoming.headers['x-id']} ${incoming.headers.host}`,
    })
    reply.end(Buffer.concat(parts))
  })
  const body = Buffer.from([0, 1, 2, 255])
  const response = await out.request(
    request(`${origin}/hook?a=b`, { method: 'POST', headers: { 'X-Id': '7' }, body }),
  )
  assert.equal(response.status, 202)
  assert.equal(response.headers['x-seen'], `POST /hook?a=b 7 ${new URL(origin).host}`)
  assert.deepEqual(response.body, body)
})

test('an HTTP failure is a reply, not an error', async () => {
  const origin = await serve((_, reply) => reply.writeHead(500).end('no'))
  assert.equal((await out.request(request(origin))).status, 500)
})

test('a reply past the cap is refused, or cut when asked, and its sender is not read to the end', async () => {
  let sent = 0
  const origin = await serve((_, reply) => pour(reply, 64 * 1024 * 1024, (bytes) => (sent += bytes)))
  await assert.rejects(out.request(request(origin)), { code: 'too_large' })
  const cut = await out.request(request(origin, { oversize: 'cut' }))
  assert.equal(cut.status, 200)
  assert.equal(cut.body.length, 1_000)
  assert.ok(sent < 32 * 1024 * 1024, `read ${sent} bytes`)
})

test('a compressed reply is not unpacked', async () => {
  const origin = await serve((_, reply) =>
    reply.writeHead(200, { 'content-encoding': 'gzip' }).end('not gzip'),
  )
  assert.equal((await out.request(request(origin))).body.toString(), 'not gzip')
})

test('the deadline covers a host that is silent, one that drips, and a name server that does not answer', async () => {
  const silent = await serve(() => undefined)
  await assert.rejects(out.request(request(silent, { timeoutMs: 100 })), { code: 'timeout' })
  const dripping = await serve((_, reply) => {
    const timer = setInterval(() => reply.write('.'), 20)
    reply.once('close', () => clearInterval(timer))
  })
  await assert.rejects(out.request(request(dripping, { timeoutMs: 200 })), { code: 'timeout' })
  const mute = createHttpOut({ resolve: () => new Promise(() => undefined) })
  // The deadline keeps nothing alive; this does, for as long as the test waits.
  const alive = setTimeout(() => undefined, 5_000)
  await assert.rejects(mute.request(request('http://a.example/', { timeoutMs: 50 })), { code: 'timeout' })
  clearTimeout(alive)
})

test('a caller may call a request off', async () => {
  const silent = await serve(() => undefined)
  const controller = new AbortController()
  const pending = out.request(request(silent, { signal: controller.signal }))
  controller.abort()
  await assert.rejects(pending, { code: 'aborted' })
})

test('a host that refuses, breaks off or does not speak HTTP is told apart from one that is slow', async () => {
  const gone = await listen(createTcpServer())
  open.pop()?.close()
  await assert.rejects(out.request(request(`http://127.0.0.1:${gone}/`)), { code: 'connect' })
  for (const words of [
    '',
    'SSH-2.0-x\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort',
    'HTTP/1.1 20',
  ]) {
    const port = await listen(createTcpServer((socket) => socket.once('error', () => undefined).end(words)))
    await assert.rejects(out.request(request(`http://127.0.0.1:${port}/`)), { code: 'protocol' }, words)
  }
  const failing = createHttpOut({ resolve: async () => assert.fail('ENOTFOUND') })
  await assert.rejects(failing.request(request('http://a.example/')), { code: 'connect' })
})

test('a second address is tried when the first does not take the connection', async () => {
  const origin = await serve((_, reply) => reply.end('here'))
  const both = createHttpOut({ resolve: async () => ['127.0.0.9', '127.0.0.1'] })
  const response = await both.request(request(`http://a.example:${new URL(origin).port}/`))
  assert.equal(response.body.toString(), 'here')
})

test('redirects are returned as they came unless the policy follows them', async () => {
  const origin = await serve((incoming, reply) => {
    if (incoming.url === '/end') return reply.end('end')
    return reply.writeHead(302, { location: incoming.url === '/one' ? '/end' : '/one' }).end()
  })
  assert.equal((await out.request(request(`${origin}/two`))).status, 302)
  const follow = (redirects: number) => ({ policy: { allowLoopback: true, redirects } })
  assert.equal((await out.request(request(`${origin}/two`, follow(1)))).headers.location, '/end')
  const response = await out.request(request(`${origin}/two`, follow(2)))
  assert.equal(response.body.toString(), 'end')
  assert.equal(response.url, `${origin}/end`)
  assert.equal((await out.request(request(`${origin}/two`, { ...follow(2), method: 'POST' }))).status, 302)
})

test('a redirect to an address that is not public is refused before it is dialled', async () => {
  let reached = 0
  const inside = await serve((_, reply) => {
    reached += 1
    reply.end()
  })
  // Listed is 127.0.0.2 alone, so the redirect's 127.0.0.1 is not.
  const outside = await serve((_, reply) => reply.writeHead(302, { location: inside }).end(), '127.0.0.2')
  const policy = { allowedHosts: ['127.0.0.2'], redirects: 3 }
  await assert.rejects(out.request(request(outside, { policy })), { code: 'address_refused' })
  await assert.rejects(
    out.request(request(await redirecting('http://169.254.169.254/latest/meta-data'), { policy })),
    { code: 'address_refused' },
  )
  await assert.rejects(out.request(request(await redirecting('http://[half'), { policy })), {
    code: 'protocol',
  })
  assert.equal(reached, 0)
})

test('credentials do not follow a redirect to another host', async () => {
  let seen: string | undefined = 'nothing'
  const other = await serve((incoming, reply) => {
    seen = incoming.headers.authorization
    reply.end(incoming.headers['x-kept'])
  })
  const origin = await serve((_, reply) => reply.writeHead(307, { location: other }).end())
  const headers = { Authorization: 'Bearer secret', 'X-Kept': 'yes' }
  const response = await out.request(
    request(origin, { headers, policy: { allowLoopback: true, redirects: 1 } }),
  )
  assert.equal(response.body.toString(), 'yes')
  assert.equal(seen, undefined)
})

const openssl = spawnSync('openssl', ['version']).status === 0
test('TLS verifies the name that was asked for, though an address is dialled', {
  skip: openssl ? false : 'needs openssl',
}, async () => {
  const { key, cert } = selfSigned('clinic.example')
  const server = createSecureServer({ key, cert }, (_, reply) => reply.end('secure'))
  const port = await listen(server)
  const trusting = createHttpOut({ resolve: loopback, extraCa: [cert] })
  const response = await trusting.request(request(`https://clinic.example:${port}/`))
  assert.equal(response.body.toString(), 'secure')
  await assert.rejects(trusting.request(request(`https://other.example:${port}/`)), { code: 'tls' })
  await assert.rejects(trusting.request(request(`https://127.0.0.1:${port}/`)), { code: 'tls' })
  await assert.rejects(out.request(request(`https://clinic.example:${port}/`)), { code: 'tls' })
})

test('a host that speaks no TLS is a tls error', async () => {
  const origin = await serve((_, reply) => reply.end())
  await assert.rejects(out.request(request(origin.replace('http:', 'https:'))), { code: 'tls' })
})

async function serve(
  listener: (incoming: IncomingMessage, reply: ServerResponse) => unknown,
  host = '127.0.0.1',
): Promise<string> {
  return `http://${host}:${await listen(createServer(listener as RequestListener), host)}`
}

function redirecting(location: string): Promise<string> {
  return serve((_, reply) => reply.writeHead(302, { location }).end(), '127.0.0.2')
}

async function listen(server: Server, host = '127.0.0.1'): Promise<number> {
  open.push(server)
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  return (server.address() as AddressInfo).port
}

function pour(reply: ServerResponse, byteLength: number, count: (bytes: number) => void): void {
  const part = Buffer.alloc(65_536)
  let left = byteLength
  const more = () => {
    while (left > 0 && !reply.destroyed) {
      left -= part.length
      count(part.length)
      if (!reply.write(part)) return
    }
    reply.end()
  }
  reply.on('drain', more)
  more()
}

function selfSigned(name: string): { key: string; cert: string } {
  const folder = mkdtempSync(join(tmpdir(), 'answerback-tls-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const args = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '2',
  ]
  args.push('-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`, '-keyout', key, '-out', cert)
  execFileSync('openssl', args, { stdio: 'ignore' })
  const pair = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
  rmSync(folder, { recursive: true })
  return pair
}
