import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { registerIFax } from '../../src/adapters/ifax/register.ts'
import type { Mode } from '../../src/domain/fax/fax.ts'
import { testHttpServer } from '../support/http.ts'
import { CLOSED_NETWORK, oneOfEverything, pathOf, thingBefore } from '../support/one-of-everything.ts'
import { type Description, describedFields } from '../support/openapi-fields.ts'
import { requestsWith } from '../support/openapi-requests.ts'
import { whileTimePasses } from '../support/services.ts'

/**
 * What a mistaken or hostile client puts anywhere: a name and a record, a number, and what would begin a line of its own in a log. Each place gets one
 * of its own, so that what shows tells where it came in.
 */
const CANARIES: readonly ((serial: string) => string)[] = [
  (serial) => `Zebra Okapi${serial} ZZREC${serial}`,
  (serial) => `+1220${serial}`,
  (serial) => `zebra\n{"level":"error","event":"forged.${serial}"}`,
]
const SHOWN = /(?:Okapi|ZZREC|220|forged\.)(\d{7})/g
/** Seven digits, as the last ones of a number may be. */
const places = new Map<string, string>()
const serialOf = (place: string) => {
  const serial = String(5_700_000 + places.size * 37)
  places.set(serial, place)
  return serial
}

const server = await testHttpServer({ services: { httpOut: CLOSED_NETWORK }, more: registerIFax })
const { services } = server
const { things, keys, owner } = await oneOfEverything(server, {
  to: '+13125550130',
  from: '+16175550177',
  word: 'zebra1',
})
const described = (await (await fetch(`${server.url}/openapi.json`)).json()) as Description

/** They are said not to be encrypted: names of one's own staff and boxes, which stand in events for those who route by them. */
const PLAIN = describedFields(described)
  .filter(({ description }) => /[Nn]ot encrypted/.test(description))
  .map(({ path }) => path)

const isPlain = (place: string) => PLAIN.includes(place.replaceAll('.0', '[]'))

/** What reaches others than the caller, or stays. */
const told = { refusals: '', headers: '' }
/** They end the account, or the sessions everything is asked with, or wait for workers that are not there. */
const NOT_ASKED = /^(?:POST \/v2\/account\/close|POST \/auth\/sign-out|DELETE \/v2\/sessions|GET \/readyz)/

function accessOf(method: string, path: string) {
  const url = path.replace(/\{(\w+)\}/g, ':$1')
  const route = server.app.routeTable.find(
    (each) => each.url === url && [each.method].flat().includes(method),
  )
  assert.ok(route, `${method} ${path}`)
  return { url, isForPeople: route.config?.access?.kind === 'person' }
}

/** An export waits until its entry is logged, which a transaction of another test on this PostgreSQL may put off. */
function answerOf(url: string, asked: Promise<Response>): Promise<Response> {
  return url === '/v2/audit/export' ? whileTimePasses(services.clock, asked) : asked
}

async function ask(method: string, path: string, query: string, body: object | undefined): Promise<void> {
  const { url, isForPeople } = accessOf(method, path)
  const parameter = /:(\w+)/.exec(url)?.[1]
  const modes: readonly Mode[] =
    parameter === undefined ? ['test', 'live'] : [thingBefore(things, url, parameter).mode ?? 'test']
  for (const mode of modes) {
    const headers = {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(isForPeople
        ? { cookie: owner.cookies, origin: server.url, 'x-answerback-mode': mode }
        : { authorization: `Bearer ${keys[mode]}` }),
    }
    const asked = fetch(server.url + pathOf(things, url) + query, {
      method,
      headers,
      redirect: 'manual',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const reply = await answerOf(url, asked)
    const text = await reply.text()
    told.headers += JSON.stringify([...reply.headers])
    if (!reply.ok) told.refusals += `${method} ${url} ${text}\n`
    assert.ok(reply.status < 500, `${method} ${path} ${query} ${JSON.stringify(body)}: ${reply.status}`)
  }
}

for (const [kind, canary] of CANARIES.entries()) {
  test(`canaries of kind ${kind} may be sent anywhere`, async () => {
    const marker = 'ZEBRA-GOES-HERE'
    for (const mistaken of requestsWith(described, marker)) {
      const { method, path, place } = mistaken
      if (NOT_ASKED.test(place) || isPlain(place)) continue
      const text = canary(serialOf(place))
      const put = (given: string, as: string) => given.replaceAll(marker, as)
      const body =
        mistaken.body && JSON.parse(put(JSON.stringify(mistaken.body), JSON.stringify(text).slice(1, -1)))
      await ask(method, path, put(mistaken.query, encodeURIComponent(text)), body)
      if (body !== undefined) await ask(method, path, '', { ...body, [text]: text })
    }
  })
}

test('in a path, in a header and in the face of iFax too', async () => {
  for (const make of CANARIES) {
    for (const { method, url, config } of server.app.routeTable) {
      const isForPeople = config?.access?.kind === 'person'
      const canary = make(serialOf(`path or header of ${method} ${url}`))
      const encoded = encodeURIComponent(canary)
      const path = url.replace(/:\w+/g, encoded)
      const headers: Record<string, string> = isForPeople
        ? { cookie: owner.cookies, origin: server.url }
        : { authorization: `Bearer ${keys.test}` }
      for (const name of [
        'x-request-id',
        'user-agent',
        'referer',
        'idempotency-key',
        'x-forwarded-for',
        'accept',
      ])
        headers[name] = canary.replaceAll('\n', ' ')
      for (const each of [method].flat()) {
        if (each === 'HEAD' || NOT_ASKED.test(`${each} ${url.replace('/v2/sessions/:id', '')}`)) continue
        const asked = fetch(server.url + path, { method: each, headers, redirect: 'manual' })
        const reply = await answerOf(url, asked)
        const text = await reply.text()
        told.headers += JSON.stringify([...reply.headers])
        if (!reply.ok) told.refusals += text
      }
      if (!url.startsWith('/v1/')) continue
      for (const name of [
        'jobId',
        'faxNumber',
        'numberId',
        'callerId',
        'startDate',
        'id',
        'url',
        'markedAs',
        canary,
      ]) {
        const body = JSON.stringify({ [name]: canary })
        const sent = { ...headers, 'content-type': 'application/json', accesstoken: keys.test }
        const answer = await fetch(server.url + path, { method: 'POST', headers: sent, body })
        const text = await answer.text()
        if (!text.startsWith('{"status":1')) told.refusals += text
      }
    }
  }
})

test('and nothing of it shows in a refusal, a header, a log, an event, the audit, a job or a metric', async (context) => {
  await services.settle()
  const read = async (path: string, mode: Mode) => {
    const asked = server.fetch(path, { headers: { authorization: `Bearer ${keys[mode]}` } })
    const reply = await (path === '/v2/audit/export' ? whileTimePasses(services.clock, asked) : asked)
    assert.equal(reply.status, 200, path)
    return reply.text()
  }
  const all = async (path: string) => (await read(path, 'test')) + (await read(path, 'live'))
  const pages = async (path: string) => {
    let text = ''
    for (const mode of ['test', 'live'] as const) {
      for (let cursor: string | null = ''; cursor !== null; ) {
        const page: string = await read(`${path}?limit=100${cursor && `&cursor=${cursor}`}`, mode)
        text += page
        cursor = JSON.parse(page).nextCursor
      }
    }
    return text
  }
  const shown = {
    ...told,
    log: services.logText(),
    events: await pages('/v2/events'),
    audit: (await all('/v2/audit/export')) + (await pages('/v2/audit-events')),
    jobs: JSON.stringify(services.queue.enqueued),
    metrics: await read('/metrics', 'test'),
  }
  context.diagnostic(`${places.size} places`)
  assert.ok(places.size > 2_000, `${places.size}`)
  for (const [where, text] of Object.entries(shown)) {
    assert.ok(text.length > 100, `${where} was looked at`)
    const found = [...text.matchAll(SHOWN)]
      .map(([, serial]) => serial!)
      .filter((serial) => places.has(serial))
    const shows = found.map(
      (serial) => `${places.get(serial)}: ${text.slice(text.indexOf(serial) - 60).slice(0, 100)}`,
    )
    assert.deepEqual(shows, [], `${where} shows what was sent there`)
  }
})

/** What an account says of itself, of its staff and of its partners lies open in the database; what is a patient's, or a secret, does not. */
const OPEN_AT_REST =
  /^(?:POST|PUT|PATCH) \/v2\/(?:account \.(?:callerId|headerText|stationId|destinations\.\w+\.0)|api-keys\S* \.name|associates\S* \.(?:contact|name)|numbers\S* \.(?:department|headerText|label|number)|users\S* \.departments\.0|cover-pages\S* \.(?:addressLines\.0|confidentiality|organisation|title)|mailboxes\S* \.(?:department|name)|providers\S* \.(?:callerId|name)|trunks\S* \.\S+|routes\S* \.(?:name|actions\.assignee))$|inbound\/buy$/

test('in the database nothing of it lies open but what an account says of itself', async () => {
  const text = await dumpOf(server.database)
  const open = [...text.matchAll(SHOWN)].flatMap(([, serial]) => places.get(serial!) ?? [])
  assert.ok(open.length > 10, 'the scanner finds what is there')
  assert.deepEqual([...new Set(open)].filter((place) => !OPEN_AT_REST.test(place)).sort(), [])
})

async function dumpOf(database: { owner: pg.ClientConfig }): Promise<string> {
  const client = new pg.Client(database.owner)
  await client.connect()
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
    )
    const texts: string[] = []
    for (const { name } of tables) {
      const { rows } = await client.query<{ text: string }>(`select each::text as text from ${name} each`)
      texts.push(...rows.map(({ text }) => text))
    }
    return texts.join('\n')
  } finally {
    await client.end()
  }
}
