import assert from 'node:assert/strict'
import { test } from 'node:test'
import { INBOUND_EVENTS, SENT_EVENTS } from '../../src/adapters/ifax/webhook-format.ts'
import { writeFaxPdf } from '../../src/adapters/web/fax-pdf.ts'
import { readReceivedPages } from '../../src/application/inbox/read-received.ts'
import { triggerTestEvent } from '../../src/application/test-mode/trigger-test-event.ts'
import { signatureHeaders } from '../../src/domain/webhooks/webhook-signature.ts'
import { beginFax, CALLER, receiveFax } from '../support/received-faxes.ts'
import { answer, type ReceivedPost } from '../support/receiver.ts'
import { ACTOR } from '../support/services.ts'
import { type WebhookFixture, webhookFixtures } from './webhook-fixture.ts'

const fixture = await webhookFixtures()
const TO = '+12025550123'
const IFAX = { dialect: 'ifax', eventTypes: INBOUND_EVENTS } as const

/** Posts what is owed, and returns the first post. */
async function postOf({ receiver, deliveries, deliver }: WebhookFixture, webhookId: string) {
  const owed = await deliveries(webhookId)
  assert.equal(owed.length, 1)
  await deliver(owed[0]!.id)
  return receiver.posts.at(-1)!
}

/** As a receiver reads it. */
async function formOf({ headers, body }: ReceivedPost): Promise<FormData> {
  const contentType = headers['content-type']!
  return new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData()
}

test('an iFax webhook hears of a received fax when it has come in, in iFax’s own keys', async () => {
  const made = await fixture()
  const { services, scope, subscribe, deliveries } = made
  const { webhook } = await subscribe(IFAX)
  const coming = await beginFax(services, scope, { to: TO, pages: 2 })
  assert.deepEqual(await deliveries(webhook.id), [])
  const received = await coming.end()
  const { headers, body } = await postOf(made, webhook.id)
  assert.equal(headers['content-type'], 'application/json')
  const { faxCallStart, faxCallEnd, faxCallLength, ...told } = JSON.parse(body.toString())
  assert.deepEqual(told, {
    direction: 'inbound',
    jobId: received.jobId,
    transactionId: received.transactionId,
    faxTotalPages: 2,
    faxReceivedPages: 2,
    faxTransferredPages: 2,
    faxStatus: 'received',
    success: true,
    fromNumber: CALLER,
    toNumber: TO,
    code: 0,
    message: 'NORMAL_CLEARING',
  })
  for (const number of [faxCallStart, faxCallEnd, faxCallLength]) assert.ok(Number.isInteger(number))
})

test('a fax that was cut off is told with the pages that came, and one without a page is not', async () => {
  const made = await fixture()
  const { services, scope, subscribe } = made
  const { webhook } = await subscribe(IFAX)
  await receiveFax(services, scope, { to: TO, pages: 0, disposition: 'no_fax_tone' })
  await receiveFax(services, scope, { to: TO, pages: 3, disposition: 'call_dropped' })
  const told = JSON.parse((await postOf(made, webhook.id)).body.toString())
  assert.deepEqual([told.faxStatus, told.faxReceivedPages, told.code], ['received', 3, 900006])
  assert.match(told.message, /partial, 3 pages/)
})

test('a retry carries its number, the first post does not', async () => {
  const made = await fixture()
  const { services, scope, receiver, subscribe, deliveries, deliver } = made
  const { webhook } = await subscribe(IFAX)
  await receiveFax(services, scope, { to: TO })
  receiver.behave(answer(503))
  for (let post = 0; post < 3; post += 1) {
    const [delivery] = await deliveries(webhook.id)
    await services.clock.advanceTo(Math.max(services.clock.now(), delivery!.nextAttemptAt!.getTime()))
    await deliver(delivery!.id)
  }
  const numbers = receiver.posts.map(({ body }) => JSON.parse(body.toString()).retryAttempt)
  assert.deepEqual(numbers, [undefined, 1, 2])
})

test('a subscription to forms gets the fields and the PDF that a download has, signed as it stands', async () => {
  const made = await fixture()
  const { services, scope, subscribe } = made
  const { webhook, secret } = await subscribe({ ...IFAX, multipart: true })
  const received = await receiveFax(services, scope, { to: TO, pages: 2 })
  const post = await postOf(made, webhook.id)
  const { headers, body } = post
  assert.match(String(headers['content-type']), /^multipart\/form-data; boundary=/)
  const message = { id: String(headers['webhook-id']), timestamp: Number(headers['webhook-timestamp']), body }
  assert.equal(headers['webhook-signature'], signatureHeaders(message, [secret])['webhook-signature'])
  const form = await formOf(post)
  const read = (name: string) => form.get(name)
  assert.deepEqual(
    [
      read('direction'),
      read('jobId'),
      read('transactionId'),
      read('success'),
      read('toNumber'),
      read('code'),
    ],
    ['inbound', String(received.jobId), String(received.transactionId), 'true', TO, '0'],
  )
  const file = read('filename')
  assert.ok(file instanceof Blob)
  assert.deepEqual([file.name, file.type], [`${received.jobId}.pdf`, 'application/pdf'])
  const pages = await readReceivedPages(services, scope, ACTOR, received.id)
  const pdf = writeFaxPdf(received.id, pages)
  assert.deepEqual(Buffer.from(await file.arrayBuffer()), Buffer.from(pdf))
  const audit = await services.store.asAccount(scope, (tx) =>
    tx.audit.list({ subjectId: received.id, limit: 100 }),
  )
  const reads = audit.filter(({ action }) => action === 'inbound.content.read')
  assert.deepEqual(reads.map(({ detail }) => detail.webhookId).filter(Boolean), [webhook.id])
})

test('pages that cannot be read do not keep the news from the receiver', async () => {
  const made = await fixture()
  const { services, scope, subscribe } = made
  const { webhook } = await subscribe({ ...IFAX, multipart: true })
  const received = await receiveFax(services, scope, { to: TO })
  const [page] = await services.store.asAccount(scope, (tx) => tx.receivedPages.list(received.id))
  const document = await services.store.asAccount(scope, (tx) => tx.documents.get(page!.documentId))
  await services.blobs.delete(document!.blobKey)
  const form = await formOf(await postOf(made, webhook.id))
  assert.deepEqual([form.get('jobId'), form.get('filename')], [String(received.jobId), null])
  assert.match(services.logText(), /webhook\.pages_unreadable/)
})

test('neither do pages that are too many for one post, which says how many there are', async () => {
  const made = await fixture()
  const { services, scope, subscribe } = made
  const { webhook } = await subscribe({ ...IFAX, multipart: true })
  await receiveFax(services, scope, { to: TO, pages: 3, t6: new Uint8Array(6 * 1024 * 1024) })
  const post = await postOf(made, webhook.id)
  assert.ok(post.body.length < 10_000)
  const form = await formOf(post)
  assert.deepEqual([form.get('faxReceivedPages'), form.get('filename')], ['3', null])
})

test('what a subscription to forms hears of sent faxes stays JSON', async () => {
  const made = await fixture()
  const { webhook } = await made.subscribe({ dialect: 'ifax', multipart: true })
  await made.fax()
  const { headers, body } = await postOf(made, webhook.id)
  assert.equal(headers['content-type'], 'application/json')
  assert.equal(JSON.parse(body.toString()).direction, 'sent')
})

test('a triggered sample of each event reaches a receiver of iFax’s payload, about a fax that nobody has', async () => {
  const made = await fixture()
  const { services, scope, receiver, subscribe, deliveries, deliver } = made
  const { webhook } = await subscribe({ dialect: 'ifax', eventTypes: [...SENT_EVENTS, ...INBOUND_EVENTS] })
  for (const type of [...SENT_EVENTS, ...INBOUND_EVENTS]) {
    await services.clock.advance(1)
    await triggerTestEvent(services, scope, ACTOR, type)
  }
  for (const { id } of (await deliveries(webhook.id)).toReversed()) await deliver(id)
  const told = receiver.posts.map(({ body }) => JSON.parse(body.toString()))
  assert.deepEqual(
    told.map(({ direction, jobId, faxStatus }) => [direction, jobId, faxStatus]),
    [
      ['sent', 0, 'delivered'],
      ['sent', 0, 'failed'],
      ['sent', 0, 'failed'],
      ['sent', 0, 'canceled'],
      ['sent', 0, 'failed'],
      ['sent', 0, 'failed'],
      ['inbound', 0, 'received'],
      ['inbound', 0, 'received'],
    ],
  )
})
