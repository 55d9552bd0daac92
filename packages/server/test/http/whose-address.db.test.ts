import assert from 'node:assert/strict'
import { test } from 'node:test'
import { beginOidc, finishOidc } from '../../src/application/people/oidc-sign-in.ts'
import type { IdentityProvider, VouchedPerson } from '../../src/ports/sign-in.ts'
import { testHttpServer } from '../support/http.ts'
import { addPerson, Browser, enrol, signedIn } from '../support/people.ts'

/** Whom the identity provider vouches for next. */
let who: VouchedPerson = {
  issuer: 'https://idp.example',
  subject: 'none',
  email: undefined,
  secondFactor: true,
}
const identityProvider: IdentityProvider = {
  name: 'Clinic',
  authorizationUrl: async () => 'https://idp.example/authorize',
  redeem: async () => who,
}
const server = await testHttpServer({ services: { identityProvider } })
const { clock, store } = server.services
const intruderPassword = 'a password of the intruder alone'
/** Guesses of one test shall not count in the next. */
const later = () => clock.jumpTo(clock.now() + 16 * 60_000)

async function ownerOf(scope = server.services.addAccount()) {
  const { browser } = await signedIn(server, await scope, 'owner')
  const { accountId } = await scope
  const invite = async (email: string, role = 'clinician') => {
    const { link } = await (await browser.post('/v2/users', { email, role })).json()
    return link.split('#')[1] as string
  }
  return { browser, accountId, invite }
}

const accept = async (browser: Browser, token: string, more: object = {}) => {
  const reply = await browser.post('/auth/accept-invitation', { token, ...more })
  return { status: reply.status, ...(await reply.json()) }
}

const accountsOf = async (browser: Browser) =>
  (await (await browser.get('/v2/me')).json()).accounts.map(({ id }: { id: string }) => id)

/** Somebody's address, taken by an owner of another account who invited it and took the invitation up themselves. */
async function squatted(email: string) {
  later()
  const intruder = await ownerOf()
  const token = await intruder.invite(email)
  assert.equal((await accept(new Browser(server), token, { password: intruderPassword })).status, 200)
  const browser = new Browser(server)
  await browser.signIn(email, intruderPassword)
  return { intruder, browser }
}

test('who took somebody’s address in an account of their own gets into no other account with it', async () => {
  const { browser, intruder } = await squatted('yak@clinic.example')
  const clinic = await ownerOf()
  const token = await clinic.invite('yak@clinic.example')
  const refused = await accept(new Browser(server), token)
  assert.deepEqual([refused.status, refused.code], [401, 'auth.signed_out'])
  assert.match(refused.detail, /sign in as them/)
  assert.deepEqual(await accountsOf(browser), [intruder.accountId])
})

test('somebody known takes an invitation up signed in as themselves, and nobody does so for them', async () => {
  later()
  const [home, other] = [await ownerOf(), await ownerOf()]
  const person = await signedIn(server, { accountId: home.accountId, mode: 'test' }, 'clinician')
  const token = await other.invite(person.email, 'auditor')
  clock.jumpTo(clock.now() + 1)
  for (const browser of [new Browser(server), other.browser]) {
    assert.equal((await accept(browser, token)).code, 'auth.signed_out')
  }
  const waiting = new Browser(server)
  await waiting.signIn(person.email)
  assert.equal((await accept(waiting, token)).code, 'auth.signed_out', 'the second factor is still to come')
  assert.deepEqual(await accountsOf(person.browser), [home.accountId])
  assert.equal((await accept(person.browser, token)).isNew, false)
  assert.deepEqual(await accountsOf(person.browser), [home.accountId, other.accountId])
})

const origin = { address: '192.0.2.1', requestId: null }

async function comeBySso(signedInAs: string | null = null) {
  const { seed } = await beginOidc(server.services, server.url, signedInAs)
  return finishOidc(server.services, new URLSearchParams(), server.url, seed, origin)
}

function vouchFor(subject: string, email: string): void {
  who = { issuer: 'https://idp.example', subject, email, secondFactor: true }
}

test('single sign-on joins nobody to a person whose password somebody else may have chosen', async () => {
  const { browser, intruder } = await squatted('lynx@clinic.example')
  const clinic = await ownerOf()
  await clinic.invite('lynx@clinic.example')
  vouchFor('lynx-1', 'lynx@clinic.example')
  await assert.rejects(comeBySso(), { code: 'auth.sso_failed' })
  assert.deepEqual(await accountsOf(browser), [intruder.accountId])
  const { id } = (await store.asSystem((tx) => tx.people.byEmail('lynx@clinic.example')))!
  const somebody = await addPerson(server, server.scope, 'clinician')
  await assert.rejects(comeBySso(somebody.id), { code: 'auth.sso_failed' }, 'signed in as somebody else')
  assert.equal((await comeBySso(id)).session.personId, id)
  assert.equal((await comeBySso()).session.personId, id, 'once joined it signs in by itself')
})

test('an address of the provider is compared as it is written, but for the case of plain letters', async () => {
  later()
  const clinic = await ownerOf()
  await clinic.invite('kudu@clinic.example')
  // KELVIN SIGN, which Unicode folds to a plain k.
  for (const email of ['\u212audu@clinic.example', 'kudu@clinic.example\u00a0', '"kudu"@clinic.example']) {
    vouchFor('intruder-1', email)
    await assert.rejects(comeBySso(), { code: 'auth.sso_failed' }, email)
  }
  vouchFor('kudu-1', 'KUDU@Clinic.example')
  assert.ok((await comeBySso()).session.id)
})

for (const way of ['link', 'sso'] as const) {
  test(`who comes back by ${way} after everything was taken away has none of what they signed in with before`, async () => {
    later()
    const clinic = await ownerOf()
    const lost = await addPerson(server, { accountId: clinic.accountId, mode: 'test' }, 'clinician')
    await enrol(server, new Browser(server), lost.email)
    vouchFor(`lost-${way}`, lost.email)
    await comeBySso(lost.id)
    clock.jumpTo(clock.now() + 60_000)
    assert.equal((await clinic.browser.ask('DELETE', `/v2/users/${lost.id}`)).status, 200)
    const token = await clinic.invite(lost.email)
    vouchFor(`found-${way}`, lost.email)
    if (way === 'sso') assert.equal((await comeBySso()).session.personId, lost.id)
    else await accept(new Browser(server), token, { password: 'another zebra battery staple' })
    assert.equal((await new Browser(server).signIn(lost.email)).status, 401, 'the password')
    vouchFor(`lost-${way}`, 'elsewhere@clinic.example')
    await assert.rejects(comeBySso(), { code: 'auth.sso_failed' }, 'the identity')
    const now = await store.asSystem(async (tx) => ({
      person: await tx.people.get(lost.id),
      codes: await tx.credentials.unusedBackupCodes(lost.id),
    }))
    assert.deepEqual([now.person?.status, now.person?.totpConfirmedAt, now.codes], ['active', null, 0])
  })
}
