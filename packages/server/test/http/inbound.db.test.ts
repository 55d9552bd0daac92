import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBitmap } from '@answerback/protocol/t4/bitmap'
import { encodeT6 } from '@answerback/protocol/t4/t6'
import { createInboundCalls } from '../../src/application/receiving/inbound-calls.ts'
import { ask, testHttpServer } from '../support/http.ts'
import { addTrunk, TrunkLine } from '../support/trunk-line.ts'

const server = await testHttpServer({ services: { lines: [new TrunkLine()] } })
const scope = { ...server.scope, mode: 'live' as const }
const key = await server.makeKey(scope)
const trunkId = await addTrunk(server.services, scope, {
  name: 'in',
  inbound: { allowedSources: ['192.0.2.10'], dids: ['*'] },
})

const get = (path: string, as = key) =>
  ask(`${server.url}${path}`, { headers: { authorization: `Bearer ${as}` } })

async function receive(pageCount: number): Promise<string> {
  const calls = createInboundCalls(server.services, 'sip')
  const call = { trunkId, to: '+12026661234', from: '+12026669999', sourceAddress: '192.0.2.10' }
  const decision = await calls.accept(call)
  assert.equal(decision.kind, 'accept')
  if (decision.kind !== 'accept') assert.fail()
  const t6 = encodeT6(createBitmap(1728, 40))
  for (let number = 1; number <= pageCount; number += 1) {
    const page = {
      number,
      width: 1728,
      rows: 40,
      resolution: 'fine',
      t6,
      badRows: 0,
      quality: 'clean',
    } as const
    await calls.pageReceived(decision.receptionId, page)
  }
  await calls.ended(decision.receptionId, {
    disposition: 'delivered',
    dataExchanged: 'some',
    remoteId: '+12026669999',
  })
  return decision.receptionId
}

const first = await receive(1)
server.services.clock.jumpTo(server.services.clock.now() + 1_000)
const second = await receive(3)

test('received faxes are listed newest first, page by page', async () => {
  const one = await (await get('/v2/inbound?limit=1')).json()
  assert.deepEqual(
    one.data.map(({ id }) => id),
    [second],
  )
  const two = await (await get(`/v2/inbound?limit=1&cursor=${one.nextCursor}`)).json()
  assert.deepEqual(
    two.data.map(({ id }) => id),
    [first],
  )
  assert.equal(two.nextCursor, null)
  const byNumber = await (await get('/v2/inbound?number=(202)%20666-1234&status=received')).json()
  assert.equal(byNumber.data.length, 2)
  assert.equal((await get('/v2/inbound?cursor=fax_1')).status, 400)
})

test('a received fax is told with its pages, and its pages come as PDF, TIFF and PNG', async () => {
  const fax = await (await get(`/v2/inbound/${second}`)).json()
  assert.deepEqual([fax.status, fax.pageCount, fax.to, fax.pages.length], ['received', 3, '+12026661234', 3])
  for (const [query, type, magic] of [
    ['', 'application/pdf', '%PDF'],
    ['?format=tiff', 'image/tiff', 'II*'],
    ['?format=png&page=2', 'image/png', 'PNG'],
    ['?thumb=s', 'image/png', 'PNG'],
  ] as const) {
    const content = await get(`/v2/inbound/${second}/content${query}`)
    assert.equal(content.headers.get('content-type'), type)
    const bytes = Buffer.from(await content.arrayBuffer())
    assert.ok(bytes.subarray(0, 8).includes(magic))
  }
  assert.equal((await (await get(`/v2/inbound/${second}/content?page=4`)).json()).code, 'request.invalid')
  const audit = await server.services.store.asAccount(scope, (tx) =>
    tx.audit.list({ subjectId: second, limit: 100 }),
  )
  assert.equal(audit.filter(({ action }) => action === 'inbound.content.read').length, 4)
})

test('a key that may only list sees masked numbers and no page', async () => {
  const reader = await server.makeKey(scope, { scopes: ['inbound:read'] })
  const text = await (await get(`/v2/inbound/${second}`, reader)).text()
  assert.doesNotMatch(text, /2026661234|2026669999/)
  assert.equal((await get(`/v2/inbound/${second}/content`, reader)).status, 403)
})

test('nobody else has a received fax of ours', async () => {
  const stranger = await server.makeKey({ ...(await server.services.addAccount()), mode: 'live' })
  for (const other of [stranger, server.key]) {
    assert.deepEqual((await (await get('/v2/inbound', other)).json()).data, [])
    for (const path of [`/v2/inbound/${second}`, `/v2/inbound/${second}/content`]) {
      assert.equal((await (await get(path, other)).json()).code, 'inbound.not_found')
    }
  }
})
