import assert from 'node:assert/strict'
import { test } from 'node:test'
import { registerIFax } from '../../src/adapters/ifax/register.ts'
import { KEY_SCOPES } from '../../src/domain/access/api-key.ts'
import type { Scope } from '../../src/ports/store/scope.ts'
import { receiveDistinct } from '../support/distinct-pages.ts'
import { form, json, type Reply, testHttpServer } from '../support/http.ts'
import { markedPdf } from '../support/marked-pages.ts'
import { signedIn } from '../support/people.ts'

/** Whoever may not read content must not get at it by a right that is theirs. */
const httpOut = {
  request: () => Promise.reject(new Error('no network')),
  check: async () => undefined,
} as never
const server = await testHttpServer({ services: { httpOut }, more: registerIFax })
const live: Scope = { ...server.scope, mode: 'live' }
const inLive = { 'x-answerback-mode': 'live' }
const WITHOUT = KEY_SCOPES.filter((scope) => !scope.endsWith(':content'))
const keys = {
  owner: await server.makeKey(live),
  without: await server.makeKey(live, { scopes: WITHOUT }),
  sent: await server.makeKey(live, { scopes: [...WITHOUT, 'faxes:content'] }),
  received: await server.makeKey(live, { scopes: [...WITHOUT, 'inbound:content'] }),
}
const as = (who: keyof typeof keys) => ({ authorization: `Bearer ${keys[who]}` })
const codeOf = async (reply: Pick<Reply, 'status' | 'json'>) =>
  reply.status < 300 ? reply.status : (await reply.json()).code
const admin = await signedIn(server, server.scope, 'admin')
const developer = await signedIn(server, server.scope, 'developer')

test('an upload becomes the document of an agreement by the hand of somebody who may read it, and only while no fax is made of it', async () => {
  const upload = async (text: string) => {
    const file = { fileName: 'zebra.pdf', bytes: markedPdf(1, text) }
    return (await (await server.fetch('/v2/uploads', form([], [file], as('owner')))).json()).id
  }
  const { browser } = admin
  const associate = { name: 'Carrier', kind: 'carrier', contact: 'privacy@clinic.example' }
  const { id } = await (await browser.post('/v2/associates', associate, inLive)).json()
  const path = `/v2/associates/${id}/agreements`
  const agreement = { signedOn: '2026-01-01', effectiveOn: '2026-01-01', scope: 'Faxes' }
  const documentId = await upload('Test Patient Zebra')
  // An administrator knows the id: the audit tells it.
  const entries = await (await browser.get('/v2/audit-events?limit=100', inLive)).json()
  assert.ok(JSON.stringify(entries).includes(documentId))
  assert.equal(await codeOf(await browser.post(path, { ...agreement, documentId }, inLive)), 'auth.forbidden')
  assert.equal((await browser.post(path, agreement, inLive)).status, 201)

  const add = (document: string) =>
    server.fetch(path, json({ ...agreement, documentId: document }, as('owner')))
  assert.equal((await add(documentId)).status, 201)
  const sent = await upload('Sent')
  await server.services.store.asAccount(live, (tx) => tx.documents.keep(sent))
  assert.equal(await codeOf(await add(sent)), 'document.not_found', 'a fax was made of it')
})

test('a webhook that tells numbers or pages is made, pointed and opened by somebody who may read them', async () => {
  const hook = { url: 'https://hooks.example/a', eventTypes: ['fax.delivered'] }
  const telling = { ...hook, includeNumbers: true }
  const make = async (who: keyof typeof keys, body: object) =>
    codeOf(await server.fetch('/v2/webhooks', json(body, as(who))))
  assert.equal(await make('without', hook), 201)
  for (const who of ['without', 'sent', 'received'] as const)
    assert.equal(await make(who, telling), 'auth.forbidden', who)
  for (const { browser } of [admin, developer]) {
    assert.equal(await codeOf(await browser.post('/v2/webhooks', hook, inLive)), 201)
    assert.equal(await codeOf(await browser.post('/v2/webhooks', telling, inLive)), 'auth.forbidden')
  }
  assert.equal(await codeOf(await developer.browser.post('/v2/webhooks', telling)), 201, 'in test mode')

  const made = await server.fetch('/v2/webhooks', json(telling, as('owner')))
  const path = `/v2/webhooks/${(await made.json()).id}`
  const change = async (who: keyof typeof keys, at: string, body: object) =>
    codeOf(await server.fetch(at, { ...json(body, as(who)), method: 'PATCH' }))
  for (const body of [
    { url: 'https://elsewhere.example/' },
    { eventTypes: [] },
    { numberIds: null },
    { status: 'enabled' },
    { basicAuth: null },
  ])
    assert.equal(await change('without', path, body), 'auth.forbidden', JSON.stringify(body))
  assert.equal(await change('without', path, { status: 'disabled' }), 200)
  assert.equal(
    await change('without', path, { includeNumbers: false, url: 'https://elsewhere.example/' }),
    200,
  )
  assert.equal(await change('without', path, { includeNumbers: true }), 'auth.forbidden')
  assert.equal(await change('owner', path, { includeNumbers: true }), 200)
})

test('so it is for webhooks in the payload of iFax, which always tells numbers', async () => {
  const register = async (who: keyof typeof keys, body: object = {}) => {
    const hook = { url: 'https://hooks.example/ifax', ...body }
    const reply = await server.fetch('/v1/webhooks', json(hook, { ...as(who), accesstoken: keys[who] }))
    return (await reply.json()).status
  }
  for (const who of ['without', 'sent', 'received'] as const) assert.equal(await register(who), 0, who)
  assert.equal(await register('owner', { events: ['sent'] }), 1)
  assert.equal(await register('without', { events: ['inbound'], multipart: true }), 0)
  assert.equal(await register('without', { events: ['sent'] }), 1, 'nothing changes')
})

test('a reply that told content is not repeated to somebody who reads none, nor after an emergency is over', async () => {
  const { services } = server
  const inboundId = await receiveDistinct(services, live, 2)
  const parts = { parts: [{ pages: '1' }, { pages: '2' }] }
  const split = (headers: Record<string, string>) =>
    server.fetch(`/v2/inbound/${inboundId}/split`, json(parts, { ...headers, 'idempotency-key': 'zebra-1' }))
  const first = await (await split(as('owner'))).text()
  assert.match(first, /\+12025550170/)
  const again = await (await split(as('owner'))).text()
  assert.equal(again.replaceAll(/\+1•+70/g, '+12025550170').replaceAll(/\+1•+71/g, '+12025550171'), first)
  assert.equal(await codeOf(await split(as('without'))), 'idempotency.key_reused')

  const desk = await signedIn(server, server.scope, 'front_desk')
  const recipient = { number: '+14155550123', name: 'Clinic Okapi' }
  const add = async () => {
    const reply = await desk.browser.post('/v2/recipients', recipient, {
      ...inLive,
      'idempotency-key': 'zebra-2',
    })
    return { status: reply.status, text: await reply.text() }
  }
  const emergency = { reason: 'Patient in the emergency room', minutes: 5 }
  assert.equal((await desk.browser.post('/v2/break-glass', emergency, inLive)).status, 201)
  const told = await add()
  assert.match(told.text, /\+14155550123/)
  services.clock.jumpTo(services.clock.now() + 6 * 60_000)
  const after = await add()
  assert.deepEqual([after.status, JSON.parse(after.text).code], [422, 'idempotency.key_reused'])
})
