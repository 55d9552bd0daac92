import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forwardReceived } from '../../src/application/inbox/forward-received.ts'
import { linkReceived } from '../../src/application/inbox/link-received.ts'
import { linkFax } from '../../src/application/patients/link-fax.ts'
import type { FaxToRender } from '../../src/ports/rasteriser.ts'
import { receiveDistinct } from '../support/distinct-pages.ts'
import { sendTo } from '../support/faxes.ts'
import { ask, json, testHttpServer } from '../support/http.ts'
import { MarkedPages, markedPdf } from '../support/marked-pages.ts'
import { ACTOR } from '../support/services.ts'

/** Forwarded pages are a TIFF, which has no marks: one page. */
class ForwardedPages extends MarkedPages {
  override async *render(fax: FaxToRender, signal: AbortSignal) {
    const documents = fax.documents.map((each) =>
      Buffer.from(each.bytes).subarray(0, 2).toString() === 'II' ? { ...each, bytes: markedPdf() } : each,
    )
    yield* super.render({ ...fax, documents }, signal)
  }
}

const server = await testHttpServer({ services: { rasteriser: new ForwardedPages() } })
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
  readonly purpose: string | null
  readonly statement: string | null
  readonly accountable: boolean
  readonly because: string
}

interface Page {
  readonly data: Disclosure[]
  readonly nextCursor: string | null
  readonly unlinked: number | null
}

const get = (query: string, key = server.key, accept = '*/*') =>
  ask(`${server.url}/v2/disclosures${query}`, { headers: { authorization: `Bearer ${key}`, accept } })

async function list(query: string, key = server.key) {
  const reply = await get(query, key)
  const text = await reply.text()
  assert.equal(reply.status, 200, text)
  return JSON.parse(text) as Page
}

const ZEBRA = { id: 'MRN-000001', display: 'Test Patient Zebra' }
const delivered = await sendTo(services, scope, 0, {
  pages: 2,
  patient: ZEBRA,
  purpose: 'TREAT',
  clientReference: 'order-1',
  cover: { toName: '=Dr Okapi, "Example"' },
})
// Ids tell milliseconds apart.
await services.clock.advance(1_000)
const busy = await sendTo(services, scope, 1, { patient: ZEBRA, clientReference: 'order-1' })
await services.clock.advance(1_000)
const unknown = await sendTo(services, scope, 12, {
  patient: { id: 'MRN-000002' },
  clientReference: 'order-2',
})
await services.clock.advance(1_000)
const report = await sendTo(services, scope, 0, { area: 404, purpose: 'PUBHLTH' })
const inboundId = await receiveDistinct(services, scope, 1)
await linkReceived(services, scope, ACTOR, inboundId, { patient: ZEBRA })
await services.clock.advance(1_000)
const forwarded = await forwardReceived(services, scope, ACTOR, inboundId, { to: '+13035550100' })
await services.runFor(24 * 3_600_000)

const ids = (page: { data: Disclosure[] }) => page.data.map(({ faxId }) => faxId)

test('faxes of which pages arrived, or may have, are told with whom, when, how much and by whom', async () => {
  const { data, nextCursor } = await list('')
  assert.equal(nextCursor, null)
  assert.deepEqual(
    data.map(({ faxId, to, outcome }) => [faxId, to, outcome]),
    [
      [forwarded.id, '+13035550100', 'delivered'],
      [report.id, '+14045550100', 'delivered'],
      [unknown.id, '+12025550112', 'outcome_unknown'],
      [delivered.id, '+12025550100', 'delivered'],
    ],
  )
  const [first, last] = [data[0], data.at(-1)]
  assert.deepEqual([first!.inboundId, first!.patientId], [inboundId, 'MRN-000001'])
  assert.deepEqual([last!.by, last!.reference], [{ kind: 'key', id: ACTOR.id }, 'order-1'])
  assert.equal(last!.pages, 3, 'the cover sheet, and two pages')
  assert.ok(!ids({ data }).includes(busy.id))
})

test('they are found by number, by reference and by patient', async () => {
  assert.deepEqual(ids(await list('?to=%2B1%20202-555-0100')), [delivered.id])
  assert.deepEqual(ids(await list('?reference=order-2')), [unknown.id])
  assert.deepEqual(ids(await list('?patient=MRN-000001')), [forwarded.id, delivered.id])
  assert.deepEqual(ids(await list('?patient=MRN-000001&until=2026-01-01T00:00:00Z')), [])
  assert.equal((await get('?to=nonsense')).status, 422)
  assert.equal((await get('?cursor=nonsense')).status, 400)
})

test('each says why it was sent, and whether 164.528 asks to account for it; what nobody gave a reason for counts', async () => {
  const { data } = await list('')
  assert.deepEqual(
    data.map(({ faxId, purpose, statement, accountable, because }) => [
      faxId,
      purpose,
      statement,
      accountable,
      because,
    ]),
    [
      [forwarded.id, null, null, true, 'Nobody said why it was sent, so it is accounted for.'],
      [
        report.id,
        'PUBHLTH',
        'Public health reporting, 45 CFR 164.512(b)',
        true,
        'No exception of 45 CFR 164.528(a)(1) is sure to cover this purpose.',
      ],
      [unknown.id, null, null, true, 'Nobody said why it was sent, so it is accounted for.'],
      [delivered.id, 'TREAT', 'Treatment', false, 'Exempt by 45 CFR 164.528(a)(1)(i).'],
    ],
  )
  assert.deepEqual(ids(await list('?accountable=true')), [forwarded.id, report.id, unknown.id])
  assert.deepEqual(ids(await list('?accountable=true&patient=MRN-000001')), [forwarded.id])
  assert.deepEqual(ids(await list('?accountable=false')), [delivered.id])
})

test("a patient asked for in the body is in no address, and is told how many papers are nobody's", async () => {
  const search = async (body: object) => {
    const reply = await server.fetch('/v2/disclosures/search', json(body))
    assert.equal(reply.status, 200)
    return JSON.parse(await reply.text()) as Page
  }
  const all = await search({ patient: 'MRN-000001', limit: 1 })
  assert.deepEqual([ids(all), all.unlinked], [[forwarded.id], 1])
  const rest = await search({ patient: 'MRN-000001', limit: 1, cursor: all.nextCursor })
  assert.deepEqual([ids(rest), rest.unlinked], [[delivered.id], null])
  assert.equal((await search({ patient: 'MRN-000001', accountable: false })).unlinked, 0)
  assert.equal((await search({})).unlinked, null)
  assert.equal((await server.fetch('/v2/disclosures/search', json({ patients: 'x' }))).status, 400)
})

test('what is said later of whose papers they were, and why, is what is told', async () => {
  const other = await services.addAccount()
  const key = await server.makeKey(other)
  const { id } = await sendTo(services, other, 0, { area: 505, patient: { id: 'MRN-WRONG' } })
  await services.runFor(600_000)
  const link = (body: object) =>
    server.fetch(`/v2/faxes/${id}/link`, json(body, { authorization: `Bearer ${key}` }))
  const reply = await link({ patient: ZEBRA, purpose: 'HPAYMT' })
  assert.equal(reply.status, 200)
  const { patient, purpose } = JSON.parse(await reply.text())
  assert.deepEqual([patient, purpose], [ZEBRA, 'HPAYMT'])
  assert.deepEqual(ids(await list('?patient=MRN-WRONG', key)), [])
  const [disclosure] = (await list('?patient=MRN-000001', key)).data
  assert.deepEqual([disclosure!.faxId, disclosure!.accountable], [id, false])
  assert.equal((await link({})).status, 400)
  assert.equal((await link({ purpose: 'BECAUSE' })).status, 400)
  await linkFax(services, other, ACTOR, id, { patient: null, purpose: null })
  assert.equal((await list('', key)).data[0]!.purpose, null)
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
  assert.deepEqual(seen, [forwarded.id, report.id, unknown.id, delivered.id])
})

test('as a table, a name that looks like a formula is text', async () => {
  const reply = await get('?to=%2B12025550100', server.key, 'text/csv')
  assert.match(reply.headers.get('content-type')!, /^text\/csv/)
  const [head, row, ...rest] = (await reply.text()).split('\r\n')
  assert.equal(
    head,
    'at,faxId,to,recipientName,pages,outcome,by,reference,inboundId,patientId,purpose,statement,accountable,because',
  )
  assert.match(
    row!,
    /,\+12025550100,"'=Dr Okapi, ""Example""",3,delivered,key key_test,order-1,,MRN-000001,TREAT,Treatment,false,Exempt by [^,]*\.$/,
  )
  assert.deepEqual(rest, [''])
})

test('a key that may not read content learns nothing', async () => {
  const without = await server.makeKey(scope, { scopes: ['faxes:read', 'audit:read'] })
  assert.equal((await get('', without)).status, 403)
  const fax = async (key: string) => {
    const reply = await ask(`${server.url}/v2/faxes/${delivered.id}`, {
      headers: { authorization: `Bearer ${key}` },
    })
    const { patient, purpose } = JSON.parse(await reply.text())
    return [patient, purpose]
  }
  assert.deepEqual(
    [await fax(without), await fax(server.key)],
    [
      [null, 'TREAT'],
      [ZEBRA, 'TREAT'],
    ],
  )
})

test('another account has none of them, and whoever asked is in the audit', async () => {
  const other = await services.addAccount()
  assert.deepEqual((await list('', await server.makeKey(other))).data, [])
  const entries = await services.store.asAccount(scope, (tx) => tx.audit.list({ limit: 1_000 }))
  assert.ok(entries.filter(({ action }) => action === 'disclosures.read').length > 5)
})
