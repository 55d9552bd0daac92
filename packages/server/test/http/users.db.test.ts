import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Mail } from '../../src/ports/mailer.ts'
import { ask, json, testHttpServer } from '../support/http.ts'
import { addPerson, Browser, enrol, PASSWORD, signedIn } from '../support/people.ts'
import { TEST_POLICY } from '../support/services.ts'

const mails: Mail[] = []
const mailer = { send: async (mail: Mail) => void mails.push(mail) }
const server = await testHttpServer({ services: { mailer } })
const { clock, store } = server.services
const owner = await signedIn(server, server.scope, 'owner')
const later = () => clock.jumpTo(clock.now() + 60_000)

async function invite(email: string, body: object) {
  const reply = await owner.browser.post('/v2/users', { email, ...body })
  assert.equal(reply.status, 201)
  return reply.json()
}

const tokenOf = (link: string) => link.split('#')[1]!

test('somebody invited chooses a password once, and is what the invitation says', async () => {
  const made = await invite('Okapi@Clinic.example', { role: 'clinician', departments: ['Radiology'] })
  assert.equal(made.mailed, true)
  assert.equal(mails.at(-1)!.to, 'okapi@clinic.example')
  const token = tokenOf(made.link)
  assert.ok(mails.at(-1)!.text.includes(token))
  const guest = new Browser(server)
  const weak = await guest.post('/auth/accept-invitation', { token, password: 'okapi okapi okapi' })
  assert.equal((await weak.json()).code, 'auth.password_weak')
  const accepted = await guest.post('/auth/accept-invitation', {
    token,
    name: 'Test Okapi',
    password: PASSWORD,
  })
  assert.deepEqual(await accepted.json(), { email: 'okapi@clinic.example', isNew: true })
  const again = await guest.post('/auth/accept-invitation', { token, password: PASSWORD })
  assert.equal((await again.json()).code, 'auth.invitation_invalid')
  await enrol(server, guest, 'okapi@clinic.example')
  const me = await (await guest.get('/v2/me')).json()
  assert.deepEqual(
    [me.accounts[0].role, me.accounts[0].departments, me.session.state],
    ['clinician', ['Radiology'], 'active'],
  )
  const users = await (await owner.browser.get('/v2/users')).json()
  assert.ok(users.data.some((each: { email: string }) => each.email === 'okapi@clinic.example'))
  assert.deepEqual(users.invitations, [])
})

test('a mailed invitation names this server as its operator does, never as the request did', async () => {
  const publicUrl = 'https://fax.clinic.example'
  for (const policy of [TEST_POLICY, { ...TEST_POLICY, publicUrl }]) {
    // A proxy that passes on whatever Host its caller sends.
    const web = { trustedProxies: ['127.0.0.1'] }
    const behind = await testHttpServer({ services: { mailer, policy }, web })
    const { browser } = await signedIn(behind, behind.scope, 'owner')
    const reply = await browser.post(
      '/v2/users',
      { email: 'serval@clinic.example', role: 'auditor' },
      {
        'x-forwarded-host': 'evil.example',
        origin: 'http://evil.example',
        cookie: `__Host-answerback=${browser.jar.get('answerback')}`,
      },
    )
    const made = await reply.json()
    assert.equal(reply.status, 201, made.code)
    const { to, text } = mails.at(-1)!
    assert.equal(to, 'serval@clinic.example')
    assert.doesNotMatch(text, /evil/)
    const token = tokenOf(made.link)
    if (policy === TEST_POLICY) {
      assert.match(made.link, /evil/, 'the Host was believed where the inviter alone is told')
      assert.ok(text.includes(`\n\n${token}\n`))
      assert.doesNotMatch(text, /https?:/)
    } else assert.ok(text.includes(`\n\n${publicUrl}/invitation#${token}\n`))
  }
})

test('an invitation that is revoked, replaced or a week old is none', async () => {
  const guest = new Browser(server)
  const refused = async (link: string) => {
    const reply = await guest.post('/auth/accept-invitation', { token: tokenOf(link), password: PASSWORD })
    return (await reply.json()).code
  }
  const first = await invite('gnu@clinic.example', { role: 'auditor' })
  const second = await invite('gnu@clinic.example', { role: 'auditor' })
  assert.equal(await refused(first.link), 'auth.invitation_invalid')
  assert.equal((await owner.browser.ask('DELETE', `/v2/invitations/${second.invitation.id}`)).status, 204)
  assert.equal(await refused(second.link), 'auth.invitation_invalid')
  const third = await invite('gnu@clinic.example', { role: 'auditor' })
  const { jumpTo } = clock
  const now = clock.now()
  jumpTo.call(clock, now + 7 * 86_400_000)
  assert.equal(await refused(third.link), 'auth.invitation_invalid')
  jumpTo.call(clock, now)
})

test('whoever is disabled is out at once, and it is said which of their keys still work', async () => {
  later()
  const dev = await signedIn(server, server.scope, 'developer')
  const made = await (
    await dev.browser.post('/v2/api-keys', { name: 'Of a developer', scopes: ['faxes:read'] })
  ).json()
  assert.equal(made.madeBy, dev.id)
  const elsewhere = new Browser(server)
  elsewhere.jar.set('answerback', dev.browser.jar.get('answerback')!)
  const disabled = await (await owner.browser.ask('DELETE', `/v2/users/${dev.id}`)).json()
  assert.equal(disabled.sessionsEnded, 1)
  assert.deepEqual(
    disabled.keys.map((key: { id: string }) => key.id),
    [made.id],
  )
  assert.equal((await elsewhere.get('/v2/me')).status, 401)
  clock.jumpTo(clock.now() + 16 * 60_000)
  assert.equal((await new Browser(server).signIn(dev.email)).status, 401)
  const again = await owner.browser.ask('DELETE', `/v2/users/${dev.id}`)
  assert.equal(again.status, 401, 'the owner was idle in the meantime')
})

test('another server process refuses an ended session within three seconds', async () => {
  const { createApp } = await import('../../src/adapters/web/app.ts')
  const { registerNativeApi } = await import('../../src/adapters/http/register.ts')
  const { createMetrics } = await import('../../src/adapters/metrics/metrics.ts')
  const { DEFAULT_WEB_OPTIONS } = await import('../../src/adapters/web/web-app.ts')
  const other = await createApp(server.services)
  const context = {
    services: server.services,
    options: DEFAULT_WEB_OPTIONS,
    metrics: createMetrics(),
    version: '0',
  }
  registerNativeApi(other, context)
  const url = await other.listen({ host: '127.0.0.1', port: 0 })
  const { browser, id } = await signedIn(server, server.scope, 'clinician')
  const there = () => ask(`${url}/v2/me`, { headers: { cookie: browser.cookies } })
  assert.equal((await there()).status, 200)
  await store.asSystem((tx) => tx.sessions.endAll(id, 'disabled', new Date(clock.now())))
  clock.jumpTo(clock.now() + 3_000)
  assert.equal((await there()).status, 401)
  await other.close()
})

test('an administrator makes no owner, nobody changes themselves, and an owner always remains', async () => {
  clock.jumpTo(clock.now() + 16 * 60_000)
  const scope = await server.services.addAccount()
  const first = await signedIn(server, scope, 'owner')
  const admin = await signedIn(server, scope, 'admin')
  const code = async (reply: Awaited<ReturnType<Browser['get']>>) => (await reply.json()).code
  const path = (id: string) => `/v2/users/${id}`
  assert.equal(
    await code(await admin.browser.post('/v2/users', { email: 'x@clinic.example', role: 'owner' })),
    'person.role_refused',
  )
  assert.equal(
    await code(await admin.browser.ask('PATCH', path(first.id), { role: 'auditor' })),
    'person.role_refused',
  )
  assert.equal(await code(await admin.browser.ask('DELETE', path(first.id))), 'person.role_refused')
  assert.equal(
    await code(await admin.browser.ask('PATCH', path(admin.id), { role: 'clinician' })),
    'person.self',
  )
  assert.equal(await code(await first.browser.ask('DELETE', path(first.id))), 'person.self')
  assert.equal((await first.browser.ask('PATCH', path(admin.id), { role: 'owner' })).status, 204)
  const both = await Promise.all([
    first.browser.ask('PATCH', path(admin.id), { role: 'auditor' }),
    admin.browser.ask('PATCH', path(first.id), { role: 'auditor' }),
  ])
  const left = await store.asAccount(scope, (tx) => tx.members.list())
  assert.equal(left.filter(({ role }) => role === 'owner').length, 1, both.map(({ status }) => status).join())
})

test('whoever lost password and phone is disabled and invited again, and begins anew', async () => {
  clock.jumpTo(clock.now() + 16 * 60_000)
  const boss = await signedIn(server, server.scope, 'owner')
  const lost = await signedIn(server, server.scope, 'clinician')
  await boss.browser.ask('DELETE', `/v2/users/${lost.id}`)
  const { link } = await (
    await boss.browser.post('/v2/users', { email: lost.email, role: 'front_desk' })
  ).json()
  const password = 'another okapi stable door'
  const accepted = await new Browser(server).post('/auth/accept-invitation', {
    token: tokenOf(link),
    password,
  })
  assert.equal((await accepted.json()).isNew, true)
  const again = new Browser(server)
  assert.equal((await (await again.signIn(lost.email, password)).json()).status, 'signed_in')
  const me = await (await again.get('/v2/me')).json()
  assert.deepEqual(
    [me.id, me.accounts[0].role, me.factors, me.backupCodesLeft],
    [lost.id, 'front_desk', { totp: false, passkey: false }, 0],
  )
})

test('who invites somebody known does not get to choose their password', async () => {
  clock.jumpTo(clock.now() + 16 * 60_000)
  const elsewhere = await signedIn(server, await server.services.addAccount(), 'owner')
  const known = await addPerson(server, server.scope, 'clinician')
  await store.asSystem((tx) => tx.people.update(known.id, { passwordHash: null }))
  const { link } = await (
    await elsewhere.browser.post('/v2/users', { email: known.email, role: 'auditor' })
  ).json()
  const taken = await new Browser(server).post('/auth/accept-invitation', {
    token: tokenOf(link),
    password: PASSWORD,
  })
  assert.equal((await taken.json()).code, 'auth.signed_out')
  assert.equal((await new Browser(server).signIn(known.email)).status, 401)
})

test('people of another account do not exist', async () => {
  clock.jumpTo(clock.now() + 16 * 60_000)
  const elsewhere = await server.services.addAccount()
  const stranger = await signedIn(server, elsewhere, 'owner')
  const here = await addPerson(server, server.scope, 'clinician')
  const insider = await signedIn(server, server.scope, 'owner')
  const invited = await (
    await insider.browser.post('/v2/users', { email: 'yak@clinic.example', role: 'auditor' })
  ).json()
  for (const [method, path, body] of [
    ['PATCH', `/v2/users/${here.id}`, { role: 'auditor' }],
    ['DELETE', `/v2/users/${here.id}`, undefined],
    ['DELETE', `/v2/invitations/${invited.invitation.id}`, undefined],
    ['DELETE', `/v2/sessions/${(await (await insider.browser.get('/v2/me')).json()).session.id}`, undefined],
  ] as const) {
    assert.equal((await stranger.browser.ask(method, path, body)).status, 404, path)
  }
  const { data } = await (await stranger.browser.get('/v2/users')).json()
  assert.deepEqual(
    data.map((each: { id: string }) => each.id),
    [stranger.id],
  )
  const asked = await stranger.browser.get('/v2/faxes', { 'x-answerback-account': server.scope.accountId })
  assert.equal((await asked.json()).code, 'auth.no_account')
  assert.equal((await stranger.browser.get('/v2/inbound', { 'x-answerback-mode': 'sideways' })).status, 400)
})

test('one person is different things in two accounts, and chooses by header or cookie', async () => {
  clock.jumpTo(clock.now() + 16 * 60_000)
  const [a, b] = [await server.services.addAccount(), await server.services.addAccount()]
  const person = await signedIn(server, a, 'owner')
  const inB = await signedIn(server, b, 'owner')
  clock.jumpTo(clock.now() + 1)
  const { link } = await (
    await inB.browser.post('/v2/users', { email: person.email, role: 'auditor', modes: ['test'] })
  ).json()
  const accepted = await person.browser.post('/auth/accept-invitation', { token: tokenOf(link) })
  assert.equal((await accepted.json()).isNew, false)
  const me = await (await person.browser.get('/v2/me')).json()
  assert.deepEqual(
    me.accounts.map((each: { role: string }) => each.role),
    ['owner', 'auditor'],
  )
  const inAccount = { 'x-answerback-account': b.accountId }
  const mailbox = { name: 'Lab', owner: 'lab' }
  assert.equal((await person.browser.post('/v2/mailboxes', mailbox, inAccount)).status, 403)
  assert.equal((await person.browser.post('/v2/mailboxes', mailbox)).status, 201)
  person.browser.headers = {}
  person.browser.jar.set('answerback_account', b.accountId)
  assert.equal((await person.browser.get('/v2/audit-events')).status, 200)
  assert.equal((await person.browser.post('/v2/mailboxes', mailbox)).status, 403)
  person.browser.jar.set('answerback_mode', 'live')
  assert.match(
    (await (await person.browser.get('/v2/audit-events')).json()).detail,
    /does not work in live mode/,
  )
})

test('what people do about people stands in the audit, without their addresses', async () => {
  const entries = await store.asAccount({ ...server.scope, mode: 'live' }, (tx) =>
    tx.audit.list({ limit: 500 }),
  )
  const actions = new Set(entries.map(({ action }) => action))
  for (const action of [
    'person.invited',
    'person.joined',
    'person.disabled',
    'person.invitation_revoked',
    'person.totp_added',
    'session.begun',
  ]) {
    assert.ok(actions.has(action), action)
  }
  assert.doesNotMatch(JSON.stringify(entries), /@|Zebra|Okapi/)
})

test('a key works from its addresses alone, as the proxy in front tells them', async () => {
  const behind = await testHttpServer({ web: { trustedProxies: ['loopback'] } })
  const made = await (
    await behind.fetch(
      '/v2/api-keys',
      json({ name: 'Of the ward', allowedAddresses: ['192.0.2.0/24', '2001:db8::/32'] }),
    )
  ).json()
  const from = async (address: string) => {
    const headers = { authorization: `Bearer ${made.secret}`, 'x-forwarded-for': address }
    const reply = await ask(`${behind.url}/v2/faxes`, { headers })
    return reply.status === 200 ? 200 : (await reply.json()).code
  }
  assert.equal(await from('192.0.2.77'), 200)
  assert.equal(await from('2001:db8::7'), 200)
  assert.equal(await from('192.0.3.1'), 'auth.address_refused')
  assert.equal(
    await from('192.0.2.77, 203.0.113.9'),
    'auth.address_refused',
    'what a caller writes itself counts for nothing',
  )
  const direct = await ask(`${server.url}/v2/faxes`, {
    headers: { authorization: `Bearer ${server.key}`, 'x-forwarded-for': '192.0.2.77' },
  })
  assert.equal(direct.status, 200)
  for (const bad of ['300.1.1.1', '192.0.2.0/33', 'localhost', '::1%eth0', '10.0.0.0/8/8', '1.2.3']) {
    const reply = await behind.fetch('/v2/api-keys', json({ name: 'Bad', allowedAddresses: [bad] }))
    assert.equal(reply.status, 400, bad)
  }
})
