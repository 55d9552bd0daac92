import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { nativeFormat } from '../../src/application/webhooks/webhook-format.ts'
import { answer } from '../support/receiver.ts'
import { FORMATS, HOUR, MINUTE, type WebhookFixture, webhookFixtures } from './webhook-fixture.ts'

const fixture = await webhookFixtures()
const EXAMPLE = join(import.meta.dirname, '../../../../examples/webhook-verify/verify.mjs')

/** One event, one delivery. */
async function owed(
  overrides: Parameters<typeof fixture>[0] = {},
  more: Parameters<WebhookFixture['subscribe']>[0] = {},
) {
  const made = await fixture(overrides)
  const { webhook, secret } = await made.subscribe(more)
  const eventId = await made.happen()
  const [delivery] = await made.deliveries(webhook.id)
  return { ...made, webhook, secret, eventId, deliveryId: delivery!.id }
}

test('an event is posted once, verifies with the documented snippet and is then delivered', async () => {
  const { services, receiver, secret, eventId, deliveryId, deliver, attempts, deliveries, webhook } =
    await owed()
  await deliver(deliveryId)
  await deliver(deliveryId)
  assert.equal(receiver.posts.length, 1)
  const { headers, body } = receiver.posts[0]!
  const { verifyWebhook } = await import(pathToFileURL(EXAMPLE).href)
  verifyWebhook(secret, headers, body, services.clock.now() / 1000)
  assert.equal(headers['webhook-id'], eventId)
  assert.equal(headers['content-type'], 'application/json')
  const { createdAt, ...told } = JSON.parse(body.toString())
  assert.deepEqual(told, {
    id: eventId,
    type: 'fax.delivered',
    livemode: false,
    sequence: 0,
    data: { note: 'Zebra' },
  })
  assert.equal(new Date(createdAt).getTime(), services.clock.now())
  const [delivery] = await deliveries(webhook.id)
  assert.deepEqual(
    [delivery?.status, delivery?.attemptCount, delivery?.nextAttemptAt],
    ['delivered', 1, null],
  )
  const [attempt] = await attempts(deliveryId)
  assert.deepEqual([attempt?.responseStatus, attempt?.errorCode], [200, null])
})

test('a failing native receiver is tried again after 5 s, 5 min, 30 min …, and after 72 h the delivery has failed', async () => {
  const { services, receiver, deliveryId, deliver, deliveries, webhook } = await owed()
  receiver.behave(answer(500))
  const begun = services.clock.now()
  const waits: number[] = []
  for (;;) {
    await deliver(deliveryId)
    const [delivery] = await deliveries(webhook.id)
    if (!delivery?.nextAttemptAt) break
    assert.equal(delivery.status, 'pending')
    waits.push(delivery.nextAttemptAt.getTime() - services.clock.now())
    await services.clock.advanceTo(delivery.nextAttemptAt.getTime())
  }
  for (const [index, nominal] of [5_000, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR].entries()) {
    assert.ok(waits[index]! <= nominal && waits[index]! >= nominal * 0.9, `${waits[index]}`)
  }
  assert.ok(services.clock.now() - begun <= 72 * HOUR)
  assert.ok(services.clock.now() - begun > 48 * HOUR)
  const [delivery] = await deliveries(webhook.id)
  assert.equal(delivery?.status, 'failed')
  assert.equal(receiver.posts.length, waits.length + 1)
})

test('a retry that is not due yet posts nothing, and its job is due exactly then', async () => {
  const { services, receiver, deliveryId, deliver, deliveries, webhook } = await owed()
  receiver.behave(answer(500))
  await deliver(deliveryId)
  const [delivery] = await deliveries(webhook.id)
  const due = delivery!.nextAttemptAt!.getTime()
  assert.deepEqual(
    services.queue.waiting
      .filter((job) => job.subjectId === deliveryId && job.dueMs > 0)
      .map((job) => job.dueMs),
    [due],
  )
  await services.clock.advanceTo(due - 1)
  await deliver(deliveryId)
  assert.equal(receiver.posts.length, 1)
  await services.clock.advanceTo(due)
  await deliver(deliveryId)
  assert.equal(receiver.posts.length, 2)
})

test('429 with Retry-After slows the next attempt down', async () => {
  const { services, receiver, deliveryId, deliver, deliveries, webhook } = await owed()
  receiver.behave(answer(429, { 'retry-after': '120' }))
  await deliver(deliveryId)
  const [delivery] = await deliveries(webhook.id)
  assert.equal(delivery!.nextAttemptAt!.getTime() - services.clock.now(), 120_000)
})

test('410 disables the webhook, fails what waits for it, and tells the others', async () => {
  const { services, scope, receiver, deliveryId, subscribe, happen, deliver, deliveries, webhook } =
    await owed()
  const other = await subscribe({ eventTypes: ['webhook.disabled'] })
  await happen()
  receiver.behave(answer(410))
  await deliver(deliveryId)
  const posted = receiver.posts.length
  assert.ok((await deliveries(webhook.id)).every((delivery) => delivery.status === 'failed'))
  for (const { id } of await deliveries(webhook.id)) await deliver(id)
  assert.equal(receiver.posts.length, posted)
  const held = await services.store.asAccount(scope, (tx) => tx.webhooks.get(webhook.id))
  assert.deepEqual([held?.status, held?.disabledReason], ['disabled', 'receiver_gone'])
  receiver.behave(answer(204))
  const [notice] = await deliveries(other.webhook.id)
  await deliver(notice!.id)
  const told = JSON.parse(receiver.posts.at(-1)!.body.toString())
  assert.deepEqual([told.type, told.data.webhookId], ['webhook.disabled', webhook.id])
})

test('a redirect is not followed: it is a failure like any other', async () => {
  const { receiver, deliveryId, deliver, attempts, deliveries, webhook } = await owed()
  receiver.behave(answer(302, { location: receiver.url.replace('/hook', '/elsewhere') }))
  await deliver(deliveryId)
  assert.deepEqual(
    receiver.posts.map((post) => post.path),
    ['/hook'],
  )
  const [attempt] = await attempts(deliveryId)
  assert.deepEqual([attempt?.responseStatus, attempt?.errorCode], [302, 'redirect_refused'])
  assert.equal((await deliveries(webhook.id))[0]?.status, 'pending')
})

test('a receiver that hangs is given up after the time limit', async () => {
  const { receiver, deliveryId, deliver, attempts, deliveries, webhook } = await owed()
  receiver.behave(() => undefined)
  await deliver(deliveryId, { ...FORMATS, native: { ...nativeFormat, timeoutMs: 150 } })
  const [attempt] = await attempts(deliveryId)
  assert.deepEqual([attempt?.responseStatus, attempt?.errorCode], [null, 'timeout'])
  assert.equal((await deliveries(webhook.id))[0]?.status, 'pending')
})

test('a receiver that breaks off in the middle of its answer did not acknowledge', async () => {
  const { receiver, deliveryId, deliver, attempts, deliveries, webhook } = await owed()
  receiver.behave((response) => {
    response.writeHead(200, { 'content-length': '100' })
    response.write('half')
    setTimeout(() => response.destroy(), 20)
  })
  await deliver(deliveryId)
  const [attempt] = await attempts(deliveryId)
  assert.deepEqual([attempt?.responseStatus, attempt?.errorCode], [null, 'protocol'])
  assert.equal((await deliveries(webhook.id))[0]?.status, 'pending')
})

test('an answer of any size acknowledges, and nothing of it is kept', async () => {
  const { services, receiver, deliveryId, deliver, deliveries, webhook } = await owed()
  receiver.behave((response) => response.writeHead(200).end('Test Patient Zebra'.repeat(20_000)))
  await deliver(deliveryId)
  assert.equal((await deliveries(webhook.id))[0]?.status, 'delivered')
  assert.doesNotMatch(services.logText(), /Zebra/)
})

test('two workers with the same delivery make one post', async () => {
  const { receiver, deliveryId, deliver } = await owed()
  receiver.behave((response) => setTimeout(() => response.writeHead(200).end(), 100))
  await Promise.all([deliver(deliveryId), deliver(deliveryId), deliver(deliveryId)])
  assert.equal(receiver.posts.length, 1)
})

test('a receiver that hangs holds four workers and no more, and each post that ends lets the next one in', async () => {
  const { services, receiver, subscribe, happen, deliver, deliveries } = await fixture()
  const { webhook } = await subscribe()
  for (let count = 0; count < 7; count += 1) await happen()
  const ids = (await deliveries(webhook.id)).map((delivery) => delivery.id)
  const waiting: (() => void)[] = []
  receiver.behave((response) => waiting.push(() => response.writeHead(200).end()))
  let turnedAway = 0
  const posts = ids.map((id) =>
    deliver(id).then(() => {
      turnedAway += 1
    }),
  )
  while (turnedAway < 3 || waiting.length < 4) await new Promise((resolve) => setTimeout(resolve, 5))
  assert.equal(receiver.posts.length, 4)
  await services.clock.advance(2_000)
  services.queue.waiting.length = 0
  receiver.behave(answer(200))
  for (const release of waiting) release()
  await Promise.all(posts)
  assert.ok(services.queue.waiting.length > 0)
  services.queue.handlers.set('deliver-webhook', (job) => deliver(job.subjectId))
  await services.runDue()
  assert.equal(receiver.posts.length, 7)
  assert.ok((await deliveries(webhook.id)).every((delivery) => delivery.status === 'delivered'))
})

test('a worker that died after its post leaves the delivery to another, which repeats it with the same webhook-id', async () => {
  const { services, scope, receiver, deliveryId, eventId, deliver, deliveries, webhook } = await owed()
  const dies = {
    request: async () => {
      await fetch(receiver.url, { method: 'POST', headers: { 'webhook-id': eventId } })
      throw new Error('the process ended here')
    },
    check: async () => undefined,
  }
  const { deliverWebhook } = await import('../../src/application/webhooks/deliver-webhook.ts')
  await assert.rejects(deliverWebhook({ ...services, httpOut: dies }, FORMATS, scope, deliveryId))
  await deliver(deliveryId)
  assert.equal(receiver.posts.length, 1, 'its lease still runs')
  const overdue = () =>
    services.store.asSystem((tx) => tx.due.deliveries(new Date(services.clock.now()), 1_000))
  assert.ok(!(await overdue()).some((due) => due.id === deliveryId))
  await services.clock.advance(31_000)
  assert.ok((await overdue()).some((due) => due.id === deliveryId))
  await deliver(deliveryId)
  assert.deepEqual(
    receiver.posts.map((post) => post.headers['webhook-id']),
    [eventId, eventId],
  )
  assert.equal((await deliveries(webhook.id))[0]?.status, 'delivered')
})

test('a worker that outlived its lease changes nothing of what its successor recorded', async () => {
  const { services, scope, receiver, deliveryId, deliver, deliveries, attempts, webhook } = await owed()
  const slow = {
    request: async () => {
      await services.clock.advance(31_000)
      await deliver(deliveryId)
      return { status: 500, headers: {}, body: Buffer.alloc(0), url: receiver.url }
    },
    check: async () => undefined,
  }
  const { deliverWebhook } = await import('../../src/application/webhooks/deliver-webhook.ts')
  await deliverWebhook({ ...services, httpOut: slow }, FORMATS, scope, deliveryId)
  assert.equal((await deliveries(webhook.id))[0]?.status, 'delivered')
  assert.equal((await attempts(deliveryId)).length, 1)
})
