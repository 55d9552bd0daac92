import assert from 'node:assert/strict'
import { test } from 'node:test'
import { updateAccount } from '../../src/application/account/update-account.ts'
import { sendTo } from '../support/faxes.ts'
import { ask, form, json, testHttpServer } from '../support/http.ts'
import { markedPdf } from '../support/marked-pages.ts'
import { ACTOR } from '../support/services.ts'

// biome-ignore lint/suspicious/noExplicitAny: what a reply holds is what these tests are about.
type Any = any

const server = await testHttpServer()
const { services, scope } = server
await updateAccount(services, scope, ACTOR, {
  misdirection: { test: { firstSend: 'hold', nearMiss: 'block', identityGate: 'stop' } },
})
const post = async (path: string, body: object): Promise<[number, Any]> => {
  const reply = await server.fetch(path, json(body))
  return [reply.status, await reply.json()]
}
const get = async (path: string): Promise<Any> => (await server.fetch(path)).json()

const OKAPI = { number: '(202) 555-0126', name: 'Clinic Okapi', department: 'Radiology', attested: true }

test('a recipient is added once, read, changed and deleted', async () => {
  const [status, made] = await post('/v2/recipients', OKAPI)
  assert.equal(status, 201)
  assert.deepEqual(
    [made.number, made.state, made.confirmation.how, made.source],
    ['+12025550126', 'confirmed', 'attested', 'typed'],
  )
  assert.deepEqual((await post('/v2/recipients', OKAPI)).at(0), 409)
  const path = `/v2/recipients/${made.id}`
  const patch = { ...json({ department: null, name: 'Clinic Okapi, main desk' }), method: 'PATCH' }
  const changed: Any = await (await server.fetch(path, patch)).json()
  assert.deepEqual([changed.name, changed.department], ['Clinic Okapi, main desk', null])
  const found = await get('/v2/recipients?number=2025550126')
  assert.deepEqual(found.data, [await get(path)])
  assert.equal((await server.fetch(path, { method: 'DELETE' })).status, 204)
  assert.equal((await server.fetch(path)).status, 404)
})

test('a list is taken whole or not at all, and numbers that are there stay as they are', async () => {
  const list = (...numbers: string[]) => ({ recipients: numbers.map((number) => ({ number, name: 'Z' })) })
  const [bad, problem] = await post('/v2/recipients/import', list('+14155550100', '12'))
  assert.deepEqual([bad, problem.field], [422, 'recipients[1].number'])
  const [status, report] = await post(
    '/v2/recipients/import',
    list('+14155550100', '+14155550101', '4155550100'),
  )
  assert.deepEqual([status, report.data.length, report.skipped], [201, 2, 1])
  assert.ok(report.data.every((each: Any) => each.state === 'unverified' && each.source === 'imported'))
  const [, again] = await post('/v2/recipients/import', list('+14155550100', '+14155550102'))
  assert.deepEqual([again.data.length, again.skipped], [1, 1])
})

test('a fax to a stranger answers that it is held, and is released by its digits', async () => {
  const pdf = { fileName: 'a.pdf', bytes: markedPdf(1, 'Held') }
  const sent: Any = await (await server.fetch('/v2/faxes', form([['to', '+12025550100']], [pdf]))).json()
  assert.deepEqual([sent.status, sent.hold], ['queued', 'first_send'])
  const held = await get('/v2/faxes?held=true')
  assert.deepEqual(
    held.data.map(({ id, hold, nextAttemptAt }: Any) => [id, hold.reason, nextAttemptAt]),
    [[sent.id, 'first_send', null]],
  )
  const [mismatch, problem] = await post(`/v2/faxes/${sent.id}/release`, { confirm: '+12025550101' })
  assert.deepEqual([mismatch, problem.code], [422, 'fax.confirm_mismatch'])
  const [status, released] = await post(`/v2/faxes/${sent.id}/release`, { confirm: '202 555 0100' })
  assert.deepEqual([status, released.hold], [200, null])
  await services.runFor(60_000)
  assert.equal((await get(sent.links.self)).status, 'delivered')
  const { data } = await get('/v2/recipients?number=%2B12025550100')
  assert.deepEqual([data[0].state, data[0].source, data[0].confirmation.how], ['confirmed', 'fax', 'person'])
})

test('without the scope for content, numbers are masked and what people wrote is not shown', async () => {
  const { id: faxId } = await sendTo(services, scope, 0)
  await services.runFor(60_000)
  const note = 'Test Patient Zebra went to a shop'
  const [status, incident] = await post('/v2/incidents', { faxId, note })
  assert.deepEqual([status, incident.status, incident.note, incident.daysLeft], [201, 'open', note, 60])
  const finding = 'Zebra was named'
  const worksheet = { nature: { risk: 'high', finding } }
  const patch = { ...json({ worksheet }), method: 'PATCH' }
  await server.fetch(`/v2/incidents/${incident.id}`, patch)
  const narrow = await server.makeKey(scope, { scopes: ['recipients:read', 'faxes:read'] })
  const headers = { authorization: `Bearer ${narrow}` }
  for (const path of ['/v2/incidents', `/v2/incidents/${incident.id}/export`, '/v2/recipients']) {
    const text = await (await ask(server.url + path, { headers })).text()
    assert.doesNotMatch(text, /Zebra|55501/, path)
    assert.match(text, /\+1•+\d\d/, path)
  }
  const csv = await (
    await ask(`${server.url}/v2/incidents/${incident.id}/export?format=csv`, { headers })
  ).text()
  const [names, ...rows] = csv.trimEnd().split('\r\n')
  assert.match(names!, /^faxId,jobId,status/)
  assert.ok(rows.some((row) => row.startsWith(`${faxId},`)))
  const refusal = await ask(`${server.url}/v2/incidents`, {
    ...json({ faxId, note }),
    headers: { ...headers, 'content-type': 'application/json' },
  })
  assert.equal(refusal.status, 403)
})

test('a recipient and an incident are nobody else’s', async () => {
  const [, made] = await post('/v2/recipients', { number: '+13105550100', name: 'Mine' })
  const { data } = await get('/v2/incidents')
  const others = [await services.addAccount(), { ...scope, mode: 'live' as const }]
  for (const other of others) {
    const headers = { authorization: `Bearer ${await server.makeKey(other)}` }
    for (const path of [`/v2/recipients/${made.id}`, `/v2/incidents/${data[0].id}`]) {
      assert.equal((await ask(server.url + path, { headers })).status, 404)
    }
    for (const path of ['/v2/recipients', '/v2/incidents']) {
      assert.deepEqual((await (await ask(server.url + path, { headers })).json()).data, [])
    }
  }
})
