import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createHttpOut } from '../../src/adapters/http-out/http-out.ts'
import { ifaxFormat } from '../../src/adapters/ifax/webhook-format.ts'
import { deliverWebhook } from '../../src/application/webhooks/deliver-webhook.ts'
import { nativeFormat } from '../../src/application/webhooks/webhook-format.ts'
import { json, testHttpServer } from '../support/http.ts'
import { PATIENT_POLICY } from '../support/ifax-server.ts'
import { markedPdf } from '../support/marked-pages.ts'
import { answer, startReceiver } from '../support/receiver.ts'

const server = await testHttpServer({ services: { httpOut: createHttpOut(), policy: PATIENT_POLICY } })
const { services, fetch: ask } = server
const receiver = await startReceiver()
after(() => receiver.close())
services.queue.handlers.set('deliver-webhook', (job) =>
  deliverWebhook(services, { native: nativeFormat, ifax: ifaxFormat }, job.scope, job.subjectId),
)

/** The body of a reply that must have this status. */
// biome-ignore lint/suspicious/noExplicitAny: every route has another shape, and each test asserts the one it expects.
async function body(response: Promise<Response>, status: number): Promise<any> {
  const reply = await response
  const text = await reply.text()
  assert.equal(reply.status, status, text)
  return text === '' ? undefined : JSON.parse(text)
}

const make = (more: object = {}) => body(ask('/v2/webhooks', json({ url: receiver.url, ...more })), 201)

async function send(name: string): Promise<{ id: string }> {
  const documents = [{ data: markedPdf(1, name).toString('base64'), fileName: `${name}.pdf` }]
  const fax = await body(ask('/v2/faxes', json({ to: '+12025550100', documents })), 202)
  await services.runFor(60_000)
  return fax
}

test('a webhook is made, read, listed, changed and deleted; its secret is told once', async () => {
  const { secret, ...made } = await make({
    eventTypes: ['fax.failed'],
    description: 'ward 3',
    basicAuth: { username: 'clinic', password: 'zebra' },
  })
  assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/)
  assert.deepEqual(
    [made.dialect, made.livemode, made.hasBasicAuth, made.status],
    ['native', false, true, 'enabled'],
  )
  assert.deepEqual(await body(ask(`/v2/webhooks/${made.id}`), 200), made)
  const list = await body(ask('/v2/webhooks'), 200)
  assert.deepEqual(list.data.at(-1), made)
  const patch = { ...json({ eventTypes: [], basicAuth: null }), method: 'PATCH' }
  const changed = await body(ask(`/v2/webhooks/${made.id}`, patch), 200)
  assert.deepEqual(changed, { ...made, eventTypes: [], hasBasicAuth: false })
  await body(ask(`/v2/webhooks/${made.id}`, { method: 'DELETE' }), 204)
  const gone = await body(ask(`/v2/webhooks/${made.id}`), 404)
  assert.equal(gone.code, 'webhook.not_found')
})

test('the replay of an idempotent request answers the same webhook without its secret', async () => {
  const request = () => ask('/v2/webhooks', json({ url: receiver.url }, { 'idempotency-key': 'zebra-hook' }))
  const first = await body(request(), 201)
  const second = await body(request(), 201)
  assert.deepEqual(second, { ...first, secret: null })
  await body(ask(`/v2/webhooks/${first.id}`, { method: 'DELETE' }), 204)
})

test('an address that may not be posted to is refused with the field, and a misspelt event with the known ones', async () => {
  const refused = await body(ask('/v2/webhooks', json({ url: 'https://10.0.0.1/' })), 422)
  assert.deepEqual([refused.code, refused.field], ['webhook.url_refused', 'url'])
  const event = await body(
    ask('/v2/webhooks', json({ url: receiver.url, eventTypes: ['fax.delivred'] })),
    400,
  )
  assert.match(event.detail, /fax\.delivered/)
  assert.doesNotMatch(event.detail, /delivred/)
  const unknown = await body(ask('/v2/webhooks', json({ url: receiver.url, eventType: [] })), 400)
  assert.match(unknown.detail, /eventTypes/)
})

test('a fax is told, its deliveries are listed with their attempts, and one or a range is replayed', async () => {
  const from = new Date(services.clock.now()).toISOString()
  const webhook = await make({ eventTypes: ['fax.queued', 'fax.delivered'] })
  receiver.posts.length = 0
  receiver.behave(answer(500))
  const fax = await send('told')
  receiver.behave(answer(200))
  const list = await body(ask(`/v2/webhooks/${webhook.id}/deliveries?limit=1`), 200)
  assert.equal(list.data.length, 1)
  const rest = await body(ask(`/v2/webhooks/${webhook.id}/deliveries?cursor=${list.nextCursor}`), 200)
  assert.equal(rest.data.length, 1)
  const detail = await body(ask(`/v2/webhooks/deliveries/${list.data[0].id}`), 200)
  assert.equal(detail.attempts[0].responseStatus, 500)
  const event = await body(ask(`/v2/events/${detail.eventId}`), 200)
  assert.deepEqual([event.type, event.data.faxId], ['fax.delivered', fax.id])
  receiver.posts.length = 0
  await body(ask(`/v2/webhooks/deliveries/${detail.id}/replay`, json({})), 202)
  await services.runDue()
  assert.ok(receiver.posts.some((post) => post.headers['webhook-id'] === detail.eventId))
  assert.equal((await body(ask(`/v2/webhooks/deliveries/${detail.id}`), 200)).status, 'delivered')
  const range = await body(ask(`/v2/webhooks/${webhook.id}/replay`, json({ from })), 202)
  assert.deepEqual(range, { count: 2, more: false })
})

test('a ping and a rotated secret work over HTTP', async () => {
  const webhook = await make()
  await services.runDue()
  receiver.posts.length = 0
  const ping = await body(ask(`/v2/webhooks/${webhook.id}/ping`, { method: 'POST' }), 202)
  await services.runDue()
  assert.deepEqual(
    receiver.posts.map((post) => post.headers['webhook-id']),
    [ping.eventId],
  )
  const rotated = await body(ask(`/v2/webhooks/${webhook.id}/rotate-secret`, json({ overlapHours: 2 })), 200)
  assert.notEqual(rotated.secret, webhook.secret)
  const until = new Date(rotated.previousSecretUntil).getTime()
  assert.equal(until, services.clock.now() + 2 * 3_600_000)
})

test('a reader that goes on from each cursor sees every event once, in order, and can begin at an id too', async () => {
  await send('events-a')
  const fax = await send('events-b')
  const told = (await body(ask(`/v2/faxes/${fax.id}/events`), 200)).data as { id: string }[]
  await untilListed(told.map((event) => event.id))
  const seen: { id: string; cursor: string; data: { faxId?: string }; sequence: number }[] = []
  for (let after = ''; ; ) {
    const page = await body(ask(`/v2/events?limit=3${after}`), 200)
    seen.push(...page.data)
    if (page.nextCursor === null) break
    assert.equal(page.nextCursor, page.data.at(-1).cursor)
    after = `&after=${page.nextCursor}`
  }
  const whole = await body(ask('/v2/events?limit=100'), 200)
  assert.deepEqual(seen, whole.data)
  assert.equal(new Set(seen.map((event) => event.id)).size, seen.length)
  const ours = seen.filter((event) => event.data.faxId === fax.id)
  assert.deepEqual(
    ours.map((event) => event.sequence),
    ours.map((_, index) => index + 1),
  )
  const after = await body(ask(`/v2/events?after=${ours[0]!.id}`), 200)
  assert.deepEqual(
    after.data.map((event: { id: string }) => event.id),
    seen.slice(seen.indexOf(ours[0]!) + 1).map((event) => event.id),
  )
  const wrong = await body(ask('/v2/events?after=yesterday'), 400)
  assert.equal(wrong.field, 'after')
})

/** Other transactions of the same PostgreSQL, such as those of other tests, may hold events back for a while. */
async function untilListed(ids: readonly string[]): Promise<void> {
  for (let look = 0; look < 300; look += 1) {
    const { data } = await body(ask('/v2/events?limit=100'), 200)
    const listed = new Set(data.map((event: { id: string }) => event.id))
    if (ids.every((id) => listed.has(id))) return
    await sleep(100)
  }
  assert.fail('the events were not listed within 30 s')
}

test('the audit trail tells who made a webhook without telling any number, and its own reading is in it', async () => {
  const webhook = await make()
  const fax = await send('audited')
  const about = async (id: string) =>
    (await body(ask(`/v2/audit-events?limit=100&subjectId=${id}`), 200)).data
  const [entry] = await about(webhook.id)
  assert.deepEqual([entry.action, entry.actor.kind], ['webhook.created', 'key'])
  assert.match(entry.actor.id, /^key_/)
  assert.match(entry.actor.requestId, /^req_/)
  const trail = await about(fax.id)
  assert.equal(trail[0].action, 'fax.accepted')
  assert.doesNotMatch(JSON.stringify(trail), /202555|audited\.pdf/)
  assert.equal((await about(fax.id)).at(-1).action, 'audit.read')
})

test('each route needs its scope, and another account finds nothing', async () => {
  const webhook = await make()
  const narrow = await server.makeKey(server.scope, { scopes: ['faxes:read'] })
  const stranger = await server.makeKey(await services.addAccount())
  const as = (key: string) => ({ headers: { authorization: `Bearer ${key}` } })
  for (const path of ['/v2/webhooks', '/v2/events', '/v2/audit-events']) {
    assert.equal((await body(ask(path, as(narrow)), 403)).code, 'auth.forbidden')
  }
  await body(ask(`/v2/webhooks/${webhook.id}`, as(stranger)), 404)
  await body(ask(`/v2/webhooks/${webhook.id}/deliveries`, as(stranger)), 404)
  assert.deepEqual((await body(ask('/v2/events', as(stranger)), 200)).data, [])
})
