import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testHttpServer } from '../support/http.ts'
import { addPerson, Browser, enrol, PASSWORD } from '../support/people.ts'

const server = await testHttpServer()
const { clock } = server.services
const owner = await addPerson(server, server.scope, 'owner')
const live = { 'x-answerback-mode': 'live' }
/** Guesses of one test shall not count in the next. */
const later = () => clock.jumpTo(clock.now() + 16 * 60_000)

test('a password opens test mode, and live mode asks for a second factor that can be added at once', async () => {
  const browser = new Browser(server)
  const signedIn = await browser.signIn(owner.email.toUpperCase())
  assert.deepEqual(await signedIn.json(), { status: 'signed_in', factors: null })
  assert.equal((await browser.get('/v2/faxes')).status, 200)
  const refused = await browser.get('/v2/faxes', live)
  assert.equal(refused.status, 403)
  assert.equal((await refused.json()).code, 'auth.mfa_required')
  assert.equal((await (await browser.get('/v2/users')).json()).code, 'auth.mfa_required')
  const app = await enrol(server, browser, owner.email)
  assert.equal((await browser.get('/v2/faxes', live)).status, 200)
  assert.equal((await browser.get('/v2/users')).status, 200)
  assert.equal(app.backupCodes.length, 10)
  later()

  const again = new Browser(server)
  assert.deepEqual(await (await again.signIn(owner.email)).json(), {
    status: 'second_factor',
    factors: { totp: true, passkey: false },
  })
  assert.equal((await (await again.get('/v2/faxes')).json()).code, 'auth.mfa_required')
  assert.deepEqual((await (await again.get('/v2/me')).json()).accounts, [])
  const waiting = again.cookies
  const code = app.code
  assert.equal((await again.post('/auth/second-factor', { code })).status, 200)
  assert.equal((await again.get('/v2/faxes', live)).status, 200)
  assert.notEqual(again.cookies, waiting, 'the session goes on under another token')
  const old = new Browser(server)
  assert.equal((await old.get('/v2/me', { cookie: waiting })).status, 401)
  const reused = await again.post('/auth/second-factor', { code })
  assert.equal((await reused.json()).code, 'auth.second_factor_failed', 'each code works once')
  const backup = { backupCode: app.backupCodes[0]!.toLowerCase().replaceAll('-', ' ') }
  assert.equal((await again.post('/auth/second-factor', backup)).status, 200)
  assert.equal((await again.post('/auth/second-factor', backup)).status, 401, 'and so does a backup code')
})

test('an unknown name, a wrong password and a disabled person are refused in the same words', async () => {
  later()
  const gone = await addPerson(server, server.scope, 'clinician')
  await server.services.store.asSystem((tx) => tx.people.update(gone.id, { status: 'disabled' }))
  const told = []
  for (const [email, password] of [
    ['nobody@clinic.example', PASSWORD],
    [owner.email, 'wrong password altogether'],
    [gone.email, PASSWORD],
  ] as const) {
    const reply = await new Browser(server).signIn(email, password)
    const { requestId: _id, ...body } = await reply.json()
    told.push([reply.status, body])
    assert.deepEqual(reply.headers.getSetCookie(), [])
  }
  assert.deepEqual(told[1], told[0])
  assert.deepEqual(told[2], told[0])
  assert.equal(told[0]![0], 401)
})

test('of ten thousand guesses no more than ten are looked at, from one address or from many, at one name or at many', async () => {
  const { passwords } = server.services
  const { verify } = passwords
  let looked = 0
  const counted = Object.assign(passwords as { verify: typeof verify }, {
    verify: (...given: Parameters<typeof verify>) => {
      looked += 1
      return verify(...given)
    },
  })
  const { countGuess } = await import('../../src/application/people/guesses.ts')
  const { signIn } = await import('../../src/application/people/sign-in.ts')
  const guess = async (email: string, address: string) => {
    const origin = { address, requestId: null }
    return signIn(server.services, { email, password: 'a guess of many letters' }, origin).catch(
      (error) => error.code,
    )
  }
  later()
  const codes = new Map<string, number>()
  for (let from = 0; from < 10_000; from += 100) {
    const batch = Array.from({ length: 100 }, () => guess(owner.email, '192.0.2.66'))
    for (const code of await Promise.all(batch)) codes.set(code, (codes.get(code) ?? 0) + 1)
  }
  assert.equal(looked, 5)
  assert.equal(codes.get('auth.sign_in_failed'), looked)
  assert.equal(codes.get('limit.sign_in'), 10_000 - looked)
  for (const spread of ['addresses', 'names'] as const) {
    later()
    looked = 0
    for (let i = 0; i < 200; i += 1) {
      await (spread === 'addresses'
        ? guess(owner.email, `198.51.100.${i}`)
        : guess(`person${i}@clinic.example`, `2001:db8:1:2::${i.toString(16)}`))
    }
    assert.equal(looked, spread === 'addresses' ? 5 : 10)
  }
  counted.verify = verify
  later()
  await countGuess(server.services, 'password', owner.email, '192.0.2.1')
})

test('a session ends after fifteen idle minutes, and after twelve hours however busy it is', async () => {
  const person = await addPerson(server, server.scope, 'clinician')
  const idle = new Browser(server)
  await idle.signIn(person.email)
  clock.jumpTo(clock.now() + 14 * 60_000)
  assert.equal((await idle.get('/v2/faxes')).status, 200)
  clock.jumpTo(clock.now() + 14 * 60_000)
  assert.equal((await idle.get('/v2/faxes')).status, 200, 'each request begins the wait anew')
  clock.jumpTo(clock.now() + 15 * 60_000)
  const ended = await idle.get('/v2/faxes')
  assert.equal(ended.status, 401)
  assert.match((await ended.json()).detail, /idle for 15 minutes/)
  assert.equal((await idle.get('/v2/faxes')).status, 401)

  const busy = new Browser(server)
  await busy.signIn(person.email)
  const begun = clock.now()
  while (clock.now() - begun < 12 * 3_600_000 - 10 * 60_000) {
    clock.jumpTo(clock.now() + 10 * 60_000)
    if (clock.now() - begun < 12 * 3_600_000) assert.equal((await busy.get('/v2/me')).status, 200)
  }
  clock.jumpTo(begun + 12 * 3_600_000)
  assert.equal((await busy.get('/v2/faxes')).status, 401)
})

test('signing out and revoking end a session, and nobody ends another person’s', async () => {
  const person = await addPerson(server, server.scope, 'clinician')
  const [here, there] = [new Browser(server), new Browser(server)]
  await here.signIn(person.email)
  await there.signIn(person.email)
  const { data } = await (await here.get('/v2/sessions')).json()
  assert.equal(data.length, 2)
  const other = data.find((each: { current: boolean }) => !each.current)
  const stranger = new Browser(server)
  await stranger.signIn((await addPerson(server, server.scope, 'owner')).email)
  assert.equal((await stranger.ask('DELETE', `/v2/sessions/${other.id}`)).status, 404)
  assert.equal((await here.ask('DELETE', `/v2/sessions/${other.id}`)).status, 204)
  assert.equal((await there.get('/v2/me')).status, 401)
  const cookie = here.cookies
  assert.equal((await here.post('/auth/sign-out')).status, 204)
  assert.equal(here.jar.size, 0)
  assert.equal((await new Browser(server).get('/v2/me', { cookie })).status, 401)
})

test('what a page of another site sends is refused, signed in or not', async () => {
  later()
  const person = await addPerson(server, server.scope, 'owner')
  const browser = new Browser(server)
  await browser.signIn(person.email)
  const foreign = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ] as Record<string, string>[]
  for (const headers of foreign) {
    const changed = await browser.post('/v2/mailboxes', { name: 'Lab', owner: 'lab' }, headers)
    assert.equal((await changed.json()).code, 'auth.cross_site')
    const begun = await browser.ask(
      'POST',
      '/auth/sign-in',
      { email: person.email, password: PASSWORD },
      headers,
    )
    assert.equal((await begun.json()).code, 'auth.cross_site')
  }
  assert.equal((await browser.get('/v2/faxes', { 'sec-fetch-site': 'cross-site' })).status, 403)
  assert.equal((await browser.post('/v2/mailboxes', { name: 'Lab', owner: 'lab' })).status, 201)
})

test('the cookie is for this host alone, and no script reads it', async () => {
  later()
  const person = await addPerson(server, server.scope, 'owner')
  const plain = (await new Browser(server).signIn(person.email)).headers.getSetCookie()[0]!
  assert.match(plain, /^answerback=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Strict$/)
})

test('all the while the log has named nobody and no address of anybody', async () => {
  assert.doesNotMatch(server.services.logText(), /clinic\.example|zebra\d/)
})
