import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answer } from '../support/receiver.ts'
import { MINUTE, webhookFixtures } from './webhook-fixture.ts'

const fixture = await webhookFixtures()
/** The guide's fields, and those beyond them. */
const KEYS = [
  'code',
  'direction',
  'faxCallEnd',
  'faxCallLength',
  'faxCallStart',
  'faxStatus',
  'faxTotalPages',
  'faxTransferredPages',
  'fromNumber',
  'jobId',
  'message',
  'retryAttempt',
  'success',
  'toNumber',
]

test('an iFax webhook hears of the end of a fax and of nothing before it, in the guide’s payload', async () => {
  const { services, receiver, subscribe, fax, deliver, deliveries } = await fixture()
  const { webhook } = await subscribe({ dialect: 'ifax' })
  const accepted = await fax()
  const owed = await deliveries(webhook.id)
  assert.equal(owed.length, 1)
  await deliver(owed[0]!.id)
  const { headers, body } = receiver.posts[0]!
  const told = JSON.parse(body.toString())
  assert.deepEqual(Object.keys(told).sort(), KEYS)
  const { faxCallStart, faxCallEnd, faxCallLength, faxTotalPages, ...rest } = told
  assert.deepEqual(rest, {
    direction: 'sent',
    jobId: accepted.jobId,
    fromNumber: '+12025550199',
    toNumber: '+12025550100',
    faxTransferredPages: faxTotalPages,
    faxStatus: 'delivered',
    success: true,
    message: 'NORMAL_CLEARING',
    code: 0,
    retryAttempt: 0,
  })
  assert.ok(faxTotalPages > 0)
  for (const number of [faxCallStart, faxCallEnd, faxCallLength]) assert.ok(Number.isInteger(number))
  assert.ok(faxCallEnd >= faxCallStart && Math.abs(faxCallEnd - services.clock.now() / 1000) < 60)
  assert.match(String(headers['webhook-signature']), /^v1,/)
})

test('its retries follow after 5, 10, 20, 30 and 60 minutes; then the delivery has visibly failed', async () => {
  const { services, receiver, subscribe, fax, deliver, deliveries } = await fixture()
  const { webhook } = await subscribe({ dialect: 'ifax' })
  await fax()
  receiver.behave(answer(503))
  const waits: number[] = []
  for (;;) {
    const [delivery] = await deliveries(webhook.id)
    await deliver(delivery!.id)
    const [after] = await deliveries(webhook.id)
    if (!after?.nextAttemptAt) break
    waits.push((after.nextAttemptAt.getTime() - services.clock.now()) / MINUTE)
    await services.clock.advanceTo(after.nextAttemptAt.getTime())
  }
  assert.deepEqual(waits, [5, 10, 20, 30, 60])
  assert.deepEqual(
    receiver.posts.map((post) => JSON.parse(post.body.toString()).retryAttempt),
    [0, 1, 2, 3, 4, 5],
  )
  assert.equal(new Set(receiver.posts.map((post) => post.headers['webhook-id'])).size, 1)
  const [delivery] = await deliveries(webhook.id)
  assert.deepEqual([delivery?.status, delivery?.attemptCount], ['failed', 6])
})

test('a fax to a busy line is told as failed, 263 USER_BUSY', async () => {
  const { services, receiver, subscribe, fax, deliver, deliveries } = await fixture()
  const { webhook } = await subscribe({ dialect: 'ifax' })
  await fax('+12025550101')
  await services.runFor(24 * 3_600_000)
  const [delivery] = await deliveries(webhook.id)
  await deliver(delivery!.id)
  const told = JSON.parse(receiver.posts[0]!.body.toString())
  assert.deepEqual(
    [told.faxStatus, told.success, told.code, told.message, told.faxTransferredPages],
    ['failed', false, 263, 'USER_BUSY', 0],
  )
})

test('Basic Auth set on the subscription comes with each post and is not stored in the clear', async () => {
  const { services, scope, receiver, subscribe, fax, deliver, deliveries } = await fixture()
  const basicAuth = { username: 'clinic', password: 'zebra-password' }
  const { webhook } = await subscribe({ dialect: 'ifax', basicAuth })
  assert.equal(webhook.hasBasicAuth, true)
  await fax()
  await deliver((await deliveries(webhook.id))[0]!.id)
  const expected = `Basic ${Buffer.from('clinic:zebra-password').toString('base64')}`
  assert.equal(receiver.posts[0]!.headers.authorization, expected)
  const row = await services.store.asAccount(scope, (tx) => tx.webhooks.get(webhook.id))
  assert.ok(!Buffer.concat([row!.basicAuthSealed!, row!.urlSealed]).includes('zebra-password'))
  assert.ok(!row!.urlSealed.includes('127.0.0.1'))
})
