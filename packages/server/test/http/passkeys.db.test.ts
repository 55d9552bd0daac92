import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { webauthn } from '../../src/adapters/auth/webauthn.ts'
import { SoftwareAuthenticator } from '../support/authenticator.ts'
import { testHttpServer } from '../support/http.ts'
import { addPerson, Browser } from '../support/people.ts'

const server = await testHttpServer()
const { clock } = server.services
// A relying party is a domain, never an address: browsers on 127.0.0.1 have no passkeys.
const url = server.url.replace('127.0.0.1', 'localhost')
const person = await addPerson(server, server.scope, 'owner')
const authenticator = new SoftwareAuthenticator(url)
const live = { 'x-answerback-mode': 'live' }

async function add(browser: Browser, with_: SoftwareAuthenticator, bad = {}) {
  const options = await (await browser.post('/v2/me/passkeys/options')).json()
  return browser.post('/v2/me/passkeys', { name: 'Test key', passkey: with_.create(options, bad) })
}

test('a passkey is added, is a second factor at once, and signs in alone afterwards', async () => {
  const browser = new Browser({ url })
  await browser.signIn(person.email)
  const other = new Browser({ url })
  await other.signIn(person.email)
  assert.equal((await browser.get('/v2/faxes', live)).status, 403)
  const added = await add(browser, authenticator)
  assert.equal(added.status, 201, JSON.stringify(await added.clone().json()))
  assert.equal((await browser.get('/v2/faxes', live)).status, 200)
  assert.equal((await other.get('/v2/faxes')).status, 401, 'a session without it does not go on')

  const alone = new Browser({ url })
  const options = await (await alone.post('/auth/passkey/options')).json()
  assert.deepEqual(
    [options.rpId, options.userVerification, options.allowCredentials],
    ['localhost', 'required', []],
  )
  const passkey = authenticator.get(options)
  assert.equal((await alone.post('/auth/passkey/sign-in', { passkey })).status, 200)
  assert.equal((await alone.get('/v2/faxes', live)).status, 200)
  const replayed = await new Browser({ url }).post('/auth/passkey/sign-in', { passkey })
  assert.equal((await replayed.json()).code, 'auth.sign_in_failed', 'a challenge is good once')
})

test('after a password it is the second factor, and later makes it fresh', async () => {
  const browser = new Browser({ url })
  assert.equal((await (await browser.signIn(person.email)).json()).status, 'second_factor')
  const confirm = async (bad = {}) => {
    const options = await (await browser.post('/auth/second-factor/options')).json()
    return browser.post('/auth/second-factor', { passkey: authenticator.get(options, bad) })
  }
  assert.equal((await confirm({ origin: 'https://evil.example' })).status, 401)
  assert.equal((await confirm()).status, 200)
  clock.jumpTo(clock.now() + 6 * 60_000)
  const { data } = await (await browser.get('/v2/me/passkeys')).json()
  const path = `/v2/me/passkeys/${data[0].id}`
  assert.equal((await (await browser.ask('DELETE', path)).json()).code, 'auth.mfa_not_fresh')
  const stranger = await addPerson(server, server.scope, 'owner')
  const theirs = new Browser({ url })
  await theirs.signIn(stranger.email)
  await add(theirs, new SoftwareAuthenticator(url))
  assert.equal((await theirs.ask('DELETE', path)).status, 404)
  assert.equal((await confirm()).status, 200)
  assert.equal((await browser.ask('DELETE', path)).status, 204)
  const gone = new Browser({ url })
  const options = await (await gone.post('/auth/passkey/options')).json()
  assert.equal(
    (await gone.post('/auth/passkey/sign-in', { passkey: authenticator.get(options) })).status,
    401,
  )
})

test('whoever has a second factor gives it anew before another one is added, which would be as good', async () => {
  const somebody = await addPerson(server, server.scope, 'front_desk')
  const browser = new Browser({ url })
  await browser.signIn(somebody.email)
  const first = new SoftwareAuthenticator(url)
  assert.equal((await add(browser, first)).status, 201)
  assert.equal((await add(browser, new SoftwareAuthenticator(url))).status, 201, 'given just now')
  clock.jumpTo(clock.now() + 6 * 60_000)
  const code = async (reply: Awaited<ReturnType<Browser['get']>>) => (await reply.json()).code
  assert.equal(await code(await add(browser, new SoftwareAuthenticator(url))), 'auth.mfa_not_fresh')
  assert.equal(await code(await browser.post('/v2/me/totp')), 'auth.mfa_not_fresh')
  assert.equal(
    await code(await browser.post('/v2/me/totp/confirm', { code: '000000' })),
    'auth.mfa_not_fresh',
  )
  const emergency = { reason: 'Whoever found this browser open', minutes: 5 }
  assert.equal(await code(await browser.post('/v2/break-glass', emergency)), 'auth.mfa_not_fresh')
  const options = await (await browser.post('/auth/second-factor/options')).json()
  assert.equal((await browser.post('/auth/second-factor', { passkey: first.get(options) })).status, 200)
  assert.equal((await browser.post('/v2/me/totp')).status, 200)
})

test('what does not verify is refused: another origin, no PIN, a counter that stands still, somebody else’s challenge', async () => {
  const someone = await addPerson(server, server.scope, 'clinician')
  const browser = new Browser({ url })
  await browser.signIn(someone.email)
  const mine = new SoftwareAuthenticator(url)
  assert.equal(
    (await (await add(browser, mine, { origin: 'https://evil.example' })).json()).code,
    'passkey.refused',
  )
  assert.equal((await (await add(browser, mine, { unverified: true })).json()).code, 'passkey.refused')
  assert.equal((await add(browser, mine)).status, 201)
  const twice = await add(browser, mine)
  assert.equal((await twice.json()).code, 'passkey.refused', 'one credential is one person’s')
  const signIn = async (bad: object) => {
    const guest = new Browser({ url })
    const options = await (await guest.post('/auth/passkey/options')).json()
    return (await guest.post('/auth/passkey/sign-in', { passkey: mine.get(options, bad) })).status
  }
  assert.equal(await signIn({}), 200)
  assert.equal(await signIn({ stuckCounter: true }), 401)
  assert.equal(await signIn({ unverified: true }), 401)
  const guest = new Browser({ url })
  const forAdding = await (await browser.post('/v2/me/passkeys/options')).json()
  const wrongKind = mine.get({ challenge: forAdding.challenge, rpId: 'localhost' })
  assert.equal((await guest.post('/auth/passkey/sign-in', { passkey: wrongKind })).status, 401)
  const late = await (await guest.post('/auth/passkey/options')).json()
  clock.jumpTo(clock.now() + 5 * 60_000)
  assert.equal((await guest.post('/auth/passkey/sign-in', { passkey: mine.get(late) })).status, 401)
})

test('no bytes make the verifier throw, and none make it take anything', async () => {
  const party = { origin: url, id: 'localhost' }
  const base64 = fc.uint8Array({ maxLength: 300 }).map((each) => Buffer.from(each).toString('base64url'))
  const response = fc.record(
    {
      id: fc.oneof(base64, fc.string()),
      rawId: base64,
      type: fc.constantFrom('public-key', 'other'),
      response: fc.record(
        {
          clientDataJSON: fc.oneof(
            base64,
            fc.json().map((each) => Buffer.from(each).toString('base64url')),
            fc.constant(
              Buffer.from(
                JSON.stringify({ type: 'webauthn.create', challenge: 'AAAA', origin: url }),
              ).toString('base64url'),
            ),
          ),
          attestationObject: base64,
          authenticatorData: base64,
          signature: base64,
        },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: [] },
  )
  const passkey = { credentialId: Buffer.from('a'), publicKey: Buffer.from('b'), signCount: 0 }
  await fc.assert(
    fc.asyncProperty(fc.oneof(response, fc.anything()), async (given) => {
      webauthn.credentialOf(given)
      assert.equal(await webauthn.verifyNew(given, party, async () => true), undefined)
      assert.equal(await webauthn.verifyUse(given, passkey, party, async () => true), undefined)
    }),
    { numRuns: 1000 },
  )
})
