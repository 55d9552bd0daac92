import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SoftwareAuthenticator } from '../support/authenticator.ts'
import { testHttpServer } from '../support/http.ts'
import { addPerson, Browser, enrol, signedIn } from '../support/people.ts'

const server = await testHttpServer()
const { clock } = server.services
const AT_ONCE = 5
/** Guesses of one test shall not count in the next. */
const later = () => clock.jumpTo(clock.now() + 16 * 60_000)

/** How often each status was answered to so many who ask the same at once. */
async function atOnce(
  ask: (index: number) => Promise<{ readonly status: number }>,
): Promise<Record<number, number>> {
  const counts: Record<number, number> = {}
  const replies = await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => ask(index)))
  for (const { status } of replies) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

test('a code of the app and a backup code each let one session in, however many show it at once', async () => {
  const person = await addPerson(server, server.scope, 'clinician')
  const app = await enrol(server, new Browser(server), person.email)
  clock.jumpTo(clock.now() + 60_000)
  for (const factor of [() => ({ code: app.code }), () => ({ backupCode: app.backupCodes[0] })]) {
    const browsers = Array.from({ length: AT_ONCE }, () => new Browser(server))
    for (const browser of browsers) assert.equal((await browser.signIn(person.email)).status, 200)
    const given = factor()
    assert.deepEqual(await atOnce((index) => browsers[index]!.post('/auth/second-factor', given)), {
      200: 1,
      401: AT_ONCE - 1,
    })
    later()
  }
})

for (const who of ['somebody new', 'somebody who comes back'] as const) {
  test(`an invitation brings in ${who} once, however many take it up at once, and the password of that one counts`, async () => {
    later()
    const owner = await signedIn(server, server.scope, 'owner')
    const back = await addPerson(server, server.scope, 'auditor')
    assert.equal((await owner.browser.ask('DELETE', `/v2/users/${back.id}`)).status, 200)
    const email = who === 'somebody new' ? 'okapi@clinic.example' : back.email
    const { link } = await (await owner.browser.post('/v2/users', { email, role: 'clinician' })).json()
    const token = link.split('#')[1]
    const password = (index: number) => `a password of guest number ${index}`
    const taken: number[] = []
    const counts = await atOnce(async (index) => {
      const body = { token, password: password(index) }
      const reply = await new Browser(server).post('/auth/accept-invitation', body)
      if (reply.status === 200) taken.push(index)
      return reply
    })
    assert.deepEqual(
      Object.keys(counts).filter((status) => Number(status) >= 500),
      [],
    )
    assert.equal(counts[200], 1)
    for (let index = 0; index < AT_ONCE; index += 1) {
      if (index % 4 === 0) later()
      const { status } = await new Browser(server).signIn(email, password(index))
      assert.equal(status, taken.includes(index) ? 200 : 401, `the password of ${index}`)
    }
  })
}

test('what a passkey signed once lets in one', async () => {
  later()
  const url = server.url.replace('127.0.0.1', 'localhost')
  const person = await addPerson(server, server.scope, 'clinician')
  const browser = new Browser({ url })
  await browser.signIn(person.email)
  const authenticator = new SoftwareAuthenticator(url)
  const creation = await (await browser.post('/v2/me/passkeys/options')).json()
  const passkey = authenticator.create(creation)
  const counts = await atOnce(() => browser.post('/v2/me/passkeys', { name: 'Key', passkey }))
  assert.equal(counts[201], 1, JSON.stringify(counts))
  const options = await (await new Browser({ url }).post('/auth/passkey/options')).json()
  const signed = authenticator.get(options)
  assert.deepEqual(
    await atOnce(() => new Browser({ url }).post('/auth/passkey/sign-in', { passkey: signed })),
    {
      200: 1,
      401: AT_ONCE - 1,
    },
  )
})
