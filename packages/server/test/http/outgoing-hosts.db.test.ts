import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { createHttpOut } from '../../src/adapters/http-out/http-out.ts'
import { registerIFax } from '../../src/adapters/ifax/register.ts'
import { ifaxFormat } from '../../src/adapters/ifax/webhook-format.ts'
import { createIFaxUpstream } from '../../src/adapters/lines/ifax/upstream.ts'
import { recordEvent } from '../../src/application/record-change.ts'
import { deliverWebhook } from '../../src/application/webhooks/deliver-webhook.ts'
import { nativeFormat } from '../../src/application/webhooks/webhook-format.ts'
import { ask, json, testHttpServer } from '../support/http.ts'
import { fieldsOf } from '../support/openapi-fields.ts'
import { TEST_POLICY } from '../support/services.ts'
import { TRUNK_SETTINGS } from '../support/trunks.ts'
import { HOST_VECTORS, NAMES, URL_VECTORS } from './host-vectors.ts'

/** One connection is one address that should not have been dialled. */
let connections = 0
const canary = await listen('127.0.0.1', 0)
const { port } = canary.address() as AddressInfo
const canary6 = await listen('::1', port).catch(() => undefined)
const redirector = createHttpServer((request, response) => {
  const where = request.url === '/name' ? 'loopback.example' : '127.0.0.1'
  response.writeHead(302, { location: `http://${where}:${port}/` }).end()
})
await new Promise<void>((resolve) => redirector.listen(0, '127.0.0.1', resolve))
const redirectorPort = (redirector.address() as AddressInfo).port
after(() => {
  for (const each of [canary, canary6, redirector]) each?.close()
})

/** What `flips.example` stands for: it turns once it was looked at. */
let flipped: readonly string[] = ['93.184.216.34']
const LISTED = 'listed.example'
const resolve = async (name: string): Promise<readonly string[]> => {
  if (name === LISTED) return ['127.0.0.1']
  return name === 'flips.example' ? flipped : (NAMES[name] ?? [])
}
const httpOut = createHttpOut({ resolve })
const policy = { ...TEST_POLICY, loopbackWebhooks: false, allowedPrivateHosts: [LISTED] }
const upstream = createIFaxUpstream({
  httpOut,
  policy: { redirects: 0, allowedHosts: policy.allowedPrivateHosts },
  documentBytesMax: 1_048_576,
  timeoutMs: 2_000,
})
const server = await testHttpServer({ services: { httpOut, policy, upstream }, more: registerIFax })
const live = await server.makeKey({ ...server.scope, mode: 'live' })

type Refused = (status: number, body: { code?: string | number; status?: number }) => boolean
const refusedAs =
  (...codes: string[]): Refused =>
  (status, { code }) =>
    status >= 400 && [...codes, 'request.invalid'].includes(String(code))

interface Field {
  readonly send: (value: string) => Promise<Response>
  readonly refused: Refused
  /** It takes a host without scheme and port. */
  readonly host?: true
}

const call = (method: string, path: string, body: object, key = live) =>
  ask(`${server.url}${path}`, { ...json(body, { authorization: `Bearer ${key}` }), method })
const document = (url: string) => ({ to: '+12025550100', documents: [{ url }] })
const trunk = async (change: object) => call('POST', '/v2/trunks', { ...TRUNK, ...change })
const { name, registration } = TRUNK_SETTINGS
const TRUNK = { name, host: 'public.example', registration }
const trunkId = await idOf(trunk({}))
const hookId = await idOf(call('POST', '/v2/webhooks', { url: 'https://public.example/hook' }))
const provider = { kind: 'ifax', name: 'Zebra', apiKey: 'zebra-zebra-zebra' }
const providerId = await idOf(
  call('POST', '/v2/providers', { ...provider, baseUrl: 'https://public.example' }),
)

/** Every field through which a caller names a host that this server then speaks to. */
const DIALLED: Readonly<Record<string, Field>> = {
  'POST /v2/faxes .documents[].url': {
    send: (url) => call('POST', '/v2/faxes', document(url), server.key),
    refused: refusedAs('document.url_refused'),
  },
  'POST /v2/estimates .documents[].url': {
    send: (url) => call('POST', '/v2/estimates', document(url), server.key),
    refused: refusedAs('document.url_refused'),
  },
  'POST /v2/webhooks .url': {
    send: (url) => call('POST', '/v2/webhooks', { url }),
    refused: refusedAs('webhook.url_refused'),
  },
  'PATCH /v2/webhooks/{id} .url': {
    send: (url) => call('PATCH', `/v2/webhooks/${hookId}`, { url }),
    refused: refusedAs('webhook.url_refused'),
  },
  'POST /v2/providers .baseUrl': {
    send: (baseUrl) => call('POST', '/v2/providers', { ...provider, baseUrl }),
    refused: refusedAs('provider.invalid'),
  },
  'PATCH /v2/providers/{id} .baseUrl': {
    send: (baseUrl) => call('PATCH', `/v2/providers/${providerId}`, { baseUrl }),
    refused: refusedAs('provider.invalid'),
  },
  'POST /v2/trunks .host': {
    send: (value) => trunk({ host: value }),
    refused: refusedAs('trunk.invalid'),
    host: true,
  },
  'PATCH /v2/trunks/{id} .host': {
    send: (value) => call('PATCH', `/v2/trunks/${trunkId}`, { host: value }),
    refused: refusedAs('trunk.invalid'),
    host: true,
  },
  'POST /v2/trunks .outboundProxy': {
    send: (value) => trunk({ outboundProxy: value }),
    refused: refusedAs('trunk.invalid'),
    host: true,
  },
  'PATCH /v2/trunks/{id} .outboundProxy': {
    send: (value) => call('PATCH', `/v2/trunks/${trunkId}`, { outboundProxy: value }),
    refused: refusedAs('trunk.invalid'),
    host: true,
  },
  'v1 fileUrl': {
    send: (fileUrl) =>
      v1('/v1/fax-send', { faxNumber: '+12025550100', faxData: [{ fileName: 'zebra.pdf', fileUrl }] }),
    refused: (_status, body) => body.status === 0,
  },
  'v1 url': {
    send: (url) => v1('/v1/webhooks', { url, events: ['fax.sent'] }),
    refused: (_status, body) => body.status === 0,
  },
}

/** Fields that read like hosts and are compared or printed, never spoken to. */
const NOT_DIALLED = [
  'POST /v2/cover-pages .addressLines',
  'PUT /v2/cover-pages/{id} .addressLines',
  'POST /v2/recipients .source',
  'POST /v2/recipients/import .recipients[].source',
  'POST /v2/trunks .fromDomain',
  'PATCH /v2/trunks/{id} .fromDomain',
  'POST /v2/trunks .inbound.allowedSources',
  'PATCH /v2/trunks/{id} .inbound.allowedSources',
  'POST /v2/associates .ties.webhookHosts',
  'PATCH /v2/associates/{id} .ties.webhookHosts',
  'POST /v2/api-keys .allowedAddresses',
  'PATCH /v2/api-keys/{id} .allowedAddresses',
]
const HOSTLIKE = /url|uri|href|link|host|domain|proxy|endpoint|address|origin|server|issuer|callback|source/i

test('every field of the API that may name a host is known here', async () => {
  const described = (await (await fetch(`${server.url}/openapi.json`)).json()) as Parameters<
    typeof fieldsOf
  >[0]
  const native = fieldsOf(described).filter((path) => HOSTLIKE.test(path.split(/[.?]/).at(-1)!))
  const known = Object.keys(DIALLED).filter((path) => !path.startsWith('v1'))
  assert.deepEqual([...new Set(native)].sort(), [...known, ...NOT_DIALLED].sort())
  const folder = join(import.meta.dirname, '../../src/adapters/ifax')
  const sources = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'))
  const compat = sources.flatMap((source) =>
    [...source.matchAll(/'(\w*(?:url|host))'/gi)].map(([, name]) => name!),
  )
  assert.deepEqual([...new Set(compat)].sort(), ['fileUrl', 'url'])
})

const hosts = Object.values(HOST_VECTORS).flat()

test('there are enough vectors to call it a table', () => {
  assert.ok(new Set([...hosts, ...URL_VECTORS]).size >= 60, String(hosts.length))
})

for (const [path, field] of Object.entries(DIALLED)) {
  test(`${path} takes none of them`, async () => {
    const bare = (value: string) => (value.startsWith('[') ? value.slice(1, -1) : value)
    const urls = hosts.flatMap((value) => [`https://${value}:${port}/`, `http://${value}:${port}/`])
    const values = field.host
      ? hosts.map(bare)
      : [...urls, ...URL_VECTORS.map((value) => value.replace('PORT', String(port)))]
    const proxies = path.endsWith('.outboundProxy') ? hosts.map((value) => `${value}:${port}`) : []
    const taken: string[] = []
    for (const value of [...values, ...proxies]) {
      const reply = await field.send(value)
      const body = (await reply.json()) as object
      if (!field.refused(reply.status, body)) taken.push(`${value} ${reply.status} ${JSON.stringify(body)}`)
      // Links in a problem name this server.
      else if (value.length > 3 && !server.url.includes(value))
        assert.ok(!JSON.stringify(body).includes(value), 'the refusal repeats the host')
    }
    assert.deepEqual(taken, [])
    assert.equal(connections, 0)
  })
}

test('a redirect leads to no other host than a URL may', async () => {
  for (const path of ['', 'name']) {
    const url = `http://${LISTED}:${redirectorPort}/${path}`
    for (const each of ['POST /v2/faxes .documents[].url', 'v1 fileUrl']) {
      const reply = await DIALLED[each]!.send(url)
      assert.ok(DIALLED[each]!.refused(reply.status, (await reply.json()) as object), each)
    }
  }
  assert.equal(connections, 0)
})

test('a name that turns inward after it was taken is looked at again before anything is sent', async () => {
  flipped = ['93.184.216.34']
  const url = `https://flips.example:${port}`
  const id = await idOf(call('POST', '/v2/webhooks', { url }))
  const upstreamId = await idOf(call('POST', '/v2/providers', { ...provider, baseUrl: url }))
  flipped = ['127.0.0.1']
  const { services, scope } = server
  const at = new Date(services.clock.now())
  const liveScope = { ...scope, mode: 'live' } as const
  await services.store.asAccount(liveScope, (tx) =>
    recordEvent(services, tx, { type: 'fax.delivered', subjectId: null, data: { note: 'Zebra' }, at }),
  )
  const deliveries = await services.store.asAccount(liveScope, (tx) =>
    tx.webhooks.listDeliveries(id, undefined, 10),
  )
  assert.equal(deliveries.length, 1)
  await deliverWebhook(services, { native: nativeFormat, ifax: ifaxFormat }, liveScope, deliveries[0]!.id)
  const tested = await call('POST', `/v2/providers/${upstreamId}/test`, {})
  assert.ok(tested.status < 500)
  assert.equal(connections, 0)
})

test('the canary hears a host that the operator listed', async () => {
  await DIALLED['POST /v2/faxes .documents[].url']!.send(`http://${LISTED}:${port}/`)
  assert.equal(connections, 1)
})

function v1(path: string, body: object): Promise<Response> {
  const headers = { accessToken: server.key, 'content-type': 'application/json' }
  return fetch(`${server.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
}

async function idOf(reply: Promise<Response>): Promise<string> {
  const made = await reply
  const body = (await made.json()) as { id?: string; provider?: { id: string } }
  assert.equal(made.status, 201, JSON.stringify(body))
  return body.id ?? body.provider!.id
}

function listen(host: string, wanted: number): Promise<Server> {
  const server = createServer((socket) => {
    connections += 1
    socket.destroy()
  })
  return new Promise((done, reject) => server.once('error', reject).listen(wanted, host, () => done(server)))
}
