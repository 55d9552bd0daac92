import assert from 'node:assert/strict'
import { test } from 'node:test'
import { updateAccount } from '../../src/application/account/update-account.ts'
import type { Line } from '../../src/ports/line.ts'
import { ANY_NUMBER } from '../support/any-number.ts'
import { form, type HttpServer, json, testHttpServer } from '../support/http.ts'
import { markedPdf } from '../support/marked-pages.ts'
import { ACTOR, TEST_POLICY } from '../support/services.ts'
import { addTrunk, TrunkLine } from '../support/trunk-line.ts'

const HOUR = 3_600_000
/** Takes test faxes; nobody places a call here. */
const SANDBOX: Line = {
  name: 'sandbox',
  modes: ['test'],
  place: () => Promise.reject(new Error('no call is placed')),
}
const server = await testHttpServer({
  services: {
    policy: {
      ...TEST_POLICY,
      duplicateGuardMs: 0,
      limits: {
        quotas: { faxesPerDay: 6, newNumbersPerHour: 3, uploadMegabytesPerDay: 100 },
        destinations: { blocked: ['+1876'] },
        premiumDestinations: false,
      },
    },
    lines: [new TrunkLine(), SANDBOX],
  },
})

interface Account {
  readonly key: string
  readonly scope: HttpServer['scope']
  ask(path: string, init?: RequestInit): ReturnType<HttpServer['fetch']>
  send(to: string): ReturnType<HttpServer['fetch']>
}

let marks = 0

async function newAccount(mode: 'test' | 'live'): Promise<Account> {
  const scope = { ...(await server.services.addAccount()), mode }
  const key = await server.makeKey(scope)
  const ask = (path: string, init: RequestInit = {}) =>
    server.fetch(path, { ...init, headers: { ...init.headers, authorization: `Bearer ${key}` } })
  const send = (to: string) => {
    marks += 1
    return ask(
      '/v2/faxes',
      form([['to', to]], [{ fileName: 'a.pdf', bytes: markedPdf(1, `Zebra ${marks}`) }]),
    )
  }
  if (mode === 'live') {
    await addTrunk(server.services, scope, { name: 'Carrier' })
    await updateAccount(server.services, scope, ACTOR, ANY_NUMBER)
  }
  return { key, scope, ask, send }
}

const set = (account: Account, body: object) => account.ask('/v2/account', { ...json(body), method: 'PATCH' })

test('a fax beyond the quota of a day is refused, and taken again when the day has passed', async () => {
  const account = await newAccount('live')
  for (let sent = 0; sent < 6; sent += 1) assert.equal((await account.send('+12026660142')).status, 202)
  const refused = await account.send('+12026660142')
  assert.equal(refused.status, 429)
  const problem = await refused.json()
  assert.equal(problem.code, 'limit.quota')
  assert.match(problem.detail, /24 hours/)
  await server.services.clock.advance(24 * HOUR + 1_000)
  assert.equal((await account.send('+12026660142')).status, 202)
})

test('another account is not touched by it', async () => {
  assert.equal((await (await newAccount('live')).send('+12026660142')).status, 202)
})

test('new numbers are bounded by the hour; known ones are not', async () => {
  const account = await newAccount('live')
  for (const last of [1, 2, 3]) assert.equal((await account.send(`+1202666014${last}`)).status, 202)
  assert.equal((await account.send('+12026660144')).status, 429)
  assert.equal((await account.send('+12026660141')).status, 202)
  await server.services.clock.advance(HOUR + 1_000)
  assert.equal((await account.send('+12026660144')).status, 202)
})

test('an account may hold itself to less, and never to more', async () => {
  const account = await newAccount('live')
  assert.equal((await set(account, { quotas: { faxesPerDay: 1_000_000 } })).status, 200)
  const usage = async () =>
    (await (await account.ask('/v2/usage')).json()) as unknown as Record<
      string,
      { quota: number; used: number }
    >
  assert.equal((await usage()).faxesPerDay!.quota, 6)
  await set(account, { quotas: { faxesPerDay: 1 } })
  assert.equal((await account.send('+12026660142')).status, 202)
  assert.equal((await account.send('+12026660142')).status, 429)
  assert.deepEqual((await usage()).faxesPerDay, { used: 1, quota: 1 })
  assert.deepEqual((await usage()).newNumbersPerHour, { used: 1, quota: 3 })
  assert.deepEqual((await usage()).pagesPerDay, { used: 0, quota: null })
  assert.ok((await usage()).uploadMegabytesPerDay!.used > 0)
})

test('bytes count where they come in: with a fax and as an upload', async () => {
  const account = await newAccount('test')
  await set(account, { quotas: { uploadMegabytesPerDay: 1 } })
  const bytes = Buffer.concat([markedPdf(1, 'Zebra'), Buffer.alloc(700_000, 0x20)])
  const upload = () => account.ask('/v2/uploads', form([], [{ fileName: 'a.pdf', bytes }]))
  assert.equal((await upload()).status, 201)
  assert.equal((await (await upload()).json()).code, 'limit.quota')
  const fax = await account.ask('/v2/faxes', form([['to', '+12025550100']], [{ fileName: 'a.pdf', bytes }]))
  assert.equal(fax.status, 429)
})

test('premium, blocked and foreign numbers are refused before anything is stored', async () => {
  const account = await newAccount('live')
  assert.equal((await set(account, { destinations: { allowed: ['+1'], blocked: ['+1809'] } })).status, 200)
  const refused = async (to: string) => {
    const reply = await account.send(to)
    const { code, field, detail } = await reply.json()
    assert.deepEqual([reply.status, code, field], [422, 'destination.not_allowed', 'to'], to)
    assert.ok(!detail.includes(to))
    return detail
  }
  assert.match(await refused('+19006660142'), /premium/)
  assert.match(await refused('+18766660142'), /blocked/)
  assert.match(await refused('+18096660142'), /blocked/)
  assert.match(await refused('+442079460142'), /allowed/)
  assert.equal((await account.send('+12026660142')).status, 202)
  assert.equal((await set(account, { destinations: { allowed: ['1'] } })).status, 400)
})

test('the sandbox calls nobody, so only the form of its numbers counts', async () => {
  const account = await newAccount('test')
  await set(account, { destinations: { allowed: ['+44'] } })
  const reply = await account.send('+12025550100')
  assert.equal(reply.status, 202)
})
