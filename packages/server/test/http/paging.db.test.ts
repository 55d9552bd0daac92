import assert from 'node:assert/strict'
import { test } from 'node:test'
import { registerIFax } from '../../src/adapters/ifax/register.ts'
import { testHttpServer } from '../support/http.ts'
import { CLOSED_NETWORK, oneOfEverything, pathOf, thingBefore } from '../support/one-of-everything.ts'

const server = await testHttpServer({ services: { httpOut: CLOSED_NETWORK }, more: registerIFax })
const own = await oneOfEverything(server, { to: '+13125550130', from: '+16175550177', word: 'zebra' })

interface Described {
  readonly properties?: Readonly<Record<string, unknown>>
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
