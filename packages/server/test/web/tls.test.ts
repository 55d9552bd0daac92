import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request as httpsRequest } from 'node:https'
import { type AddressInfo, connect as connectTcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { connect, createServer, type SecureVersion, type TLSSocket } from 'node:tls'
import { createHttpOut } from '../../src/adapters/http-out/http-out.ts'
import { SystemClock } from '../../src/adapters/system/clock.ts'
import { SystemRandom } from '../../src/adapters/system/random.ts'
import { createApp, replaceCertificate } from '../../src/adapters/web/app.ts'
import { PUBLIC } from '../../src/adapters/web/route-access.ts'
import { TlsFiles, TlsFilesError } from '../../src/adapters/web/tls-files.ts'
import type { WebApp, WebOptions } from '../../src/adapters/web/web-app.ts'
import type { Services } from '../../src/application/services.ts'
import { makeTestCertificate, needsOpenssl } from '../lines/sip/test-certificate.ts'
import { recordingLogger } from '../support/log.ts'
import { TEST_POLICY } from '../support/services.ts'

const skip = needsOpenssl
const folder = mkdtempSync(join(tmpdir(), 'answerback-web-tls-'))
after(() => rmSync(folder, { recursive: true }))
const paths = { certificate: join(folder, 'certificate.pem'), key: join(folder, 'key.pem') }
const logger = recordingLogger()
const first = skip ? { certificate: '', key: '' } : makeTestCertificate()
const second = skip ? { certificate: '', key: '' } : makeTestCertificate()

function put({ certificate, key }: { certificate: string; key: string }): void {
  writeFileSync(paths.certificate, certificate)
  writeFileSync(paths.key, key)
}

async function serve(options: Partial<WebOptions>): Promise<{ app: WebApp; port: number }> {
  const clock = new SystemClock()
  const services = { clock, random: new SystemRandom(clock), log: logger.log, policy: TEST_POLICY }
  const app = await createApp(services as unknown as Services, options)
  app.get('/ping', { config: { access: PUBLIC } }, async () => ({ pong: true }))
  await app.listen({ host: '127.0.0.1', port: 0 })
  after(() => app.close())
  return { app, port: (app.server.address() as AddressInfo).port }
}

async function serveTls(): Promise<{ app: WebApp; port: number; files: TlsFiles }> {
  put(first)
  const files = await TlsFiles.open(paths, logger.log)
  const { app, port } = await serve({ tls: files.pem })
  files.onChange((pem) => replaceCertificate(app, pem))
  return { app, port, files }
}

/** @returns the version and suite that were agreed, or the error's code */
function handshake(port: number, version: SecureVersion, ciphers: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({
      ...{ host: '127.0.0.1', port, minVersion: version, maxVersion: version },
      ciphers: `${ciphers}:@SECLEVEL=0`,
      rejectUnauthorized: false,
    })
    socket.once('secureConnect', () => {
      resolve(`${socket.getProtocol()} ${socket.getCipher().name}`)
      socket.destroy()
    })
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'closed'))
  })
}

const REFUSED: readonly [SecureVersion, string][] = [
  ['TLSv1', 'ALL'],
  ['TLSv1.1', 'ALL'],
  ['TLSv1.2', 'ECDHE-ECDSA-AES128-SHA'],
  ['TLSv1.2', 'ECDHE-ECDSA-AES256-SHA384'],
  ['TLSv1.2', 'ECDHE-ECDSA-AES128-SHA256'],
  ['TLSv1.2', 'ECDHE-ECDSA-CAMELLIA128-SHA256'],
]

test('old versions and weak suites get no handshake, and would with a lax server', { skip }, async () => {
  const { port } = await serveTls()
  const lax = createServer({
    ...{ cert: first.certificate, key: first.key },
    minVersion: 'TLSv1',
    ciphers: 'ALL:@SECLEVEL=0',
  })
  lax.on('tlsClientError', () => undefined)
  await new Promise<void>((resolve) => lax.listen(0, '127.0.0.1', resolve))
  const laxPort = (lax.address() as AddressInfo).port
  for (const [version, ciphers] of REFUSED) {
    assert.match(
      await handshake(laxPort, version, ciphers),
      /^TLSv1/,
      `the probe speaks ${version} ${ciphers}`,
    )
    assert.match(await handshake(port, version, ciphers), /^ERR_SSL|^ECONNRESET/, `${version} ${ciphers}`)
  }
  lax.close()
})

test('1.3 is taken where the caller speaks it, and 1.2 with forward secrecy', { skip }, async () => {
  const { port } = await serveTls()
  assert.match(await handshake(port, 'TLSv1.3', 'ALL'), /^TLSv1\.3 TLS_AES_256_GCM_SHA384/)
  assert.match(await handshake(port, 'TLSv1.2', 'ECDHE-ECDSA-AES256-GCM-SHA384'), /^TLSv1\.2 ECDHE/)
})

test('plain HTTP on the same port is no HTTP: no reply, and no redirect', { skip }, async () => {
  const { port } = await serveTls()
  const heard = await new Promise<string>((resolve) => {
    let text = ''
    const socket = connectTcp(port, '127.0.0.1', () => socket.write('GET /ping HTTP/1.1\r\nHost: a\r\n\r\n'))
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1')
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(text))
  })
  assert.ok(!heard.includes('HTTP/'), heard)
})

test('a new certificate is shown to new connections while a kept one goes on', { skip }, async () => {
  const { port, files } = await serveTls()
  const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false })
  const before = await get(port, agent)
  put(second)
  await files.reload()
  const kept = await get(port, agent)
  assert.equal(kept.status, 200)
  assert.equal(kept.socket, before.socket)
  const fresh = await get(port, new Agent({ rejectUnauthorized: false }))
  assert.notEqual(fresh.fingerprint, before.fingerprint)
  assert.equal(await handshake(port, 'TLSv1.1', 'ALL').then((said) => said.startsWith('ERR_SSL')), true)
  agent.destroy()
})

test('files that are no pair replace nothing, and are told once', { skip }, async () => {
  const { port, files } = await serveTls()
  const agent = () => new Agent({ rejectUnauthorized: false })
  const { fingerprint } = await get(port, agent())
  writeFileSync(paths.certificate, second.certificate)
  const warnings = () => logger.text().split('tls.files_refused').length
  const told = warnings()
  await files.reload()
  await files.reload()
  assert.equal(warnings(), told + 1)
  assert.equal((await get(port, agent())).fingerprint, fingerprint)
  writeFileSync(paths.key, second.key)
  await files.reload()
  assert.notEqual((await get(port, agent())).fingerprint, fingerprint)
  writeFileSync(paths.key, 'nonsense')
  await assert.rejects(TlsFiles.open(paths, logger.log), TlsFilesError)
})

test('callers over TLS are told to stay with it, and over plain HTTP nothing of the kind', {
  skip,
}, async () => {
  const { port } = await serveTls()
  const secure = await get(port, new Agent({ rejectUnauthorized: false }))
  assert.equal(secure.headers['strict-transport-security'], 'max-age=63072000; includeSubDomains')
  assert.match(
    String(secure.headers['content-security-policy']),
    /^default-src 'none';frame-ancestors 'none'/,
  )
  assert.equal(secure.headers['x-content-type-options'], 'nosniff')
  assert.equal(secure.headers['x-powered-by'], undefined)
  const plain = await serve({})
  const reply = await fetch(`http://127.0.0.1:${plain.port}/ping`)
  assert.equal(reply.headers.get('strict-transport-security'), null)
})

test('with a CA of callers nobody gets in without a certificate of it', { skip }, async () => {
  const tls = {
    cert: Buffer.from(first.certificate),
    key: Buffer.from(first.key),
    ca: Buffer.from(second.certificate),
  }
  const { port } = await serve({ tls })
  await assert.rejects(get(port, new Agent({ rejectUnauthorized: false })))
  const other = { cert: first.certificate, key: first.key }
  await assert.rejects(get(port, new Agent({ rejectUnauthorized: false, ...other })))
  const own = { cert: second.certificate, key: second.key }
  assert.equal((await get(port, new Agent({ rejectUnauthorized: false, ...own }))).status, 200)
})

test('a webhook receiver that asks for a certificate gets ours, other hosts do not', { skip }, async () => {
  const tls = {
    cert: Buffer.from(first.certificate),
    key: Buffer.from(first.key),
    ca: Buffer.from(second.certificate),
  }
  const { port } = await serve({ tls })
  const identity = () => ({ cert: Buffer.from(second.certificate), key: Buffer.from(second.key) })
  const out = createHttpOut({ extraCa: [first.certificate], identity })
  const asked = {
    method: 'GET',
    url: `https://127.0.0.1:${port}/ping`,
    timeoutMs: 5_000,
    maxBytes: 1_000,
    policy: { allowLoopback: true },
  } as const
  assert.equal((await out.request({ ...asked, presentsCertificate: true })).status, 200)
  await assert.rejects(out.request(asked))
})

interface Got {
  readonly status: number | undefined
  readonly headers: NodeJS.Dict<string | string[]>
  readonly socket: TLSSocket
  readonly fingerprint: string
}

function get(port: number, agent: Agent): Promise<Got> {
  return new Promise((resolve, reject) => {
    const asked = httpsRequest({ host: '127.0.0.1', port, path: '/ping', agent }, (reply) => {
      const socket = reply.socket as TLSSocket
      const fingerprint = socket.getPeerX509Certificate()?.fingerprint256 ?? ''
      reply.resume().once('end', () => {
        resolve({ status: reply.statusCode, headers: reply.headers, socket, fingerprint })
      })
    })
    asked.once('error', reject).end()
  })
}
