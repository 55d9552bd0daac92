import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createHttpOut } from '../../src/adapters/http-out/http-out.ts'
import { ifaxFormat } from '../../src/adapters/ifax/webhook-format.ts'
import { deliverWebhook } from '../../src/application/webhooks/deliver-webhook.ts'
import { nativeFormat } from '../../src/application/webhooks/webhook-format.ts'
import { json, testHttpServer } from '../support/http.ts'
import { ownNumber, receive } from '../support/received.ts'
import { startReceiver } from '../support/receiver.ts'

const server = await testHttpServer({ services: { httpOut: createHttpOut() } })
const { services, scope } = server
const receiver = await startReceiver()
after(() => receiver.close())
services.queue.handlers.set('deliver-webhook', (job) =>
  deliverWebhook(services, { native: nativeFormat, ifax: ifaxFormat }, job.scope, job.subjectId),
)

// biome-ignore lint/suspicious/noExplicitAny: each test asserts the shape it expects.
async function ask(path: string, init?: RequestInit): Promise<{ status: number; body: any }> {
  const response = await server.fetch(path, init)
  return { status: response.status, body: await response.json() }
}

const SURGERY = '+12025550176'
const LAB = '+12025550177'
const surgery = await ownNumber(services, scope, { number: SURGERY })
await ownNumber(services, scope, { number: LAB })

const patch = (body: object) => ({ ...json(body), method: 'PATCH' })

async function toldOf(to: string): Promise<string[]> {
  receiver.posts.length = 0
  await receive(services, scope, { to })
  await services.runFor(60_000)
  return receiver.posts.map(({ body }) => JSON.parse(body.toString()).type).sort()
}

test('a webhook for one number is told of faxes that come in on it, and of nothing else', async () => {
  const wanted = { url: receiver.url, eventTypes: ['inbound.received'], numberIds: [surgery] }
  const made = await ask('/v2/webhooks', json(wanted))
  assert.deepEqual([made.status, made.body.numberIds], [201, [surgery]])
  assert.deepEqual(await toldOf(SURGERY), ['inbound.received'])
  assert.deepEqual(await toldOf(LAB), [])
  const path = `/v2/webhooks/${made.body.id}`
  const all = await ask(path, patch({ numberIds: null }))
  assert.equal(all.body.numberIds, null)
  assert.deepEqual(await toldOf(LAB), ['inbound.received'])
  const again = await ask(path, patch({ numberIds: [surgery] }))
  assert.deepEqual((await ask(path)).body.numberIds, again.body.numberIds)
  assert.deepEqual(await toldOf(LAB), [])
  await server.fetch(path, { method: 'DELETE' })
})

test('a number that is not the account’s is refused by its place, when made and when changed', async () => {
  const foreign = await ownNumber(services, await services.addAccount(), { number: SURGERY })
  const wanted = { url: receiver.url, numberIds: [surgery, foreign] }
  const refused = await ask('/v2/webhooks', json(wanted))
  assert.deepEqual([refused.body.code, refused.body.field], ['request.invalid', 'numberIds[1]'])
  const none = await ask('/v2/webhooks', json({ ...wanted, numberIds: [] }))
  assert.equal(none.body.field, 'numberIds')
  const made = await ask('/v2/webhooks', json({ url: receiver.url }))
  assert.equal(made.body.numberIds, null)
  const changed = await ask(`/v2/webhooks/${made.body.id}`, patch({ numberIds: ['num_none'] }))
  assert.equal(changed.body.field, 'numberIds[0]')
})
