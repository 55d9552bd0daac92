import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noteReceived } from '../../src/application/inbox/note-received.ts'
import { sweep } from '../../src/application/upkeep/sweep.ts'
import { receiveDistinct } from '../support/distinct-pages.ts'
import { sendTo } from '../support/faxes.ts'
import { json, testHttpServer } from '../support/http.ts'
import { markedPdf } from '../support/marked-pages.ts'
import { ACTOR } from '../support/services.ts'

const server = await testHttpServer()
const { services, scope } = server

// biome-ignore lint/suspicious/noExplicitAny: every route has another shape, and each test asserts the one it expects.
const body = async (reply: Response): Promise<any> => reply.json()
const put = (path: string, content: unknown) => server.fetch(path, { ...json(content), method: 'PUT' })
const post = (path: string, content: unknown = {}) => server.fetch(path, json(content))
const shred = (path: string) => server.fetch(path, { method: 'DELETE' })

test('without rules everything is kept; rules are read as they were put', async () => {
  const audit = { keptDays: null, floorDays: 2192 }
  assert.deepEqual(await body(await server.fetch('/v2/retention')), { account: {}, departments: [], audit })
  const rules = {
    account: { sentContentDays: 90, receivedContentDays: 365, textDays: null, metadataDays: 2192 },
    departments: [{ department: 'Cardiology', receivedContentDays: 30 }],
  }
  assert.deepEqual(await body(await put('/v2/retention', rules)), { ...rules, audit })
  assert.deepEqual(await body(await server.fetch('/v2/retention')), { ...rules, audit })
  assert.equal((await put('/v2/retention', { account: { sentContentDays: 0 } })).status, 400)
  assert.equal((await put('/v2/retention', { account: { auditDays: 30 } })).status, 400)
  assert.equal((await put('/v2/retention', { account: { metadataDays: 1 } })).status, 400)
  assert.equal((await put('/v2/retention', { account: {} })).status, 200)
})

test('a hold refuses DELETE and shred with 409 until it is released', async () => {
  const id = await receiveDistinct(services, scope, 1)
  const made = await post('/v2/holds', { kind: 'fax', target: id, reason: 'Matter Zebra' })
  assert.equal(made.status, 201)
  const hold = await body(made)
  assert.deepEqual([hold.kind, hold.target, hold.reason, hold.releasedAt], ['fax', id, 'Matter Zebra', null])
  assert.deepEqual((await body(await server.fetch('/v2/holds'))).data, [hold])
  const refused = await shred(`/v2/inbound/${id}/content`)
  assert.deepEqual([refused.status, (await body(refused)).code], [409, 'hold.active'])
  assert.equal((await post('/v2/shred', { faxIds: [id] })).status, 409)
  const released = await body(await post(`/v2/holds/${hold.id}/release`))
  assert.ok(released.releasedAt)
  assert.equal((await post(`/v2/holds/${hold.id}/release`)).status, 404)
  assert.equal((await shred(`/v2/inbound/${id}/content`)).status, 200)
  for (const [target, kind] of [
    [undefined, 'fax'],
    ['fax_none', 'fax'],
    ['mbx_none', 'mailbox'],
    ['x', 'account'],
  ]) {
    assert.equal((await post('/v2/holds', { kind, target, reason: 'x' })).status, 400)
  }
  assert.equal(
    (await body(await post('/v2/holds', { kind: 'number', target: '12', reason: 'x' }))).code,
    'number.invalid',
  )
})

test('shredding answers a certificate that is listed, and the fax says when it was', async () => {
  const { id } = await sendTo(services, scope, 0, { cover: { message: 'Secret' } })
  assert.deepEqual(
    [(await shred(`/v2/faxes/${id}/content`)).status, (await server.fetch(`/v2/faxes/${id}`)).status],
    [409, 200],
  )
  await services.runFor(600_000)
  const certificate = await body(await shred(`/v2/faxes/${id}/content`))
  assert.match(certificate.verifierKey, /^answerback\.audit\/[0-9a-f]{16}\+[0-9a-f]{8}\+/)
  const { verifierKey: _, ...listed } = certificate
  assert.deepEqual((await body(await server.fetch('/v2/certificates?limit=1'))).data, [listed])
  assert.deepEqual(await body(await server.fetch(`/v2/certificates/${certificate.id}`)), certificate)
  const fax = await body(await server.fetch(`/v2/faxes/${id}`))
  assert.deepEqual([fax.to, fax.status, fax.pageCount > 0], ['', 'delivered', true])
  assert.ok(fax.contentDeletedAt && fax.shreddedAt)
  const gone = await server.fetch(`/v2/faxes/${id}/content`)
  assert.deepEqual([gone.status, (await body(gone)).code], [410, 'fax.content_deleted'])
  assert.equal((await shred(`/v2/faxes/${id}/content`)).status, 410)
})

test('several are shredded at once, and again without harm', async () => {
  const ids = [await receiveDistinct(services, scope, 1), await receiveDistinct(services, scope, 1)]
  await noteReceived(services, scope, ACTOR, ids[0]!, 'Zebra')
  const { data } = await body(await post('/v2/shred', { faxIds: ids }))
  assert.deepEqual([data.length, data[0].faxCount, data[0].documentCount], [1, 2, 2])
  assert.deepEqual((await body(await post('/v2/shred', { faxIds: ids }))).data, [])
  assert.deepEqual((await body(await post('/v2/shred', { patientId: 'nobody' }))).data, [])
  assert.equal((await post('/v2/shred', {})).status, 400)
  assert.equal((await post('/v2/shred', { faxIds: ['fax_none'] })).status, 400)
})

test('a closed account answers its certificate, and its keys are refused from then on', async () => {
  const other = await services.addAccount()
  const key = await server.makeKey(other)
  const headers = { authorization: `Bearer ${key}` }
  const close = (confirm: string) => server.fetch('/v2/account/close', json({ confirm }, headers))
  assert.equal((await close('acc_other')).status, 400)
  const certificate = await body(await close(other.accountId))
  assert.match(certificate.note, /account closed/)
  await services.clock.advance(10_000)
  assert.equal((await server.fetch('/v2/account', { headers })).status, 401)
})

test('while the whole account is held an upload is neither deleted nor swept up', async () => {
  const made = await server.fetch('/v2/uploads', {
    method: 'POST',
    headers: { 'content-type': 'application/pdf' },
    body: new Uint8Array(markedPdf(1, 'Test Patient Zebra')),
  })
  assert.equal(made.status, 201)
  const upload = await body(made)
  const hold = await body(await post('/v2/holds', { kind: 'account', reason: 'Matter Zebra' }))
  const refused = await shred(`/v2/uploads/${upload.id}`)
  assert.deepEqual([refused.status, (await body(refused)).code], [409, 'hold.active'])
  services.clock.jumpTo(services.clock.now() + 3 * 86_400_000)
  await sweep(services)
  assert.equal((await server.fetch(`/v2/uploads/${upload.id}`)).status, 200)
  await post(`/v2/holds/${hold.id}/release`)
  await sweep(services)
  assert.equal((await server.fetch(`/v2/uploads/${upload.id}`)).status, 404)
})
