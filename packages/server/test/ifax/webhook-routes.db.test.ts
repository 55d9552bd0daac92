import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { ifaxFormat } from '../../src/adapters/ifax/webhook-format.ts'
import { deliverWebhook } from '../../src/application/webhooks/deliver-webhook.ts'
import { nativeFormat } from '../../src/application/webhooks/webhook-format.ts'
import { signatureHeaders } from '../../src/domain/webhooks/webhook-signature.ts'
import { testIFaxServer } from '../support/ifax-server.ts'
import { markedPdf } from '../support/marked-pages.ts'
import { startReceiver } from '../support/receiver.ts'

const server = await testIFaxServer()
const { call, services } = server
const receiver = await startReceiver()
after(() => receiver.close())
services.queue.handlers.set('deliver-webhook', (job) =>
  deliverWebhook(services, { native: nativeFormat, ifax: ifaxFormat }, job.scope, job.subjectId),
)

test('the guide’s two lines, a webhook and a fax, end in one signed post about it', async () => {
  const made = await call('/v1/webhooks', { url: receiver.url })
  assert.deepEqual([made.status, made.data.url, made.data.status], [1, receiver.url, 'ACTIVE'])
  const faxData = [{ fileName: 'a.pdf', fileData: markedPdf(3, 'told').toString('base64') }]
  const { jobId } = await call('/v1/customer/fax-send', { faxNumber: '+12025550100', faxData })
  await services.runFor(60_000)
  assert.equal(receiver.posts.length, 1)
  const { headers, body } = receiver.posts[0]!
  const told = JSON.parse(body.toString())
  assert.deepEqual([told.direction, told.jobId, told.faxStatus], ['sent', jobId, 'delivered'])
  const message = { id: String(headers['webhook-id']), timestamp: Number(headers['webhook-timestamp']), body }
  assert.equal(
    headers['webhook-signature'],
    signatureHeaders(message, [made.data.secret])['webhook-signature'],
  )
})

test('registering the same address at every start is one subscription, and its secret is told once', async () => {
  const url = `${receiver.url}/again`
  const first = await call('/v1/webhooks', { url })
  const second = await call('/v1/webhooks', { url })
  assert.equal(second.data.id, first.data.id)
  assert.ok(first.data.secret && !('secret' in second.data))
  const list = await call('/v1/webhooks', {}, {}, 'GET')
  assert.equal(list.data.filter((webhook: { url: string }) => webhook.url === url).length, 1)
  assert.doesNotMatch(JSON.stringify(list), /whsec_/)
})

test('a webhook is deleted by its id or its url, in the path, the query or the body', async () => {
  const make = async (name: string) => (await call('/v1/webhooks', { url: `${receiver.url}/${name}` })).data
  const gone = async (id: string) => {
    const { data } = await call('/v1/webhooks', {}, {}, 'GET')
    return !data.some((webhook: { id: string }) => webhook.id === id)
  }
  const byPath = await make('1')
  assert.equal((await call(`/v1/webhooks/${byPath.id}`, {}, {}, 'DELETE')).status, 1)
  const byBody = await make('2')
  assert.equal((await call('/v1/webhooks', { url: byBody.url }, {}, 'DELETE')).status, 1)
  const byQuery = await make('3')
  assert.equal((await call(`/v1/webhooks?id=${byQuery.id}`, {}, {}, 'DELETE')).status, 1)
  for (const { id } of [byPath, byBody, byQuery]) assert.ok(await gone(id))
  const again = await call(`/v1/webhooks/${byPath.id}`, {}, {}, 'DELETE')
  assert.deepEqual([again.status, again.code], [0, 900150])
  assert.equal((await call('/v1/webhooks', {}, {}, 'DELETE')).code, 900121)
})

test('an address that may not be posted to, and a field that cannot be, are refused by field', async () => {
  const refused = async (body: object) => {
    const { status, code, field } = await call('/v1/webhooks', body)
    return [status, code, field]
  }
  assert.deepEqual(await refused({ url: 'https://10.0.0.1/hook' }), [0, 900151, 'url'])
  assert.deepEqual(await refused({ url: 'hook' }), [0, 900151, 'url'])
  assert.deepEqual(await refused({}), [0, 900121, 'url'])
  for (const events of [
    ['weather'],
    ['sent', 'weather'],
    'weather',
    7,
    [['sent']],
    Array(100).fill('sent'),
  ]) {
    assert.deepEqual(await refused({ url: receiver.url, events }), [0, 900120, 'events'])
  }
  const auth = { username: 'a:b', password: 'c' }
  assert.deepEqual(await refused({ url: `${receiver.url}/x`, auth }), [0, 900120, 'auth'])
  assert.deepEqual(await refused({ url: `${receiver.url}/x`, secret: 'short' }), [0, 900120, 'secret'])
})

test('a secret of the client’s own and Basic Auth are taken', async () => {
  const secret = 'zebra-zebra-zebra-zebra-zebra'
  const made = await call('/v1/webhooks', {
    url: `${receiver.url}/own`,
    secret,
    events: ['sent'],
    auth: { username: 'clinic', password: 'zebra' },
  })
  assert.deepEqual([made.status, made.data.basicAuth, made.data.events], [1, true, ['sent']])
  assert.equal(made.data.secret, `whsec_${Buffer.from(secret).toString('base64')}`)
  assert.ok(!JSON.stringify(made.data).includes('clinic'))
})

test('a subscription is to faxes sent and received unless it names one of them', async () => {
  const eventsOf = async (name: string, events?: unknown) => {
    const body = { url: `${receiver.url}/${name}`, ...(events === undefined ? {} : { events }) }
    return (await call('/v1/webhooks', body)).data.events
  }
  assert.deepEqual(await eventsOf('both'), ['sent', 'inbound'])
  assert.deepEqual(await eventsOf('none', []), ['sent', 'inbound'])
  assert.deepEqual(await eventsOf('all', 'All'), ['sent', 'inbound'])
  assert.deepEqual(await eventsOf('sent', 'sent'), ['sent'])
  assert.deepEqual(await eventsOf('inbound', ['Inbound']), ['inbound'])
  assert.deepEqual(await eventsOf('received', ['received']), ['inbound'])
})

test('registering again adds what is asked for and takes nothing away', async () => {
  const url = `${receiver.url}/adds`
  const register = async (more: object) => (await call('/v1/webhooks', { url, ...more })).data
  const first = await register({ events: ['sent'] })
  assert.deepEqual([first.events, first.basicAuth, first.multipart], [['sent'], false, false])
  const added = await register({ events: ['inbound'], auth: { username: 'clinic', password: 'zebra' } })
  assert.deepEqual([added.id, added.events, added.basicAuth], [first.id, ['sent', 'inbound'], true])
  const form = await register({ events: ['sent'], multipart: true })
  assert.deepEqual([form.events, form.basicAuth, form.multipart], [['sent', 'inbound'], true, true])
  const again = await register({})
  assert.deepEqual([again.id, again.multipart], [first.id, true])
  assert.equal((await register({ multipart: false })).multipart, false)
})
