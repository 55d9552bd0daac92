import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createHttpOut } from '../../src/adapters/http-out/http-out.ts'
import { changeWebhook } from '../../src/application/webhooks/change-webhook.ts'
import { deleteWebhook } from '../../src/application/webhooks/delete-webhook.ts'
import { pingWebhook } from '../../src/application/webhooks/ping-webhook.ts'
import { getWebhook } from '../../src/application/webhooks/read-webhooks.ts'
import { rotateWebhookSecret } from '../../src/application/webhooks/rotate-webhook-secret.ts'
import { Problem } from '../../src/domain/problem/problem.ts'
import { signatureHeaders } from '../../src/domain/webhooks/webhook-signature.ts'
import type { Scope } from '../../src/ports/store/scope.ts'
import { ACTOR, TEST_POLICY } from '../support/services.ts'
import { HOUR, webhookFixtures } from './webhook-fixture.ts'

const fixture = await webhookFixtures()

const refusedFor = (field: string) => (error: unknown) =>
  error instanceof Problem && error.code === 'webhook.url_refused' && error.field === field

test('addresses that are not public, or not https, or carry a password are refused when the webhook is made', async () => {
  const resolve = async (name: string) => (name === 'rebind.example' ? ['10.0.0.7'] : ['93.184.216.34'])
  const { subscribe } = await fixture({ httpOut: createHttpOut({ resolve }) })
  const bad = [
    'not a url',
    'ftp://hooks.example/x',
    'http://hooks.example/x',
    'https://user:secret@hooks.example/x',
    'https://hooks.example/x#part',
    'https://rebind.example/x',
    'https://10.1.2.3/x',
    'https://169.254.169.254/latest/meta-data',
    'https://[fd00::1]/x',
    'https://[::ffff:10.0.0.1]/x',
    'https://2130706433.example@10.0.0.1/',
    `https://hooks.example/${'x'.repeat(2_048)}`,
  ]
  for (const url of bad) await assert.rejects(subscribe({ url }), refusedFor('url'), url)
  const { webhook } = await subscribe({ url: 'https://hooks.example/x' })
  assert.equal(webhook.url, 'https://hooks.example/x')
})

test('loopback is taken with a test key while the server allows it, never with a live key', async () => {
  const { services, scope, receiver, subscribe } = await fixture()
  await subscribe()
  const live: Scope = { ...scope, mode: 'live' }
  const { createWebhook } = await import('../../src/application/webhooks/create-webhook.ts')
  const wanted = { url: receiver.url, dialect: 'native', eventTypes: [] } as const
  await assert.rejects(createWebhook(services, live, ACTOR, wanted), refusedFor('url'))
  const strict = { ...services, policy: { ...TEST_POLICY, loopbackWebhooks: false } }
  await assert.rejects(createWebhook(strict, scope, ACTOR, wanted), refusedFor('url'))
  const listed = { ...services, policy: { ...TEST_POLICY, allowedPrivateHosts: ['127.0.0.0/8'] } }
  await createWebhook(listed, live, ACTOR, wanted)
})

test('a name that comes to mean a private address after the webhook was made is not posted to', async () => {
  let address = '93.184.216.34'
  const { subscribe, happen, deliver, deliveries, attempts } = await fixture({
    httpOut: createHttpOut({ resolve: async () => [address] }),
  })
  const { webhook } = await subscribe({ url: 'https://hooks.example/x' })
  await happen()
  address = '192.168.1.1'
  const [delivery] = await deliveries(webhook.id)
  await deliver(delivery!.id)
  const [attempt] = await attempts(delivery!.id)
  assert.deepEqual([attempt?.responseStatus, attempt?.errorCode], [null, 'address_refused'])
})

test('after a rotation posts carry both signatures until the overlap ends, then the new one alone', async () => {
  const { services, scope, receiver, subscribe, happen, deliver, deliveries } = await fixture()
  const { webhook, secret: old } = await subscribe()
  const { secret: fresh } = await rotateWebhookSecret(services, scope, ACTOR, webhook.id, 24)
  assert.notEqual(fresh, old)
  const signatures = async () => {
    await happen()
    await deliver((await deliveries(webhook.id))[0]!.id)
    const { headers, body } = receiver.posts.at(-1)!
    const message = {
      id: String(headers['webhook-id']),
      timestamp: Number(headers['webhook-timestamp']),
      body,
    }
    const by = (secret: string) => signatureHeaders(message, [secret])['webhook-signature']
    return { sent: String(headers['webhook-signature']).split(' '), expected: [by(fresh), by(old)] }
  }
  const during = await signatures()
  assert.deepEqual(during.sent, during.expected)
  await services.clock.advance(24 * HOUR)
  const afterwards = await signatures()
  assert.deepEqual(afterwards.sent, [afterwards.expected[0]])
})

test('numbers are told only to a subscription that asks for them, and the document and cover never', async () => {
  const { receiver, subscribe, fax, deliver, deliveries } = await fixture()
  const thin = await subscribe({ eventTypes: ['fax.delivered'] })
  const full = await subscribe({ eventTypes: ['fax.delivered'], includeNumbers: true })
  await fax()
  await deliver((await deliveries(thin.webhook.id))[0]!.id)
  await deliver((await deliveries(full.webhook.id))[0]!.id)
  const [bare, numbered] = receiver.posts.map((post) => post.body.toString())
  assert.doesNotMatch(bare!, /202555|zebra/i)
  const { to, from } = JSON.parse(numbered!).data
  assert.deepEqual([to, from], ['+12025550100', '+12025550199'])
  assert.doesNotMatch(numbered!, /zebra/i)
})

test('each fax tells its events in a sequence without gaps, to those who subscribed to them', async () => {
  const { receiver, subscribe, fax, deliver, deliveries } = await fixture()
  const all = await subscribe()
  const some = await subscribe({ eventTypes: ['fax.delivered'] })
  const accepted = await fax()
  for (const { id } of await deliveries(all.webhook.id)) await deliver(id)
  const told = receiver.posts
    .map((post) => JSON.parse(post.body.toString()))
    .filter((event) => event.data.faxId === accepted.id)
    .sort((a, b) => a.sequence - b.sequence)
  assert.deepEqual(
    told.map((event) => event.sequence),
    told.map((_, index) => index + 1),
  )
  assert.equal(told[0].type, 'fax.queued')
  assert.equal(told.at(-1).type, 'fax.delivered')
  assert.equal((await deliveries(some.webhook.id)).length, 1)
})

test('a ping goes to the one webhook it is for, whatever that one subscribed to', async () => {
  const { services, scope, receiver, subscribe, deliver, deliveries } = await fixture()
  const pinged = await subscribe({ eventTypes: ['fax.failed'] })
  const other = await subscribe()
  for (const round of [1, 2]) {
    const { deliveryId } = await pingWebhook(services, scope, ACTOR, pinged.webhook.id)
    await deliver(deliveryId)
    assert.equal(receiver.posts.length, round)
  }
  assert.equal(JSON.parse(receiver.posts[0]!.body.toString()).type, 'webhook.ping')
  assert.deepEqual(await deliveries(other.webhook.id), [])
})

test('a webhook that is disabled gets nothing; enabled again it gets what happens from then on', async () => {
  const { services, scope, receiver, subscribe, happen, deliver, deliveries } = await fixture()
  const { webhook } = await subscribe()
  await happen()
  await changeWebhook(services, scope, ACTOR, webhook.id, { status: 'disabled' })
  await happen()
  const [missed] = await deliveries(webhook.id)
  assert.deepEqual([(await deliveries(webhook.id)).length, missed?.status], [1, 'failed'])
  await deliver(missed!.id)
  assert.equal(receiver.posts.length, 0)
  await changeWebhook(services, scope, ACTOR, webhook.id, { status: 'enabled' })
  await happen()
  await deliver((await deliveries(webhook.id))[0]!.id)
  assert.equal(receiver.posts.length, 1)
})

test('another account, and the other mode, see nothing of a webhook', async () => {
  const { services, scope, subscribe } = await fixture()
  const { webhook } = await subscribe()
  const stranger = await services.addAccount()
  const notFound = (error: unknown) => error instanceof Problem && error.code === 'webhook.not_found'
  for (const other of [stranger, { ...scope, mode: 'live' } as const]) {
    await assert.rejects(getWebhook(services, other, webhook.id), notFound)
    await assert.rejects(deleteWebhook(services, other, ACTOR, webhook.id), notFound)
    await assert.rejects(rotateWebhookSecret(services, other, ACTOR, webhook.id, 0), notFound)
    await assert.rejects(changeWebhook(services, other, ACTOR, webhook.id, { status: 'disabled' }), notFound)
  }
})

test('every change to a webhook leaves one audit entry, and none of them holds its address or a secret', async () => {
  const { services, scope, receiver, subscribe } = await fixture()
  const { webhook } = await subscribe()
  await changeWebhook(services, scope, ACTOR, webhook.id, { url: `${receiver.url}/token-zebra` })
  await rotateWebhookSecret(services, scope, ACTOR, webhook.id, 1)
  await pingWebhook(services, scope, ACTOR, webhook.id)
  await changeWebhook(services, scope, ACTOR, webhook.id, { status: 'disabled' })
  await deleteWebhook(services, scope, ACTOR, webhook.id)
  const entries = await services.store.asAccount(scope, (tx) =>
    tx.audit.list({ subjectId: webhook.id, limit: 100 }),
  )
  assert.deepEqual(
    entries.map((entry) => entry.action),
    [
      'webhook.created',
      'webhook.changed',
      'webhook.secret_rotated',
      'webhook.pinged',
      'webhook.disabled',
      'webhook.deleted',
    ],
  )
  assert.doesNotMatch(JSON.stringify(entries) + services.logText(), /127\.0\.0\.1|zebra|whsec_/)
})
