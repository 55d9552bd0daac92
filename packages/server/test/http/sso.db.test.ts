import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import Provider from 'oidc-provider'
import { createOidcProvider } from '../../src/adapters/auth/oidc.ts'
import { createHttpOut } from '../../src/adapters/http-out/http-out.ts'
import { beginOidc, finishOidc } from '../../src/application/people/oidc-sign-in.ts'
import type { Clock } from '../../src/ports/clock.ts'
import { testHttpServer } from '../support/http.ts'
import { addPerson, Browser, enrol, signedIn } from '../support/people.ts'

/** What the provider says of whoever signs in there next. */
let account = { sub: 'none', email: 'none@clinic.example', email_verified: true, amr: [] as string[] }

const providerServer = createServer()
await new Promise<void>((resolve) => providerServer.listen(0, '127.0.0.1', resolve))
after(() => providerServer.close())
const issuer = `http://127.0.0.1:${(providerServer.address() as AddressInfo).port}`

const settings = {
  issuer,
  clientId: 'answerback',
  clientSecret: 'a secret of the client that tests know',
  name: 'Clinic',
  asksSecondFactor: false,
}
const policy = { allowLoopback: true }
const clock: Clock = {
  now: () => server.services.clock.now(),
  setTimer: (delayMs, work) => server.services.clock.setTimer(delayMs, work),
  sleep: (delayMs, signal) => server.services.clock.sleep(delayMs, signal),
}
const identityProvider = createOidcProvider(settings, { httpOut: createHttpOut(), clock, policy })
const server = await testHttpServer({ services: { identityProvider } })
serveProvider()

/** A real OpenID Connect provider on this machine, whose sign-in page asks nothing. */
function serveProvider(): void {
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: settings.clientId,
        client_secret: settings.clientSecret,
        redirect_uris: [`${server.url}/auth/oidc/callback`],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    claims: { openid: ['sub', 'amr'], email: ['email', 'email_verified'] },
    pkce: { required: () => true },
    cookies: { keys: ['of a test'] },
    findAccount: (_context, accountId) => ({
      accountId,
      claims: async () => {
        const { email, email_verified } = account
        return { sub: accountId, email, email_verified }
      },
    }),
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
  })
  const handle = provider.callback()
  providerServer.on('request', async (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return handle(request, response)
    const { prompt, params, session } = await provider.interactionDetails(request, response)
    if (prompt.name === 'login') {
      const { sub, amr } = account
      await provider.interactionFinished(request, response, {
        login: { accountId: sub, amr, remember: false },
      })
      return
    }
    const grant = new provider.Grant({ accountId: session?.accountId, clientId: String(params.client_id) })
    grant.addOIDCScope('openid email')
    await provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } })
  })
}

/** Goes there and back as a browser does, keeping each site's cookies. @returns the address it comes back to */
async function visitProvider(start: string): Promise<string> {
  const jar = new Map<string, string>()
  let url = start
  for (let step = 0; step < 12; step += 1) {
    const reply = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
    })
    for (const line of reply.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1))
    }
    const location = reply.headers.get('location')
    assert.ok(location, `${reply.status} ${await reply.text()}`)
    url = new URL(location, url).href
    if (url.startsWith(server.url)) return url
  }
  throw new Error('The provider sends in circles.')
}

async function signInBySso(browser: Browser, change: (back: URL) => void = () => undefined) {
  const start = await browser.get('/auth/oidc/start')
  assert.equal(start.status, 303)
  const back = new URL(await visitProvider(start.headers.get('location')!))
  change(back)
  // The provider's redirect comes from another site, and a link says nothing of an origin.
  return browser.get(back.pathname + back.search, { 'sec-fetch-site': 'cross-site' })
}

const owner = await signedIn(server, server.scope, 'owner')

test('somebody invited comes in by single sign-on, and is known by the provider’s name for them afterwards', async () => {
  account = { sub: 'okapi-1', email: 'Okapi@clinic.example', email_verified: true, amr: ['mfa'] }
  await owner.browser.post('/v2/users', { email: 'okapi@clinic.example', role: 'clinician' })
  const browser = new Browser(server)
  const back = await signInBySso(browser)
  assert.equal(back.status, 200, await back.clone().text())
  assert.match(await back.text(), /http-equiv="refresh" content="0;url=\/"/)
  const me = await (await browser.get('/v2/me')).json()
  assert.deepEqual([me.email, me.accounts[0].role], ['okapi@clinic.example', 'clinician'])
  account = { ...account, email: 'new-address@clinic.example' }
  const again = new Browser(server)
  await signInBySso(again)
  assert.equal((await (await again.get('/v2/me')).json()).id, me.id)
})

test('the provider’s own second factor counts when it says so, and otherwise ours is asked for', async () => {
  const live = { 'x-answerback-mode': 'live' }
  const person = await addPerson(server, server.scope, 'clinician')
  account = { sub: 'gnu-1', email: person.email, email_verified: true, amr: ['pwd'] }
  const one = new Browser(server)
  // Somebody with a password goes there signed in, the first time.
  await one.signIn(person.email)
  await signInBySso(one)
  assert.equal((await (await one.get('/v2/faxes', live)).json()).code, 'auth.mfa_required')
  await enrol(server, new Browser(server), person.email)
  const waiting = new Browser(server)
  await signInBySso(waiting)
  assert.equal((await (await waiting.get('/v2/me')).json()).session.state, 'pending')
})

test('a provider that asks everybody for a second factor is believed when the operator says so', async () => {
  const person = await addPerson(server, server.scope, 'clinician')
  account = { sub: 'lynx-1', email: person.email, email_verified: true, amr: [] }
  const asking = { ...settings, asksSecondFactor: true }
  const services = {
    ...server.services,
    identityProvider: createOidcProvider(asking, { httpOut: createHttpOut(), clock, policy }),
  }
  const redirectUri = `${server.url}/auth/oidc/callback`
  const { url, seed } = await beginOidc(services, redirectUri, person.id)
  const { searchParams } = new URL(await visitProvider(url))
  const origin = { address: '192.0.2.1', requestId: null }
  const { session } = await finishOidc(services, searchParams, redirectUri, seed, origin)
  assert.deepEqual([session.state, session.secondFactorAt], ['active', session.createdAt])
})

test('nobody else comes in: unknown, unverified, or disabled', async () => {
  const gone = await addPerson(server, server.scope, 'clinician')
  await server.services.store.asSystem((tx) => tx.people.update(gone.id, { status: 'disabled' }))
  for (const who of [
    { sub: 'nobody-1', email: 'nobody@clinic.example', email_verified: true },
    { sub: 'yak-1', email: owner.email, email_verified: false },
    { sub: 'gone-1', email: gone.email, email_verified: true },
  ]) {
    account = { ...who, amr: ['mfa'] }
    const browser = new Browser(server)
    const back = await signInBySso(browser)
    assert.deepEqual([back.status, (await back.json()).code], [403, 'auth.sso_failed'])
    assert.equal(browser.jar.get('answerback'), undefined)
  }
})

test('an answer that is not to this browser’s question is none', async () => {
  account = { sub: 'okapi-1', email: 'okapi@clinic.example', email_verified: true, amr: ['mfa'] }
  const code = async (reply: Awaited<ReturnType<Browser['get']>>) => (await reply.json()).code
  for (const change of [
    (back: URL) => back.searchParams.set('state', 'another'),
    (back: URL) => back.searchParams.set('code', 'another'),
    (back: URL) => back.searchParams.set('iss', 'https://evil.example'),
    (back: URL) => back.searchParams.append('error', 'access_denied'),
  ]) {
    assert.equal(await code(await signInBySso(new Browser(server), change)), 'auth.sso_failed')
  }
  const start = await new Browser(server).get('/auth/oidc/start')
  const back = new URL(await visitProvider(start.headers.get('location')!))
  assert.equal(
    await code(await new Browser(server).get(back.pathname + back.search)),
    'auth.sso_failed',
    'login CSRF',
  )
  const twice = new Browser(server)
  let cookie = ''
  const once = await signInBySso(twice, () => {
    cookie = `answerback_oidc=${twice.jar.get('answerback_oidc')}`
  })
  assert.equal(once.status, 200)
  assert.equal(
    await code(await new Browser(server).get('/auth/oidc/callback?code=1', { cookie })),
    'auth.sso_failed',
  )
})

test('the cookie of a sign-in that is under way says nothing but which browser began it', async () => {
  const start = await new Browser(server).get('/auth/oidc/start')
  assert.match(
    start.headers.getSetCookie()[0]!,
    /^answerback_oidc=[\w-]{43}; Max-Age=600; Path=\/auth\/oidc; HttpOnly; SameSite=Lax$/,
  )
  const url = new URL(start.headers.get('location')!)
  assert.equal(url.searchParams.get('code_challenge_method'), 'S256')
  assert.ok(!start.headers.getSetCookie()[0]!.includes(url.searchParams.get('state')!))
})
