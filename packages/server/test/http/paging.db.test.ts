import assert from 'node:assert/strict'
import { test } from 'node:test'
import { registerIFax } from '../../src/adapters/ifax/register.ts'
import { testHttpServer } from '../support/http.ts'
import { CLOSED_NETWORK, oneOfEverything, pathOf, thingBefore } from '../support/one-of-everything.ts'

const server = await testHttpServer({ services: { httpOut: CLOSED_NETWORK }, more: registerIFax })
const own = await oneOfEverything(server, { to: '+13125550130', from: '+16175550177', word: 'zebra' })

interface Described {
  readonly properties?: Readonly<Record<string, { readonly format?: string } | undefined>>
}

/** Every route that gives a page and a cursor for the next. */
const paged = server.app.routeTable
  .filter(({ method, schema }) => {
    const query = schema?.querystring as Described | undefined
    return [method].flat().includes('GET') && query?.properties?.cursor !== undefined
  })
  .map(({ url, config }) => ({ url, isForPeople: config?.access?.kind === 'person' }))

const NO_CURSORS = ['x', 'fax_1', `zzz_${'0'.repeat(26)}`, `fax_${'0'.repeat(25)}'`, '0'.repeat(300)]

test('there are pages', () => assert.ok(paged.length > 10, `${paged.length} routes`))

for (const { url, isForPeople } of paged) {
  test(`GET ${url} refuses what is no cursor of its pages, and never begins anew in silence`, async () => {
    const parameter = /:(\w+)/.exec(url)?.[1]
    const mode = (parameter === undefined ? null : thingBefore(own.things, url, parameter).mode) ?? 'live'
    for (const cursor of NO_CURSORS) {
      const path = `${pathOf(own.things, url)}?cursor=${encodeURIComponent(cursor)}`
      const reply = isForPeople
        ? await own.owner.ask('GET', path, undefined, { 'x-answerback-mode': mode })
        : await server.fetch(path, { headers: { authorization: `Bearer ${own.keys[mode]}` } })
      const { code, field } = await reply.json()
      assert.deepEqual([reply.status, code, field], [400, 'request.invalid', 'cursor'], cursor)
    }
  })
}

const ENDS = ['until', 'to']
const endOf = (beginning: string) => (beginning === 'from' ? ENDS : [beginning.replace(/After$/, 'Before')])

/** Every query of a time that something lies after, and of one that it lies before. */
const ranges = server.app.routeTable.flatMap(({ method, url, schema }) => {
  const properties = (schema?.querystring as Described | undefined)?.properties ?? {}
  const times = Object.keys(properties).filter((name) => properties[name]?.format === 'date-time')
  return [method].flat().includes('GET')
    ? times.flatMap((from) =>
        endOf(from)
          .filter((until) => until !== from && times.includes(until))
          .map((until) => ({ url, from, until })),
      )
    : []
})

test('there are ranges of time', () => {
  assert.deepEqual(ranges.map(({ url }) => url).sort(), ['/v2/disclosures', '/v2/faxes', '/v2/inbound'])
})

for (const { url, from, until } of ranges) {
  test(`GET ${url} refuses a range that ends before it begins, which would be empty for ever`, async () => {
    const path = `${url}?${from}=2026-03-02T00:00:00Z&${until}=2026-03-01T00:00:00Z`
    const reply = await server.fetch(path, { headers: { authorization: `Bearer ${own.keys.live}` } })
    const { code, field } = await reply.json()
    assert.deepEqual([reply.status, code, field], [400, 'request.invalid', until])
  })
}
