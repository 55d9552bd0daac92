import assert from 'node:assert/strict'
import { test } from 'node:test'
import { replayDelivery, replayRange } from '../../src/application/webhooks/replay-deliveries.ts'
import { Problem } from '../../src/domain/problem/problem.ts'
import { answer } from '../support/receiver.ts'
import { ACTOR } from '../support/services.ts'
import { HOUR, MINUTE, webhookFixtures } from './webhook-fixture.ts'

const fixture = await webhookFixtures()

test('a replay posts the same event with the same webhook-id', async () => {
  const { services, scope, receiver, subscribe, happen, deliver, deliveries, attempts } = await fixture()
  const { webhook } = await subscribe()
  const eventId = await happen()
  const [delivery] = await deliveries(webhook.id)
  await deliver(delivery!.id)
  await replayDelivery(services, scope, ACTOR, delivery!.id)
  await deliver(delivery!.id)
  assert.deepEqual(
    receiver.posts.map((post) => post.headers['webhook-id']),
    [eventId, eventId],
  )
  assert.deepEqual(receiver.posts[0]!.body, receiver.posts[1]!.body)
  assert.deepEqual(
    (await attempts(delivery!.id)).map((attempt) => attempt.number),
    [1, 2],
  )
})

test('a failed delivery that is replayed has its whole retry schedule again', async () => {
  const { services, scope, receiver, subscribe, fax, deliver, deliveries } = await fixture()
  const { webhook } = await subscribe({ dialect: 'ifax' })
  await fax()
  receiver.behave(answer(500))
  const one = async () => (await deliveries(webhook.id))[0]!
  while ((await one()).nextAttemptAt) {
    await services.clock.advanceTo(Math.max(services.clock.now(), (await one()).nextAttemptAt!.getTime()))
    await deliver((await one()).id)
  }
  assert.equal((await one()).status, 'failed')
  await replayDelivery(services, scope, ACTOR, (await one()).id)
  await deliver((await one()).id)
  const replayed = await one()
  assert.deepEqual([replayed.status, replayed.attemptCount], ['pending', 7])
  assert.equal(replayed.nextAttemptAt!.getTime() - services.clock.now(), 5 * MINUTE)
  assert.equal(JSON.parse(receiver.posts.at(-1)!.body.toString()).retryAttempt, 0)
})

test('a range replays what happened within it and was subscribed to, also from before the webhook was made', async () => {
  const { services, scope, receiver, subscribe, happen, deliver, deliveries } = await fixture()
  await happen()
  await services.clock.advance(HOUR)
  const from = new Date(services.clock.now())
  const wanted = [await happen(), await happen()]
  await services.clock.advance(HOUR)
  const to = new Date(services.clock.now())
  await happen()
  const { webhook } = await subscribe({ eventTypes: ['fax.delivered'] })
  const unwanted = await subscribe({ eventTypes: ['fax.failed'] })
  assert.deepEqual(await replayRange(services, scope, ACTOR, webhook.id, { from, to }), {
    count: 2,
    more: false,
  })
  assert.equal(
    (await replayRange(services, scope, ACTOR, unwanted.webhook.id, { from, to: undefined })).count,
    0,
  )
  for (const { id } of await deliveries(webhook.id)) await deliver(id)
  assert.deepEqual(receiver.posts.map((post) => String(post.headers['webhook-id'])).sort(), wanted.sort())
})

test('a range that ends before it begins, and a disabled webhook, are refused', async () => {
  const { services, scope, subscribe, happen, deliver, deliveries, receiver } = await fixture()
  const { webhook } = await subscribe()
  await happen()
  const now = new Date(services.clock.now())
  const refused = (field: string | undefined) => (error: unknown) =>
    error instanceof Problem && error.code === 'request.invalid' && error.field === field
  await assert.rejects(replayRange(services, scope, ACTOR, webhook.id, { from: now, to: now }), refused('to'))
  receiver.behave(answer(410))
  const [delivery] = await deliveries(webhook.id)
  await deliver(delivery!.id)
  await assert.rejects(replayDelivery(services, scope, ACTOR, delivery!.id), refused(undefined))
})
