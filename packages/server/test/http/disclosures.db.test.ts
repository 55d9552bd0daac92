import assert from 'node:assert/strict'
import { test } from 'node:test'
import { linkReceived } from '../../src/application/inbox/link-received.ts'
import { recordAudit } from '../../src/application/record-change.ts'
import { receiveDistinct } from '../support/distinct-pages.ts'
import { sendTo } from '../support/faxes.ts'
import { ask, testHttpServer } from '../support/http.ts'
import { ACTOR } from '../support/services.ts'

const server = await testHttpServer()
const { services, scope } = server

interface Disclosure {
  readonly faxId: string
  readonly at: string
  readonly to: string
  readonly recipientName: string | null
  readonly pages: number
  readonly outcome: string
  readonly by: { readonly kind: string; readonly id: string }
  readonly reference: string | null
  readonly inboundId: string | null
  readonly patientId: string | null
}

const get = (query: string, key = server.key, accept = '*/*') =>
  ask(`${server.url}/v2/disclosures${query}`, { headers: { authorization: `Bearer ${key}`, accept } })

async function list(query: string, key = server.key) {
  const reply = await get(query, key)
  const text = await reply.text()
  assert.equal(reply.status, 200, text)
  return JSON.parse(text) as { data: Disclosure[]; nextCursor: string | null }
}

const delivered = await sendTo(services, scope, 0, {
  pages: 2,
  clientReference: 'MRN-000001',
  cover: { toName: '=Dr Okapi, "Example"' },
})
// Ids tell milliseconds apart.
await services.clock.advance(1_000)
const busy = await sendTo(services, scope, 1, { clientReference: 'MRN-000001' })
await services.clock.advance(1_000)
const unknown = await sendTo(services, scope, 12, { clientReference: 'MRN-000002' })
const inboundId = await receiveDistinct(services, scope, 1)
await linkReceived(services, scope, ACTOR, inboundId, { patient: { id: 'MRN-000001' } })
await services.clock.advance(1_000)
const forwarded = await sendTo(services, scope, 0, { area: 303 })
// As forwarding a received fax records it (`forward-received.ts`).
await services.store.asAccount(scope, (tx) =>
  recordAudit(services, tx, ACTOR, 'fax.forwards_received', forwarded.id, { inboundId, pages: [1] }),
)
await services.runFor(24 * 3_600_000)

const ids = (page: { data: Disclosure[] }) => page.data.map(({ faxId }) => faxId)

test('faxes of which pages arrived, or may have, are told with whom, when, how much and by whom', async () => {
  const { data, nextCursor } = await list('')
  assert.equal(nextCursor, null)
  assert.deepEqual(
    data.map(({ faxId, to, outcome }) => [faxId, to, outcome]),
    [
      [forwarded.id, '+13035550100', 'delivered'],
      [unknown.id, '+12025550112', 'outcome_unknown'],
      [delivered.id, '+12025550100', 'delivered'],
    ],
  )
  const [first, , last] = data
  assert.deepEqual([first!.inboundId, first!.patientId], [inboundId, 'MRN-000001'])
  assert.deepEqual([last!.by, last!.reference], [{ kind: 'key', id: ACTOR.id }, 'MRN-000001'])
  assert.equal(last!.pages, 3, 'the cover sheet, and two pages')
  assert.ok(!ids({ data }).includes(busy.id))
})

test('they are found by number, by reference and by patient', async () => {
  assert.deepEqual(ids(await list('?to=%2B1%20202-555-0100')), [delivered.id])
  assert.deepEqual(ids(await list('?reference=MRN-000002')), [unknown.id])
  assert.deepEqual(ids(await list('?patient=MRN-000001')), [forwarded.id, delivered.id])
  assert.deepEqual(ids(await list('?patient=MRN-000001&until=2026-01-01T00:00:00Z')), [])
  assert.equal((await get('?to=nonsense')).status, 422)
  assert.equal((await get('?cursor=nonsense')).status, 400)
})

test('pages follow one another, and none is left out', async () => {
  const seen: string[] = []
  let cursor = ''
  for (let pages = 0; pages < 9; pages += 1) {
    const page = await list(`?limit=1${cursor}`)
    seen.push(...ids(page))
    if (page.nextCursor === null) break
    cursor = `&cursor=${page.nextCursor}`
  }
  assert.deepEqual(seen, [forwarded.id, unknown.id, delivered.id])
})

test('as a table, a name that looks like a formula is text', async () => {
  const reply = await get('?to=%2B12025550100', server.key, 'text/csv')
  assert.match(reply.headers.get('content-type')!, /^text\/csv/)
  const [head, row, ...rest] = (await reply.text()).split('\r\n')
  assert.equal(head, 'at,faxId,to,recipientName,pages,outcome,by,reference,inboundId,patientId')
  assert.match(row!, /,\+12025550100,"'=Dr Okapi, ""Example""",3,delivered,key key_test,MRN-000001,,$/)
  assert.deepEqual(rest, [''])
})

test('a key that may not read content learns nothing, and one that may not read received faxes no patient', async () => {
  const without = await server.makeKey(scope, { scopes: ['faxes:read', 'audit:read'] })
  assert.equal((await get('', without)).status, 403)
  const sending = await server.makeKey(scope, { scopes: ['faxes:content'] })
  assert.deepEqual(ids(await list('?patient=MRN-000001', sending)), [delivered.id])
  assert.equal((await list('', sending)).data[0]!.patientId, null)
})

test('another account has none of them, and whoever asked is in the audit', async () => {
  const other = await services.addAccount()
  assert.deepEqual((await list('', await server.makeKey(other))).data, [])
  const entries = await services.store.asAccount(scope, (tx) => tx.audit.list({ limit: 1_000 }))
  assert.ok(entries.filter(({ action }) => action === 'disclosures.read').length > 5)
})
