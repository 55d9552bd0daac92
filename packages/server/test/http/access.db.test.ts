import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KEY_SCOPES, type KeyScope } from '../../src/domain/access/api-key.ts'
import { receiveDistinct } from '../support/distinct-pages.ts'
import { ask, form, json, type Reply, testHttpServer } from '../support/http.ts'
import { markedPdf } from '../support/marked-pages.ts'

const server = await testHttpServer()
const stranger = await server.makeKey(await server.services.addAccount())
const liveKey = await server.makeKey({ ...server.scope, mode: 'live' })

const sent = await server.fetch(
  '/v2/faxes',
  form([['to', '+12025550100']], [{ fileName: 'a.pdf', bytes: markedPdf(1, 'Access') }]),
)
const { id: faxId } = await sent.json()
const upload = await server.fetch(
  '/v2/uploads',
  form([], [{ fileName: 'a.pdf', bytes: markedPdf(1, 'Access 2') }]),
)
const { id: uploadId } = await upload.json()
const { id: coverId } = await (await server.fetch('/v2/cover-pages', json({ title: 'Fax' }))).json()
const webhook = await server.fetch('/v2/webhooks', json({ url: 'http://127.0.0.1:9/hook' }))
const { id: webhookId } = await webhook.json()
const mailbox = await server.fetch('/v2/mailboxes', json({ name: 'Lab', owner: 'lab' }))
const { id: mailboxId } = await mailbox.json()
const rule = { name: 'All', conditions: {}, actions: { priority: 'urgent' } }
const { id: routeId } = await (await server.fetch('/v2/routes', json(rule))).json()
const { data: keys } = await (await server.fetch('/v2/api-keys')).json()
const { id: recipientId } = await (
  await server.fetch('/v2/recipients', json({ number: '+14155550100', name: 'Clinic Okapi' }))
).json()
const { id: incidentId } = await (
  await server.fetch('/v2/incidents', json({ faxId, note: 'Wrong place' }))
).json()
const { data: events } = await (await server.fetch(`/v2/faxes/${faxId}/events`)).json()
const inboundId = await receiveDistinct(server.services, server.scope, 2)

/** An id that exists, of the server's own account, for each kind of path. */
function ownPath(url: string): string {
  const own: Record<string, string> = {
    faxes: faxId,
    uploads: uploadId,
    'cover-pages': coverId,
    webhooks: webhookId,
    mailboxes: mailboxId,
    routes: routeId,
    'api-keys': keys[0]!.id,
    events: events[0]!.id,
    inbound: inboundId,
    recipients: recipientId,
    incidents: incidentId,
  }
  return url
    .replace(/^\/v2\/([a-z-]+)\/:id/, (_, kind: string) => `/v2/${kind}/${own[kind]}`)
    .replace(/:\w+/g, 'x_1')
}

interface KeyedRoute {
  readonly method: string
  readonly url: string
  readonly scope: KeyScope
}

const routes = server.app.routeTable.flatMap((route) =>
  [route.method].flat().map((method) => ({ method, url: route.url, access: route.config?.access })),
)
const keyed: KeyedRoute[] = routes.flatMap(({ method, url, access }) =>
  access?.kind === 'key' && method !== 'HEAD' ? [{ method, url, scope: access.scope }] : [],
)

/** Where an empty body would be refused before the resource is looked for. */
const BODIES: Record<string, object> = {
  '/v2/trunks/:id/acknowledge': { mediaProtection: 'none' },
  '/v2/associates/:id/agreements': { signedOn: '2026-01-01', effectiveOn: '2026-01-01', scope: 'Faxes' },
  '/v2/faxes/:id/release': { confirm: '+12025550100' },
  '/v2/recipients/:id/confirm': { number: '+12025550100' },
  '/v2/inbound/:id/assign': { assignee: null },
  '/v2/inbound/:id/mark': { mark: 'done' },
  '/v2/inbound/:id/notes': { text: 'Note' },
  '/v2/inbound/:id/link': { patient: null },
  '/v2/inbound/:id/split': { parts: [{ pages: '1' }, { pages: '2' }] },
  '/v2/inbound/:id/forward': { to: '+12025550100' },
  '/v2/webhooks/:id/replay': { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' },
}

function call({ method, url }: KeyedRoute, key: string | null): Promise<Reply> {
  const body = method === 'GET' ? undefined : BODIES[url]
  const headers = {
    ...(key === null ? {} : { authorization: `Bearer ${key}` }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  }
  return ask(`${server.url}${ownPath(url)}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

test('every route says who may call it, and only sign-in, probes, pages for readers and addresses with a token of their own are public', () => {
  assert.ok(routes.length > 30, `${routes.length} routes`)
  for (const { url, access } of routes) assert.ok(access, url)
  const open = routes.filter(({ access }) => access?.kind === 'public').map(({ url }) => url)
  assert.deepEqual([...new Set(open)].sort(), [
    '/',
    '/auth/accept-invitation',
    '/auth/methods',
    '/auth/oidc/callback',
    '/auth/oidc/start',
    '/auth/passkey/options',
    '/auth/passkey/sign-in',
    '/auth/sign-in',
    '/docs',
    '/docs/errors',
    '/docs/js/scalar.js',
    '/healthz',
    '/hooks/ifax/:token',
    '/invitation',
    '/llms.txt',
    '/metrics',
    '/openapi.json',
    '/readyz',
  ])
})

test('every keyed route answers 401 without a key, before it looks at anything else', async () => {
  for (const route of keyed) {
    const response = await call(route, null)
    assert.equal(response.status, 401, `${route.method} ${route.url}`)
    const problem = await response.json()
    assert.equal(problem.code, 'auth.invalid_key')
    assert.equal(response.headers.get('www-authenticate'), 'Bearer')
  }
})

test('every keyed route answers 403 to a key that has every scope but its own', async () => {
  const lacking = new Map<KeyScope, string>()
  for (const scope of KEY_SCOPES) {
    const scopes = KEY_SCOPES.filter((each) => each !== scope)
    lacking.set(scope, await server.makeKey(server.scope, { scopes }))
  }
  for (const route of keyed) {
    const response = await call(route, lacking.get(route.scope)!)
    assert.equal(response.status, 403, `${route.method} ${route.url}`)
    const problem = await response.json()
    assert.equal(problem.code, 'auth.forbidden')
    assert.match(problem.detail, new RegExp(route.scope))
  }
})

for (const [who, key] of [
  ["another account's key", stranger],
  ["the same account's key of the other mode", liveKey],
] as const) {
  test(`a resource does not exist for ${who}`, async () => {
    const shared = /cover-pages/ // Settings of an account belong to both its modes.
    const named = keyed.filter(({ url }) => url.includes('/:id') && !(key === liveKey && shared.test(url)))
    assert.ok(named.length >= 15, `${named.length} routes`)
    for (const route of named) {
      const response = await call(route, key)
      assert.equal(response.status, 404, `${route.method} ${route.url}: ${response.status}`)
    }
  })
}

test('lists of another account and of the other mode are empty of ours', async () => {
  for (const key of [stranger, liveKey]) {
    for (const path of ['/v2/faxes', '/v2/webhooks', '/v2/events']) {
      const page = await (await server.fetch(path, { headers: { authorization: `Bearer ${key}` } })).json()
      assert.deepEqual(page.data, [], path)
    }
  }
})

test('a key may stand in X-Api-Key, never in the address', async () => {
  const inHeader = await ask(`${server.url}/v2/faxes`, { headers: { 'x-api-key': server.key } })
  assert.equal(inHeader.status, 200)
  const inQuery = await ask(`${server.url}/v2/faxes?api_key=${server.key}`)
  assert.equal(inQuery.status, 401)
})

test('a mistyped key is told from an unknown one without a look-up', async () => {
  const mistyped = server.key.slice(0, -1) + (server.key.endsWith('a') ? 'b' : 'a')
  const response = await server.fetch('/v2/faxes', { headers: { authorization: `Bearer ${mistyped}` } })
  assert.equal(response.status, 401)
  assert.match((await response.json()).detail, /misspelt/)
})

test('a key without faxes:content sees numbers masked', async () => {
  const key = await server.makeKey(server.scope, { scopes: ['faxes:read'] })
  const headers = { authorization: `Bearer ${key}` }
  const one = await (await server.fetch(`/v2/faxes/${faxId}`, { headers })).json()
  assert.equal(one.to, '+1••••••••00')
  const list = await (await server.fetch('/v2/faxes', { headers })).text()
  assert.ok(!list.includes('2025550100'))
})
