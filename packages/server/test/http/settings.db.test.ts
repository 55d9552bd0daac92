import assert from 'node:assert/strict'
import { test } from 'node:test'
import { form, json, testHttpServer } from '../support/http.ts'
import { markedPdf } from '../support/marked-pages.ts'

const server = await testHttpServer()
const patch = (body: object) => server.fetch('/v2/account', { ...json(body), method: 'PATCH' })

function send(text: string, ...fields: [string, string][]) {
  return server.fetch(
    '/v2/faxes',
    form([['to', '+12025550100'], ...fields], [{ fileName: 'a.pdf', bytes: markedPdf(1, text) }]),
  )
}

test('settings are changed one by one, and null goes back to the default', async () => {
  const set = await patch({
    headerText: 'Clinic Giraffe',
    callerId: '(202) 555-0142',
    duplicateGuardMinutes: 0,
    paper: 'a4',
    ifaxMarkedAs: 'marked',
  })
  assert.equal(set.status, 200)
  const changed: object = await (await patch({ headerText: null })).json()
  assert.equal('headerText' in changed && changed.headerText, null)
  assert.equal('callerId' in changed && changed.callerId, '+12025550142')
  assert.equal('paper' in changed && changed.paper, 'a4')
  assert.equal('ifaxMarkedAs' in changed && changed.ifaxMarkedAs, 'marked')
})

test('a setting that cannot be is refused with its name', async () => {
  for (const [body, field] of [
    [{ timeZone: 'Mars/Olympus' }, 'timeZone'],
    [{ callerId: '12' }, 'callerId'],
    [{ stationId: 'Clinic!' }, 'stationId'],
    [{ ifaxMarkedAs: 'always' }, 'ifaxMarkedAs'],
    [
      { retryPolicy: { rules: { busy: { delaySeconds: 0, retriesMax: 1 } } } },
      'retryPolicy.rules.busy.delaySeconds',
    ],
    [{ headertext: 'x' }, 'headertext'],
  ] as const) {
    const refused = await (await patch(body)).json()
    assert.equal(refused.field, field)
  }
})

test("the account's retry policy is the one its faxes follow", async () => {
  await patch({ retryPolicy: { rules: { busy: { delaySeconds: 7, retriesMax: 1 } } } })
  const sent = await (
    await server.fetch(
      '/v2/faxes',
      form([['to', '+12025550101']], [{ fileName: 'a.pdf', bytes: markedPdf(1, 'Busy') }]),
    )
  ).json()
  await server.services.runFor(600_000)
  const fax = await (await server.fetch(sent.links.self)).json()
  assert.equal(fax.status, 'failed')
  assert.equal(fax.disposition, 'busy')
  const attempts = await (await server.fetch(sent.links.attempts)).json()
  assert.equal(attempts.data.length, 2)
})

test('a cover page can be made, used, replaced and deleted; one that is not there is refused', async () => {
  const made = await (
    await server.fetch('/v2/cover-pages', json({ title: 'Referral', organisation: 'Clinic Giraffe' }))
  ).json()
  assert.match(made.id, /^cov_/)
  assert.equal((await send('Cover 1', ['cover.templateId', made.id], ['cover.subject', 'Zebra'])).status, 202)
  const replaced = await server.fetch(`/v2/cover-pages/${made.id}`, {
    ...json({ title: 'Letter' }),
    method: 'PUT',
  })
  assert.equal((await replaced.json()).title, 'Letter')
  assert.equal((await server.fetch(`/v2/cover-pages/${made.id}`, { method: 'DELETE' })).status, 204)
  const refused = await send('Cover 2', ['cover.templateId', made.id])
  assert.equal(refused.status, 422)
  assert.equal((await refused.json()).field, 'cover.templateId')
  const logo = await server.fetch('/v2/cover-pages', json({ logo: 'bm90IGEgcG5n' }))
  assert.equal((await logo.json()).code, 'cover.invalid')
})

test('the test clock moves for test keys only, and brings a scheduled fax on', async () => {
  const sendAt = new Date(server.services.clock.now() + 3_600_000).toISOString()
  const sent = await (await send('Later', ['sendAt', sendAt])).json()
  assert.equal(sent.status, 'scheduled')
  const before = server.services.clock.now()
  const advanced = await server.fetch('/v2/test/advance', json({ seconds: 3601 }))
  assert.equal(advanced.status, 200)
  await server.services.runDue()
  assert.equal((await (await server.fetch(sent.links.self)).json()).status, 'delivered')
  assert.ok(server.services.clock.now() - before < 3_600_000, 'the machine’s own clock did not move that far')
  const live = await server.makeKey({ ...server.scope, mode: 'live' })
  const headers = { authorization: `Bearer ${live}` }
  const refused = await server.fetch('/v2/test/advance', json({ seconds: 1 }, headers))
  assert.equal((await refused.json()).code, 'test.live_key')
  const event = await server.fetch('/v2/test/events/trigger', json({ type: 'fax.delivered' }, headers))
  assert.equal((await event.json()).code, 'test.live_key')
})

test('a triggered event is a sample and says so', async () => {
  const triggered = await server.fetch('/v2/test/events/trigger', json({ type: 'fax.delivered' }))
  assert.equal(triggered.status, 202)
  const { id } = await triggered.json()
  const event = await (await server.fetch(`/v2/events/${id}`)).json()
  assert.equal(event.type, 'fax.delivered')
  assert.equal('sample' in event.data && event.data.sample, true)
})
