import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { registerNativeApi } from '../../src/adapters/http/register.ts'
import { createMetrics } from '../../src/adapters/metrics/metrics.ts'
import { createApp } from '../../src/adapters/web/app.ts'
import { DEFAULT_WEB_OPTIONS } from '../../src/adapters/web/web-app.ts'
import { createApiKey } from '../../src/application/api-keys/create-api-key.ts'
import { testDatabase } from '../support/database.ts'
import { ask, json } from '../support/http.ts'
import { addPerson, Browser } from '../support/people.ts'
import { ACTOR, createTestServices } from '../support/services.ts'

const QUOTA = 6
const ACCOUNT_QUOTA = 8
/** Slow enough that what comes back while a test runs is no token. */
const slow = (quota: number) => ({ quota, windowSeconds: 360_000 })

const database = await testDatabase()
const first = await createTestServices(database)
const second = await createTestServices(database, { clock: first.clock, keyring: first.keyring })
after(async () => {
  await first.close()
  await second.close()
})

/** A server process of its own, on the database that both have. */
async function newProcess(services: typeof first): Promise<{ url: string }> {
  const options = {
    ...DEFAULT_WEB_OPTIONS,
    rate: slow(QUOTA),
    accountRate: slow(ACCOUNT_QUOTA),
    anonymousRate: slow(QUOTA),
    sharesRates: true,
    trustedProxies: ['127.0.0.1'],
  }
  const app = await createApp(services, options)
  registerNativeApi(app, { services, options, metrics: createMetrics(), version: '0.0.0-test' })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  after(() => app.close())
  return { url }
}

const [a, b] = [await newProcess(first), await newProcess(second)]

/** A second passes, and both have told each other what they let through. */
async function round(): Promise<void> {
  await first.clock.advance(1_000)
  // Each waits for its next round again once the last one is done.
  while (first.clock.pending < 2) await turn()
}

type Ask = (url: string) => Promise<{ readonly status: number }>

/** How many of two dozen requests get past the limit, spread over both processes and a dozen seconds. */
async function through(onA: Ask, onB: Ask = onA): Promise<number> {
  let passed = 0
  for (let second = 0; second < 12; second += 1) {
    for (const reply of [await onA(a.url), await onB(b.url)]) if (reply.status !== 429) passed += 1
    await round()
  }
  return passed
}

/** What another process took in the second that is running is not known yet. */
function assertOnce(passed: number, quota: number): void {
  assert.ok(passed >= quota && passed <= quota + 1, `${passed} of a quota of ${quota}`)
}

const newKey = async (scope: Awaited<ReturnType<typeof first.addAccount>>) =>
  (await createApiKey(first, scope, ACTOR, { name: 'Test' })).secret
const withKey =
  (key: string): Ask =>
  (url) =>
    fetch(`${url}/v2/faxes`, { headers: { authorization: `Bearer ${key}` } })

test('a key has one quota over all processes', async () => {
  assertOnce(await through(withKey(await newKey(await first.addAccount()))), QUOTA)
})

test('the keys of an account in one mode have one quota together, and neither the other mode nor its people pay for it', async () => {
  const scope = await first.addAccount()
  const person = await addPerson({ services: first }, scope, 'owner')
  const browser = new Browser(a)
  browser.headers = { 'x-forwarded-for': '192.0.2.1' }
  assert.equal((await browser.signIn(person.email)).status, 200)
  assertOnce(await through(withKey(await newKey(scope)), withKey(await newKey(scope))), ACCOUNT_QUOTA)
  const refused = await ask(`${a.url}/v2/faxes`, {
    headers: { authorization: `Bearer ${await newKey(scope)}` },
  })
  assert.equal(refused.status, 429)
  assert.match((await refused.json()).detail, /keys of this account together/)
  assert.match(refused.headers.get('ratelimit') ?? '', /^"account";r=0;t=\d+$/)
  assert.equal((await withKey(await newKey({ ...scope, mode: 'live' }))(a.url)).status, 200)
  assert.equal((await browser.get('/v2/faxes')).status, 200)
})

test('a person has one quota over all processes', async () => {
  const person = await addPerson({ services: first }, await first.addAccount(), 'owner')
  const [onA, onB] = [new Browser(a), new Browser(b)]
  for (const browser of [onA, onB]) {
    browser.headers = { 'x-forwarded-for': '192.0.2.2' }
    assert.equal((await browser.signIn(person.email)).status, 200)
  }
  const me = (browser: Browser) => () => browser.get('/v2/me')
  assertOnce(await through(me(onA), me(onB)), QUOTA)
})

test('an address without a key has one quota over all processes, and one each to sign in and to post as a provider', async () => {
  const from = { 'x-forwarded-for': '192.0.2.3' }
  const kinds: Record<string, Ask> = {
    'an unknown key': (url) => fetch(`${url}/v2/faxes`, { headers: { ...from, authorization: 'Bearer x' } }),
    'a sign-in page': (url) => fetch(`${url}/auth/methods`, { headers: from }),
    'a provider’s post': (url) => fetch(`${url}/hooks/ifax/nobodys`, json({}, from)),
  }
  for (const [what, post] of Object.entries(kinds)) {
    const passed = await through(post)
    assert.ok(passed >= QUOTA && passed <= QUOTA + 1, `${what}: ${passed}`)
  }
})

test('all ways to sign in take from one bucket, and so do all addresses of one IPv6 customer', async () => {
  const ways = ['/auth/methods', '/auth/oidc/start', '/auth/passkey/options', '/auth/accept-invitation']
  let asked = 0
  const passed = await through((url) => {
    asked += 1
    const way = ways[asked % ways.length]!
    const headers = { 'x-forwarded-for': `2001:db8:1:2::${asked.toString(16)}` }
    return way === '/auth/methods' || way === '/auth/oidc/start'
      ? fetch(url + way, { headers })
      : fetch(url + way, json({}, { ...headers, origin: url }))
  })
  assertOnce(passed, QUOTA)
})

test('guesses at a name are counted over all processes to the last one', async () => {
  const { email } = await addPerson({ services: first }, await first.addAccount(), 'owner')
  const codes: string[] = []
  for (let guess = 0; guess < 8; guess += 1) {
    const browser = new Browser(guess % 2 === 0 ? a : b)
    browser.headers = { 'x-forwarded-for': `198.51.100.${guess}` }
    codes.push((await (await browser.signIn(email, 'a guess of many letters')).json()).code)
  }
  assert.deepEqual(codes, [
    ...Array<string>(5).fill('auth.sign_in_failed'),
    ...Array<string>(3).fill('limit.sign_in'),
  ])
})
