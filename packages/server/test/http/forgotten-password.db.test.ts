import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Mail } from '../../src/ports/mailer.ts'
import type { Store } from '../../src/ports/store/store.ts'
import { type HttpServer, testHttpServer } from '../support/http.ts'
import { addPerson, Browser, PASSWORD, signedIn } from '../support/people.ts'
import { TEST_POLICY } from '../support/services.ts'

const PUBLIC_URL = 'https://fax.clinic.example'
const NEW_PASSWORD = 'another zebra battery staple'

const mails: Mail[] = []
let isMailAway = false
const mailer = {
  send: async (mail: Mail) => {
    if (isMailAway) throw new Error(`The mail server does not want ${mail.to}.`)
    mails.push(mail)
  },
}
const server = await testHttpServer({
  services: { mailer, policy: { ...TEST_POLICY, publicUrl: PUBLIC_URL } },
  web: { trustedProxies: ['127.0.0.1'] },
})
const { clock, store } = server.services

/** Asks of one test shall not count in the next. */
const later = () => clock.jumpTo(clock.now() + 16 * 60_000)
const to = (email: string) => mails.filter((mail) => mail.to === email.toLowerCase())

async function forgot(email: string, headers: Record<string, string> = {}, of: HttpServer = server) {
  const reply = await new Browser(of).post('/auth/forgot-password', { email }, headers)
  // The reply is there; now what comes after it.
  const body = await reply.json()
  await of.app.afterReply.settled()
  return { status: reply.status, body, headers: reply.headers }
}

const tokenIn = (mail: Mail | undefined) => /^.*[#\n]([\w-]{43})$/m.exec(mail?.text ?? '')?.[1] ?? 'none'

/** @returns the token that was mailed */
async function mailedToken(email: string): Promise<string> {
  assert.equal((await forgot(email)).status, 202)
  return tokenIn(to(email).at(-1))
}

async function reset(token: string, password = NEW_PASSWORD) {
  const reply = await new Browser(server).post('/auth/reset-password', { token, password })
  const body = await reply.json()
  await server.app.afterReply.settled()
  return { status: reply.status, ...body } as { status: number; code?: string; email?: string }
}

const signInCode = async (email: string, password: string) => {
  const reply = await new Browser(server).signIn(email, password)
  const { code, status } = await reply.json()
  return code ?? status
}

test('whoever forgot their password chooses a new one with the mailed link: sessions end, the second factor stays', async () => {
  const { browser, email, app, id } = await signedIn(server, server.scope, 'owner')
  const other = new Browser(server)
  await other.signIn(email)
  const token = await mailedToken(email.toUpperCase())
  assert.equal(to(email).at(-1)!.subject, 'Choose a new password')
  assert.ok(to(email).at(-1)!.text.includes(`\n${PUBLIC_URL}/reset-password#${token}\n`))
  assert.equal((await browser.get('/v2/me')).status, 200, 'asking changes nothing')

  assert.deepEqual(await reset(token), { status: 200, email })
  assert.equal((await browser.get('/v2/me')).status, 401)
  assert.equal((await other.get('/v2/me')).status, 401)
  assert.equal(await signInCode(email, PASSWORD), 'auth.sign_in_failed')
  const again = new Browser(server)
  const signedInAgain = await (await again.signIn(email, NEW_PASSWORD)).json()
  assert.deepEqual(signedInAgain, { status: 'second_factor', factors: { totp: true, passkey: false } })
  clock.jumpTo(clock.now() + 30_000)
  assert.equal((await again.post('/auth/second-factor', { code: app.code })).status, 200)

  assert.equal(to(email).at(-1)!.subject, 'Your password was changed')
  await server.services.settle()
  const live = { ...server.scope, mode: 'live' } as const
  const audit = await store.asAccount(live, (tx) => tx.audit.list({ limit: 200 }))
  const entries = audit.filter(
    ({ action, subjectId }) => action.startsWith('person.password') && subjectId === id,
  )
  assert.deepEqual(
    entries.map(({ action, actor, detail }) => [action, actor.kind, actor.id, detail]).sort(),
    [
      ['person.password_changed', 'user', id, { by: 'mailed_link' }],
      ['person.password_forgotten', 'system', 'sign_in', {}],
    ],
  )
})

test('a link works once, however many follow it at once', async () => {
  later()
  const { email } = await addPerson(server, server.scope, 'clinician')
  const token = await mailedToken(email)
  const replies = await Promise.all(
    Array.from({ length: 5 }, (_, at) => reset(token, `${NEW_PASSWORD} ${at}`)),
  )
  assert.deepEqual(replies.map(({ status, code }) => code ?? status).sort(), [
    200,
    ...Array<string>(4).fill('auth.reset_invalid'),
  ])
  assert.equal((await reset(token)).code, 'auth.reset_invalid')
  assert.equal((await reset('x'.repeat(43))).code, 'auth.reset_invalid')
})

test('two who follow one link at once leave one entry in the audit of each account, and a change that fails leaves none', async () => {
  later()
  const other = await server.services.addAccount()
  const { id, email } = await addPerson(server, server.scope, 'clinician')
  const [membership] = await store.asSystem((tx) => tx.people.memberships(id))
  await store.asAccount(other, (tx) => tx.members.insert({ ...membership!, accountId: other.accountId }))
  const entries = async () => {
    await server.services.settle()
    const counts = []
    for (const { accountId } of [server.scope, other]) {
      const audit = await store.asAccount({ accountId, mode: 'live' }, (tx) =>
        tx.audit.list({ subjectId: id, limit: 50 }),
      )
      counts.push(audit.filter(({ action }) => action === 'person.password_changed').length)
    }
    return counts
  }
  const token = await mailedToken(email)
  const healed = failEndOfSessions()
  assert.equal((await reset(token)).status, 500)
  healed()
  assert.deepEqual(await entries(), [0, 0])

  const replies = await Promise.all([reset(token), reset(token)])
  assert.deepEqual(replies.map(({ status, code }) => code ?? status).sort(), [200, 'auth.reset_invalid'])
  assert.deepEqual(await entries(), [1, 1])
})

/** Nobody's sessions can be ended, the last thing a changed password does, until it is undone. */
function failEndOfSessions(): () => void {
  const target = store as { asSystem: Store['asSystem'] }
  const { asSystem } = target
  target.asSystem = (work, options) =>
    asSystem((tx) => {
      const { sessions } = tx
      const held = new Proxy(sessions, {
        get(_, name: keyof typeof sessions) {
          if (name === 'endAll') return () => Promise.reject(new Error('The database went away.'))
          return sessions[name].bind(sessions)
        },
      })
      return work({ ...tx, sessions: held })
    }, options)
  return () => {
    target.asSystem = asSystem
  }
}

test('a link ends after half an hour, with a newer one, with a password that is changed, and with the person', async () => {
  later()
  const old = await addPerson(server, server.scope, 'clinician')
  const expired = await mailedToken(old.email)
  clock.jumpTo(clock.now() + 30 * 60_000)
  assert.equal((await reset(expired)).code, 'auth.reset_invalid')

  const first = await mailedToken(old.email)
  const second = await mailedToken(old.email)
  assert.notEqual(first, second)
  assert.equal((await reset(first)).code, 'auth.reset_invalid')
  clock.jumpTo(clock.now() + 30 * 60_000 - 1)
  assert.equal((await reset(second)).status, 200)

  later()
  const person = await addPerson(server, server.scope, 'clinician')
  const browser = new Browser(server)
  await browser.signIn(person.email)
  const overtaken = await mailedToken(person.email)
  const change = { current: PASSWORD, password: 'yet another zebra battery' }
  assert.equal((await browser.post('/v2/me/password', change)).status, 204)
  await server.app.afterReply.settled()
  assert.equal(to(person.email).at(-1)!.subject, 'Your password was changed')
  assert.equal((await reset(overtaken)).code, 'auth.reset_invalid')
  assert.equal(await signInCode(person.email, change.password), 'signed_in')

  later()
  const gone = await addPerson(server, server.scope, 'clinician')
  const left = await mailedToken(gone.email)
  await store.asSystem((tx) => tx.people.update(gone.id, { status: 'disabled' }))
  assert.equal((await reset(left)).code, 'auth.reset_invalid')
  await store.asSystem((tx) => tx.people.update(gone.id, { status: 'active' }))
  assert.equal((await reset(left)).code, 'auth.reset_invalid', 'nor when they come back')
})

test('a password that will not do is refused, and leaves the link as it is', async () => {
  later()
  const { email } = await addPerson(server, server.scope, 'clinician')
  const token = await mailedToken(email)
  assert.equal((await reset(token, 'short')).code, 'auth.password_weak')
  assert.equal((await reset(token)).status, 200)
})

test('the reply is the same whether the address is known, unknown or disabled, and comes before anybody has looked', {
  timeout: 60_000,
}, async () => {
  later()
  const known = await addPerson(server, server.scope, 'clinician')
  const disabled = await addPerson(server, server.scope, 'clinician')
  await store.asSystem((tx) => tx.people.update(disabled.id, { status: 'disabled' }))
  const told = []
  for (const email of [known.email, 'nobody@clinic.example', disabled.email]) {
    const looking = holdLookUps()
    const reply = await new Browser(server).post('/auth/forgot-password', { email })
    const {
      date: _date,
      'x-request-id': _id,
      ratelimit: _left,
      ...headers
    } = Object.fromEntries(reply.headers)
    told.push([reply.status, await reply.json(), headers])
    looking.goOn()
    await server.app.afterReply.settled()
    looking.end()
    assert.deepEqual(looking.names, [email], 'looked up once, and after the reply')
  }
  assert.deepEqual(told[1], told[0])
  assert.deepEqual(told[2], told[0])
  assert.deepEqual(told[0]!.slice(0, 2), [202, { status: 'accepted', validMinutes: 30 }])
  const mailed = [known.email, 'nobody@clinic.example', disabled.email].map((email) => to(email).length)
  assert.deepEqual(mailed, [1, 0, 0])
})

/** Nobody is found by their address until it goes on. */
function holdLookUps(): { readonly names: string[]; goOn(): void; end(): void } {
  const target = store as { asSystem: Store['asSystem'] }
  const { asSystem } = target
  const names: string[] = []
  const { promise: released, resolve } = Promise.withResolvers<void>()
  target.asSystem = (work, options) =>
    asSystem(async (tx) => {
      const { people } = tx
      const byEmail: typeof people.byEmail = async (email) => {
        await released
        names.push(email)
        return people.byEmail(email)
      }
      const held = new Proxy(people, {
        get(_, name: keyof typeof people) {
          return name === 'byEmail' ? byEmail : people[name].bind(people)
        },
      })
      return work({ ...tx, people: held })
    }, options)
  return {
    names,
    goOn: resolve,
    end() {
      target.asSystem = asSystem
    },
  }
}

test('three times in a quarter of an hour for one name and ten from one address, known or not, and nobody’s sign-in pays', async () => {
  later()
  const { email } = await addPerson(server, server.scope, 'clinician')
  for (const name of [email, 'nobody@clinic.example']) {
    const codes: number[] = []
    for (let time = 0; time < 5; time += 1) {
      codes.push((await forgot(name, { 'x-forwarded-for': `198.51.100.${time}` })).status)
    }
    assert.deepEqual(codes, [202, 202, 202, 429, 429], name)
  }
  assert.equal(to(email).length, 3)
  const codes: number[] = []
  for (let time = 0; time < 12; time += 1) {
    codes.push((await forgot(`person${time}@clinic.example`, { 'x-forwarded-for': '203.0.113.5' })).status)
  }
  assert.deepEqual(codes, [...Array<number>(10).fill(202), 429, 429])
  const there = new Browser(server)
  there.headers = { 'x-forwarded-for': '203.0.113.5' }
  assert.equal((await there.signIn(email)).status, 200)
  later()
  assert.equal((await forgot(email)).status, 202)
})

test('somebody who guessed at their own password too often is let in with the new one', async () => {
  later()
  const { email } = await addPerson(server, server.scope, 'clinician')
  for (let guess = 0; guess < 5; guess += 1) await signInCode(email, 'not this one, it seems')
  assert.equal(await signInCode(email, PASSWORD), 'limit.sign_in')
  assert.equal((await reset(await mailedToken(email))).status, 200)
  assert.equal(await signInCode(email, NEW_PASSWORD), 'signed_in')
})

test('the link names this server as its operator does, never as the request did', async () => {
  later()
  const { email } = await addPerson(server, server.scope, 'clinician')
  const refused = await forgot(email, { origin: 'http://evil.example' })
  assert.deepEqual([refused.body.code, to(email).length], ['auth.cross_site', 0])
  // A proxy that passes on whatever Host its caller sends.
  await forgot(email, { 'x-forwarded-host': 'evil.example', origin: 'http://evil.example' })
  assert.equal(to(email).length, 1)
  assert.doesNotMatch(to(email)[0]!.text, /evil/)

  const unnamed = await testHttpServer({ services: { mailer } })
  const person = await addPerson(unnamed, unnamed.scope, 'clinician')
  await forgot(person.email, {}, unnamed)
  const { text } = to(person.email).at(-1)!
  assert.doesNotMatch(text, /https?:/)
  const browser = new Browser(unnamed)
  const given = { token: tokenIn(to(person.email).at(-1)), password: NEW_PASSWORD }
  assert.equal((await browser.post('/auth/reset-password', given)).status, 200)
})

test('whoever signs in without a password is told so, and gets none', async () => {
  later()
  const { id, email } = await addPerson(server, server.scope, 'clinician')
  await store.asSystem((tx) => tx.people.update(id, { passwordHash: null }))
  await forgot(email)
  assert.deepEqual(
    to(email).map(({ subject }) => subject),
    ['You sign in without a password'],
  )
  assert.equal(tokenIn(to(email)[0]), 'none')
})

test('without a mail server an administrator helps, and the sign-in page knows', async () => {
  const silent = await testHttpServer()
  const browser = new Browser(silent)
  for (const email of [(await addPerson(silent, silent.scope, 'owner')).email, 'nobody@clinic.example']) {
    const reply = await browser.post('/auth/forgot-password', { email })
    const { code, fix } = await reply.json()
    assert.deepEqual([reply.status, code], [404, 'auth.reset_not_set_up'])
    assert.match(fix, /administrator/)
  }
  assert.equal((await (await browser.get('/auth/methods')).json()).forgotPassword, false)
  assert.equal((await (await new Browser(server).get('/auth/methods')).json()).forgotPassword, true)
})

test('a mail that is not taken is logged, and neither the log nor the database has a token or an address', async () => {
  later()
  const { id, email } = await addPerson(server, server.scope, 'clinician')
  isMailAway = true
  assert.equal((await forgot(email)).status, 202)
  isMailAway = false
  const logged = server.services.logText()
  assert.match(logged, /"event":"password.not_mailed"/)
  assert.ok(logged.includes(id))
  assert.doesNotMatch(logged, /clinic\.example|zebra\d/)
  const token = await mailedToken(email)
  assert.ok(!server.services.logText().includes(token))
  const kept = await store.asSystem((tx) =>
    tx.passwordResets.personOf(Buffer.from(token), new Date(clock.now())),
  )
  assert.equal(kept, undefined, 'known by its hash alone')
})
