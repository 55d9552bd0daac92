import assert from 'node:assert/strict'
import { test } from 'node:test'
import { registerIFax } from '../../src/adapters/ifax/register.ts'
import { KEY_SCOPES, type KeyScope } from '../../src/domain/access/api-key.ts'
import { ask, type Reply, testHttpServer } from '../support/http.ts'
import { NOBODY_YET } from './privileges.ts'

const server = await testHttpServer({
  more: (app, services) => registerIFax(app, services, { strictHttp200: false }),
})

interface KeyedRoute {
  readonly method: string
  readonly url: string
  readonly scope: KeyScope
}

const routes = server.app.routeTable.flatMap(({ method, url, config }) =>
  [method]
    .flat()
    .filter((each) => each !== 'HEAD')
    .map((each) => ({ method: String(each), url, access: config?.access })),
)
const keyed: KeyedRoute[] = routes.flatMap(({ method, url, access }) =>
  access?.kind === 'key' ? [{ method, url, scope: access.scope }] : [],
)

function call({ method, url }: KeyedRoute, key: string | null): Promise<Reply> {
  return ask(server.url + url.replace(/:\w+/g, 'x_1'), {
    method,
    headers: key === null ? {} : { authorization: `Bearer ${key}` },
  })
}

test('every route says who may call it, and only those named are public', () => {
  assert.ok(routes.length > 150, `${routes.length} routes`)
  for (const { url, access } of routes) assert.ok(access, url)
  const open = routes.filter(({ access }) => access?.kind === 'public')
  assert.deepEqual(open.map(({ method, url }) => `${method} ${url}`).sort(), [...NOBODY_YET].sort())
})

test('every keyed route answers 401 without a key, before it looks at anything else', async () => {
  assert.ok(keyed.length > 150, `${keyed.length} routes`)
  for (const route of keyed) {
    const response = await call(route, null)
    assert.equal(response.status, 401, `${route.method} ${route.url}`)
    const problem = await response.json()
    if (route.url.startsWith('/v1/')) assert.deepEqual([problem.status, problem.code], [0, 12001])
    else assert.equal(problem.code, 'auth.invalid_key')
    if (!route.url.startsWith('/v1/')) assert.equal(response.headers.get('www-authenticate'), 'Bearer')
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
    if (route.url.startsWith('/v1/')) assert.equal(problem.status, 0)
    else assert.equal(problem.code, 'auth.forbidden')
    assert.match(`${problem.detail ?? problem.message}`, new RegExp(route.scope))
  }
})

test('a key may stand in X-Api-Key, never in the address or in a cookie', async () => {
  const inHeader = await ask(`${server.url}/v2/faxes`, { headers: { 'x-api-key': server.key } })
  assert.equal(inHeader.status, 200)
  for (const name of ['api_key', 'key', 'access_token', 'token', 'accessToken', 'x-api-key']) {
    const inQuery = await ask(`${server.url}/v2/faxes?${name}=${server.key}`)
    assert.equal(inQuery.status, 401, name)
    const inCookie = await ask(`${server.url}/v2/faxes`, { headers: { cookie: `${name}=${server.key}` } })
    assert.equal(inCookie.status, 401, name)
  }
})

test('a mistyped key is told from an unknown one without a look-up', async () => {
  const mistyped = server.key.slice(0, -1) + (server.key.endsWith('a') ? 'b' : 'a')
  const response = await server.fetch('/v2/faxes', { headers: { authorization: `Bearer ${mistyped}` } })
  assert.equal(response.status, 401)
  assert.match((await response.json()).detail, /misspelt/)
})
