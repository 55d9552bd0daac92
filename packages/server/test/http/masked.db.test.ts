import assert from 'node:assert/strict'
import { test } from 'node:test'
import { registerIFax } from '../../src/adapters/ifax/register.ts'
import { KEY_SCOPES } from '../../src/domain/access/api-key.ts'
import type { Mode } from '../../src/domain/fax/fax.ts'
import { testHttpServer } from '../support/http.ts'
import { CLOSED_NETWORK, oneOfEverything, pathOf, thingBefore } from '../support/one-of-everything.ts'
import { whileTimePasses } from '../support/services.ts'

const server = await testHttpServer({ services: { httpOut: CLOSED_NETWORK }, more: registerIFax })
/** Ends in 30: the far end says that it is +1 202 555 0199. */
const marks = { to: '+13125550130', from: '+16175550177', word: 'zebra7c1f0a' }
const { scopes, things } = await oneOfEverything(server, marks)
const SECRETS = [marks.to, marks.from, marks.word, '+1 202 555 0199', '3125550130', '6175550177']

const ALL = KEY_SCOPES
const WITHOUT = KEY_SCOPES.filter((scope) => !scope.endsWith(':content'))
const keysOf = async (wanted: readonly (typeof KEY_SCOPES)[number][]) => ({
  test: await server.makeKey(scopes.test, { scopes: wanted }),
  live: await server.makeKey(scopes.live, { scopes: wanted }),
})

/** What a body must say for the route to do something, by route. */
const BODIES: Readonly<Record<string, object>> = {
  'POST /v2/inbound/:id/assign': { assignee: 'zebra' },
  'POST /v2/inbound/:id/mark': { mark: 'in_review' },
  'POST /v2/inbound/:id/link': { replyTo: null },
  'POST /v2/inbound/:id/split': { parts: [{ pages: '1' }, { pages: '2' }] },
  'POST /v2/recipients/:id/confirm': { number: '+13125550101' },
  'PATCH /v2/incidents/:id': { nature: { risk: 'low', finding: 'None' } },
  'POST /v2/routes/test': { to: '+13125550150', from: '+16175550177' },
  'POST /v2/estimates': { cover: { subject: 'None' } },
}
/** They end what the others are asked about. */
const LAST = /^(?:DELETE|POST \/v2\/account\/close|POST \/v2\/shred|POST \/v2\/holds\/:id\/release)/
/** Whoever keeps legal holds reads what they are for: nobody else has the right. */
const OF_HOLDS = /\/v2\/holds/

async function jobIdOf(): Promise<object> {
  const reply = await server.fetch(`/v2/faxes/${things['/v2/faxes']!.id}`, {
    headers: { authorization: `Bearer ${(await keysOf(ALL)).test}` },
  })
  return { jobId: (await reply.json()).jobId }
}

interface Told {
  readonly name: string
  readonly text: string
}

/** What every route that takes a key answers about the things there are. */
async function everyReply(keys: Readonly<Record<Mode, string>>): Promise<Told[]> {
  const job = await jobIdOf()
  const routes = server.app.routeTable
    .flatMap(({ method, url, config }) =>
      [method].flat().map((each) => ({ name: `${each} ${url}`, method: String(each), url, config })),
    )
    .filter(({ method, config }) => method !== 'HEAD' && config?.access?.kind === 'key')
    .filter(({ name }) => !OF_HOLDS.test(name) && !LAST.test(name))
  const told: Told[] = []
  for (const { name, method, url } of routes) {
    const modes = url.includes('/:')
      ? [thingBefore(things, url, url.split('/:')[1]!.split('/')[0]!).mode ?? 'test']
      : (['test', 'live'] as const)
    for (const mode of modes) {
      for (const query of method === 'GET' ? ['', '?include=frames'] : ['']) {
        const body = url.startsWith('/v1/') ? job : (BODIES[name] ?? {})
        const asked = server.fetch(pathOf(things, url) + query, {
          method,
          headers: {
            authorization: `Bearer ${keys[mode]}`,
            accesstoken: keys[mode],
            ...(method === 'GET' || method === 'DELETE' ? {} : { 'content-type': 'application/json' }),
          },
          ...(method === 'GET' || method === 'DELETE' ? {} : { body: JSON.stringify(body) }),
        })
        const reply = await (url === '/v2/audit/export'
          ? whileTimePasses(server.services.clock, asked)
          : asked)
        assert.ok(reply.status < 500, `${name}: ${reply.status}`)
        told.push({ name, text: await reply.text() })
      }
    }
  }
  return told
}

const telling = (told: readonly Told[]) => [
  ...new Set(
    told.filter(({ text }) => SECRETS.some((secret) => text.includes(secret))).map(({ name }) => name),
  ),
]

test('no route tells a key without the scopes of content a whole number, what a machine calls itself, a note or a patient', async () => {
  const told = await everyReply(await keysOf(WITHOUT))
  assert.ok(told.length > 150, `${told.length}`)
  assert.deepEqual(telling(told), [])
})

test('each of them is there to be told', async () => {
  const told = await everyReply(await keysOf(ALL))
  const text = told.map((each) => each.text).join()
  for (const secret of SECRETS) assert.ok(text.includes(secret), secret)
  for (const name of [
    'GET /v2/faxes',
    'GET /v2/faxes/:id',
    'GET /v2/faxes/:id/attempts',
    'GET /v2/inbound',
    'GET /v2/inbound/:id',
    'GET /v2/inbound/:id/notes',
    'GET /v2/incidents',
    'GET /v2/disclosures',
    'POST /v1/customer/fax-status',
    'POST /v1/customer/fax-list',
    'POST /v1/customer/inbound/fax-list-all',
  ])
    assert.ok(telling(told).includes(name), name)
})
