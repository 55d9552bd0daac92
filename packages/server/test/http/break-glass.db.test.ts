import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Mail, MailError } from '../../src/ports/mailer.ts'
import { form, json, testHttpServer } from '../support/http.ts'
import { markedPdf } from '../support/marked-pages.ts'
import { sweepAndSend } from '../support/notices.ts'
import { signedIn } from '../support/people.ts'

const mails: Mail[] = []
let mailFails = true
const mailer = {
  send: async (mail: Mail) => {
    if (mailFails) throw new MailError('connect')
    mails.push(mail)
  },
}
const server = await testHttpServer({ services: { mailer } })
const { clock, store } = server.services
const file = { fileName: 'a.pdf', bytes: markedPdf(1, 'Zebra') }
const sent = await server.fetch('/v2/faxes', form([['to', '+12025550100']], [file]))
const { id: faxId } = await sent.json()
const content = `/v2/faxes/${faxId}`
const reason = 'Patient in the emergency room, chart not at hand'

const owner = await signedIn(server, server.scope, 'owner')
const desk = await signedIn(server, server.scope, 'front_desk')

test('emergency access opens content for its minutes, to the session that asked, and ends on the clock', async () => {
  const to = async () => (await (await desk.browser.get(content)).json()).to
  assert.equal(await to(), '+1••••••••00')
  const used = await desk.browser.post('/v2/break-glass', { reason, minutes: 30 })
  assert.equal(used.status, 201)
  assert.equal(await to(), '+12025550100')
  for (let minute = 0; minute < 29; minute += 10) {
    clock.jumpTo(clock.now() + 10 * 60_000 - (minute === 20 ? 1 : 0))
    assert.equal(await to(), minute < 20 ? '+12025550100' : '+12025550100')
  }
  clock.jumpTo(clock.now() + 1)
  assert.equal(await to(), '+1••••••••00', 'to the millisecond, though it was remembered')
})

test('it asks for a reason, an hour at most, and a second factor given just now', async () => {
  const code = async (body: object) => {
    const reply = await desk.browser.post('/v2/break-glass', body)
    return (await reply.json()).code
  }
  assert.equal(await code({ reason, minutes: 5 }), 'auth.mfa_not_fresh')
  const fresh = await desk.browser.post('/auth/second-factor', { code: desk.app.code })
  assert.equal(fresh.status, 200)
  assert.equal(await code({ reason, minutes: 61 }), 'request.invalid')
  assert.equal(await code({ reason: 'urgent', minutes: 5 }), 'request.invalid')
  assert.equal(await code({ minutes: 5 }), 'request.missing_field')
})

test('every owner is mailed, however long the mail server was away, and once it has taken it no more', async () => {
  await sweepAndSend(server.services)
  assert.equal(mails.length, 0)
  mailFails = false
  await sweepAndSend(server.services)
  assert.equal(mails.length, 0, 'a failed mail waits a minute')
  clock.jumpTo(clock.now() + 60_000)
  await sweepAndSend(server.services)
  await sweepAndSend(server.services)
  assert.deepEqual(
    mails.map(({ to, subject }) => [to, subject]),
    [[owner.email, 'Emergency access was used']],
  )
  assert.doesNotMatch(mails[0]!.text, /emergency room|2025550100/)
})

test('it is an event and an audit entry, and the reason lies encrypted', async () => {
  await server.services.settle()
  const events = await store.asAccount(server.scope, (tx) => tx.events.list(undefined, 100))
  const told = events.filter(({ type }) => type === 'access.break_glass')
  assert.equal(told.length, 1)
  assert.deepEqual(Object.keys(told[0]!.data).sort(), ['breakGlassId', 'expiresAt', 'minutes', 'userId'])
  const audit = await store.asAccount(server.scope, (tx) => tx.audit.list({ limit: 500 }))
  const entries = audit.filter(({ action }) => action === 'break_glass.used')
  assert.deepEqual(
    entries.map(({ actor }) => actor.id),
    [desk.id],
  )
  const [row] = await store.asAccount(server.scope, (tx) => tx.breakGlass.list({ limit: 10 }))
  assert.ok(!row!.reasonSealed.includes('Patient'))
})

test('somebody else reviews it, once', async () => {
  clock.jumpTo(clock.now() + 16 * 60_000)
  const clinician = await signedIn(server, server.scope, 'clinician')
  assert.equal((await clinician.browser.get('/v2/break-glass')).status, 403)
  const reviewer = await signedIn(server, server.scope, 'auditor')
  const own = await signedIn(server, server.scope, 'owner')
  await own.browser.post('/v2/break-glass', { reason: 'A test of emergency access', minutes: 1 })
  const { data } = await (await reviewer.browser.get('/v2/break-glass?reviewed=false')).json()
  assert.deepEqual(
    data.map((each: { userId: string; reason: string }) => [each.userId, each.reason]),
    [
      [own.id, 'A test of emergency access'],
      [desk.id, reason],
    ],
  )
  const review = { outcome: 'justified', note: 'The chart was being moved' }
  const path = (index: number) => `/v2/break-glass/${data[index].id}/review`
  assert.equal((await (await own.browser.post(path(0), review)).json()).code, 'break_glass.own')
  assert.equal((await reviewer.browser.post(path(1), review)).status, 204)
  assert.equal((await (await reviewer.browser.post(path(1), review)).json()).code, 'break_glass.reviewed')
  const left = await (await reviewer.browser.get('/v2/break-glass?reviewed=true')).json()
  assert.deepEqual([left.data[0].note, left.data[0].reviewedBy], [review.note, reviewer.id])
  const elsewhere = await signedIn(server, await server.services.addAccount(), 'owner')
  assert.equal((await elsewhere.browser.post(path(0), review)).status, 404)
  assert.deepEqual((await (await elsewhere.browser.get('/v2/break-glass')).json()).data, [])
})

test('it is not passed on: no key made meanwhile has what the emergency opened', async () => {
  clock.jumpTo(clock.now() + 16 * 60_000)
  const live = { 'x-answerback-mode': 'live' }
  const { browser } = await signedIn(server, server.scope, 'developer')
  assert.equal((await browser.get('/v2/disclosures', live)).status, 403)
  assert.equal((await browser.post('/v2/break-glass', { reason, minutes: 10 }, live)).status, 201)
  assert.equal((await browser.get('/v2/disclosures', live)).status, 200)
  const made = await browser.post('/v2/api-keys', { name: 'For later', scopes: ['faxes:content'] }, live)
  assert.equal((await made.json()).code, 'auth.forbidden')
  const { scopes } = await (await browser.post('/v2/api-keys', { name: 'All there is' }, live)).json()
  assert.ok(!scopes.includes('faxes:content') && scopes.includes('faxes:read'))
})

test('it lifts departments too, and never the account', async () => {
  clock.jumpTo(clock.now() + 16 * 60_000)
  const mailbox = await (
    await server.fetch('/v2/mailboxes', json({ name: 'Cardiology', department: 'Cardiology', owner: 'c' }))
  ).json()
  const limited = await signedIn(server, server.scope, 'clinician', { departments: ['Radiology'] })
  assert.equal((await limited.browser.get(`/v2/mailboxes/${mailbox.id}`)).status, 404)
  await limited.browser.post('/v2/break-glass', { reason, minutes: 10 })
  assert.equal((await limited.browser.get(`/v2/mailboxes/${mailbox.id}`)).status, 200)
})
