import assert from 'node:assert/strict'
import { test } from 'node:test'
import { registerIFax } from '../../src/adapters/ifax/register.ts'
import { TenancyPlugin } from '../../src/adapters/postgres/tenancy/tenancy.ts'
import type { Mode } from '../../src/domain/fax/fax.ts'
import { testHttpServer } from '../support/http.ts'
import { ID_FIELDS, type KnownToV1, NO_IDS, V1_IDS } from '../support/id-fields.ts'
import {
  CLOSED_NETWORK,
  type Everything,
  oneOfEverything,
  pathOf,
  thingBefore,
} from '../support/one-of-everything.ts'
import { type Description, describedFields } from '../support/openapi-fields.ts'
import { whileTimePasses } from '../support/services.ts'

const server = await testHttpServer({ services: { httpOut: CLOSED_NETWORK }, more: registerIFax })
const theirs = await oneOfEverything(server, { to: '+13125550130', from: '+16175550177', word: 'zebra1' })
const mine = await oneOfEverything(server, { to: '+14155550130', from: '+16175550188', word: 'zebra2' })
const known = await knownToV1()
const described = (await (await fetch(`${server.url}/openapi.json`)).json()) as Description

interface Route {
  readonly name: string
  readonly method: string
  readonly url: string
  readonly isForPeople: boolean
}

const routes: Route[] = server.app.routeTable.flatMap(({ method, url, config }) =>
  [method]
    .flat()
    .filter((each) => each !== 'HEAD' && config?.access?.kind !== 'public')
    .map((each) => ({
      name: `${each} ${url}`,
      method: String(each),
      url,
      isForPeople: config?.access?.kind === 'person',
    })),
)
const named = routes.filter(({ url }) => url.includes('/:'))

/** As well made as `id` and of the same moment, and nobody's. */
function nobodys(id: string): string {
  const last = id.at(-1) === '0' ? '1' : '0'
  return /^\d+$/.test(id) ? String(Number(id) + 1_000_000) : id.slice(0, -1) + last
}

/** Who has no business with the thing. */
interface Stranger {
  readonly who: string
  readonly keys: Readonly<Record<Mode, string>>
  readonly everything: Everything
  /** The modes of things that are none of theirs. */
  readonly modes: readonly (Mode | null)[]
}
const other = (mode: Mode): Mode => (mode === 'test' ? 'live' : 'test')
const swapped = { test: theirs.keys.live, live: theirs.keys.test }
const STRANGERS: readonly Stranger[] = [
  { who: 'another account', keys: mine.keys, everything: mine, modes: ['test', 'live', null] },
  { who: 'the same account’s other mode', keys: swapped, everything: theirs, modes: ['test', 'live'] },
]

async function told(
  { keys, everything }: Stranger,
  route: Route,
  mode: Mode,
  path: string,
  body?: object,
): Promise<{ status: number; text: string }> {
  const hasBody = route.method !== 'GET' && route.method !== 'DELETE'
  const headers = hasBody ? { 'content-type': 'application/json' } : {}
  const reply = route.isForPeople
    ? await everything.owner.ask(route.method, path, hasBody ? (body ?? {}) : undefined, {
        'x-answerback-mode': keys === swapped ? other(mode) : mode,
      })
    : await server.fetch(path, {
        method: route.method,
        headers: { ...headers, authorization: `Bearer ${keys[mode]}`, accesstoken: keys[mode] },
        ...(hasBody ? { body: JSON.stringify(body ?? {}) } : {}),
      })
  const text = (await reply.text()).replace(/req_[0-9a-z]{26}/g, 'req_x')
  // Places in the one log of the installation, which every request moves on.
  return { status: reply.status, text: text.replace(/"position":"\d+"/g, '"position":"1"') }
}

const theirIds = Object.values(theirs.things).map(({ id }) => id)

/**
 * Asks with an id of theirs and with one that is nobody's: whoever is told the same, word for word, learns nothing.
 * @param ask where the id goes
 */
async function assertNoTelling(
  label: string,
  id: string,
  ask: (id: string) => Promise<{ status: number; text: string }>,
): Promise<void> {
  const [real, none] = [await ask(id), await ask(nobodys(id))]
  const same =
    real.text === none.text || real.text.replaceAll(id, 'ID') === none.text.replaceAll(nobodys(id), 'ID')
  if (!same || real.status !== none.status) assert.deepEqual(real, none, `${label}: tells that it is there`)
  assert.ok(real.status < 500, `${label}: ${real.status}`)
  for (const each of theirIds) if (each !== id) assert.ok(!real.text.includes(each), `${label}: ${each}`)
}

/** What a body must say for the route to look for the thing. */
const BODIES: Readonly<Record<string, object>> = {
  'POST /v2/trunks/:id/acknowledge': { mediaProtection: 'none' },
  'POST /v2/associates/:id/agreements': { signedOn: '2026-01-01', effectiveOn: '2026-01-01', scope: 'Faxes' },
  'POST /v2/faxes/:id/link': { patient: null },
  'POST /v2/faxes/:id/release': { confirm: '+13125550130' },
  'POST /v2/faxes/:id/outcome': { arrived: true },
  'POST /v2/recipients/:id/confirm': { number: '+13125550101' },
  'POST /v2/inbound/:id/assign': { assignee: null },
  'POST /v2/inbound/:id/mark': { mark: 'done' },
  'POST /v2/inbound/:id/notes': { text: 'Note' },
  'POST /v2/inbound/:id/link': { patient: null },
  'POST /v2/inbound/:id/split': { parts: [{ pages: '1' }, { pages: '2' }] },
  'POST /v2/inbound/:id/forward': { to: '+12025550100' },
  'POST /v2/webhooks/:id/replay': { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' },
  'POST /v2/break-glass/:id/review': { outcome: 'justified', note: 'As it should be' },
  'PATCH /v2/users/:id': { role: 'auditor' },
  'PUT /v2/cover-pages/:id': { title: 'Other' },
}

const idFields = describedFields(described).filter(({ name, isPath, description }) => {
  if (isPath) return false
  const named = /(?:^|[a-z])(?:id|ids|Id|Ids)$|^(?:upload|heir|target|replyTo|cursor|after|subject|resendOf)$/
  return named.test(name) || /\b[a-z]{2,5}_…|\b[Ii]ds? of\b/.test(description)
})

test('every field that may hold an id is known here, and none that is not there', () => {
  assert.ok(idFields.length > 50, `${idFields.length}`)
  assert.deepEqual(
    [...new Set(idFields.map(({ path }) => path))].filter((path) => !NO_IDS.test(path)).sort(),
    Object.keys(ID_FIELDS).sort(),
  )
  const v1 = routes.filter(({ url }) => url.startsWith('/v1/')).map(({ name }) => name)
  assert.deepEqual(Object.keys(V1_IDS).sort(), v1.sort())
})

async function probeAll(): Promise<number> {
  let probes = 0
  for (const stranger of STRANGERS) {
    for (const route of named) {
      const { url, name } = route
      const parameters = [...url.matchAll(/:(\w+)/g)].map(([, parameter]) => parameter!)
      for (const parameter of parameters) {
        const { id, mode } = thingBefore(theirs.things, url, parameter)
        if (!stranger.modes.includes(mode)) continue
        // The other ids of the path are theirs too: what stands behind an open door must not open either.
        const path = (given: string) =>
          pathOf(
            { ...theirs.things, [url.slice(0, url.indexOf(`/:${parameter}`))]: { id: given, mode } },
            url,
          )
        await assertNoTelling(`${name} for ${stranger.who}`, id, async (given) => {
          const reply = await told(stranger, route, mode ?? 'test', path(given), BODIES[name])
          const isRefused =
            reply.status >= 400 || (url.startsWith('/v1/') && JSON.parse(reply.text).status === 0)
          assert.ok(isRefused, `${name} for ${stranger.who}: ${reply.status}`)
          return reply
        })
        probes += 1
      }
    }
    for (const [field, { kind, mode = 'test', askedIn, body, query }] of Object.entries(ID_FIELDS)) {
      if (!stranger.modes.includes(mode)) continue
      const route = routeOf(field)
      // In the other mode there is nothing of theirs to name beside it.
      if (stranger.everything === theirs && route.url.includes('/:')) continue
      await assertNoTelling(`${field} for ${stranger.who}`, theirs.things[kind]!.id, (given) => {
        const own = stranger.everything.things
        const path = pathOf(own, route.url) + (query?.(given) ?? '')
        return told(stranger, route, askedIn ?? mode ?? 'test', path, body?.(given, mine.things))
      })
      probes += 1
    }
    for (const [name, fields] of Object.entries(V1_IDS)) {
      for (const [field, { id, rest }] of Object.entries(fields(known))) {
        await assertNoTelling(`${name} .${field} for ${stranger.who}`, id, (given) => {
          const value = typeof Object.values({ ...rest })[0] === 'string' ? given : asWritten(given)
          return told(stranger, routeOf(name), 'test', name.split(' ')[1]!, { ...rest, [field]: value })
        })
        probes += 1
      }
    }
  }
  return probes
}

/** Numbers are JSON numbers, but for those that are too long to be. */
const asWritten = (id: string) => (/^\d{1,15}$/.test(id) ? Number(id) : id)

/** @param name `METHOD path`, with more behind it; parameters as either side writes them */
function routeOf(name: string): Route {
  const [method = '', url = ''] = name.split(' ')
  const found = routes.find((each) => each.name === `${method} ${url.replace(/\{(\w+)\}/g, ':$1')}`)
  assert.ok(found, name)
  return found
}

/** What iFax's face calls their things. */
async function knownToV1(): Promise<KnownToV1> {
  const ask = async (path: string) => {
    const reply = await server.fetch(path, { headers: { authorization: `Bearer ${theirs.keys.test}` } })
    // biome-ignore lint/suspicious/noExplicitAny: a field that is not there fails what is asked with it.
    return (await reply.json()) as any
  }
  const { things } = theirs
  const number = await ask(`/v2/numbers/${things['/v2/numbers']!.id}`)
  return {
    jobId: String((await ask(`/v2/faxes/${things['/v2/faxes']!.id}`)).jobId),
    received: await ask(`/v2/inbound/${things['/v2/inbound']!.id}`),
    number: { numberId: String(number.numericId), orderId: number.orderId },
    webhookId: things['/v1/webhooks']!.id,
  }
}
test('an id of another account or mode is as good as none wherever it may be put, and its refusal tells nothing', async () => {
  const probes = await probeAll()
  assert.ok(probes > 250, `${probes} probes`)
})

test('so it is by the database’s own fence alone', async (context) => {
  context.mock.method(TenancyPlugin.prototype, 'transformQuery', ({ node }: { node: unknown }) => node)
  assert.ok((await probeAll()) > 250)
  const nobody = await server.services.addAccount()
  const fresh = {
    test: await server.makeKey(nobody),
    live: await server.makeKey({ ...nobody, mode: 'live' }),
  }
  let lists = 0
  for (const { method, url, isForPeople } of routes) {
    if (method !== 'GET' || url.includes(':') || isForPeople) continue
    for (const mode of ['test', 'live'] as const) {
      const asked = server.fetch(url, { headers: { authorization: `Bearer ${fresh[mode]}` } })
      const reply = await (url === '/v2/audit/export' ? whileTimePasses(server.services.clock, asked) : asked)
      const text = await reply.text()
      for (const id of theirIds) assert.ok(!text.includes(id), `${url} tells ${id}`)
      lists += 1
    }
  }
  assert.ok(lists > 60, `${lists} lists`)
})

test('each of them is there: its own account is told something else', async () => {
  const owner: Stranger = { who: 'its own account', keys: theirs.keys, everything: theirs, modes: [] }
  const order = (method: string) => ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].indexOf(method)
  // Ends sessions and people that others of the routes are about.
  const inOrder = named
    .filter(({ name }) => !/\/v2\/(?:sessions|me)\//.test(name))
    .sort((a, b) => order(a.method) - order(b.method))
  for (const route of inOrder) {
    const parameter = [...route.url.matchAll(/:(\w+)/g)].at(-1)![1]!
    const { id, mode } = thingBefore(theirs.things, route.url, parameter)
    const reply = await told(
      owner,
      route,
      mode ?? 'test',
      pathOf(theirs.things, route.url),
      BODIES[route.name],
    )
    const { code } = reply.text.startsWith('{') ? JSON.parse(reply.text) : { code: '' }
    assert.doesNotMatch(`${code}`, /not_found$/, `${route.name} ${id}: ${reply.text.slice(0, 200)}`)
    assert.ok(reply.status < 500, `${route.name}: ${reply.text}`)
  }
})
