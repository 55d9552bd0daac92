import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OpenTrunk } from '../../src/ports/line.ts'
import type { TrunkCheck, TrunkProbe } from '../../src/ports/trunk-probe.ts'
import { json, testHttpServer } from '../support/http.ts'
import { TrunkLine } from '../support/trunk-line.ts'

class Probe implements TrunkProbe {
  readonly probed: OpenTrunk[] = []
  checks: TrunkCheck[] = []

  async probe(trunk: OpenTrunk): Promise<readonly TrunkCheck[]> {
    this.probed.push(trunk)
    return this.checks
  }

  standing() {
    return { isRegistered: null, answers: null, heardAt: null }
  }
}

const probe = new Probe()
const server = await testHttpServer({ services: { lines: [new TrunkLine()], trunkProbe: probe } })
const liveScope = { ...server.scope, mode: 'live' as const }
const liveKey = await server.makeKey(liveScope)

async function ask(method: string, path: string, body?: object, key = liveKey) {
  const headers = {
    authorization: `Bearer ${key}`,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  }
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, text, body: text === '' ? undefined : JSON.parse(text) }
}

const WANTED = {
  name: 'Carrier',
  registration: 'register',
  host: 'sip.carrier.example',
  username: 'clinic',
  secret: 'zebra-password',
}
const made = await ask('POST', '/v2/trunks', WANTED)
const path = `/v2/trunks/${made.body.id}`

test('a trunk is made with sensible defaults, and not usable before it is acknowledged', () => {
  assert.equal(made.status, 201)
  const { port, transport, profile, acknowledgement, fault, hasSecret, numberFormat } = made.body
  assert.deepEqual([port, transport, fault, hasSecret], [5060, 'udp', 'not_acknowledged', true])
  assert.equal(acknowledgement, null)
  assert.deepEqual(numberFormat, { style: 'e164' })
  assert.deepEqual(
    [profile.t38, profile.redundancy, profile.ecm, profile.maxBitRate],
    ['auto', 3, true, 14_400],
  )
})

test('the secret is never shown, stored in the clear, or audited', async () => {
  await ask('PATCH', path, { secret: 'giraffe-password' })
  const audit = await services((tx) => tx.audit.list({ limit: 100 }))
  const rows = await services((tx) => tx.trunks.list())
  const list = await ask('GET', '/v2/trunks')
  const one = await ask('GET', path)
  const everything = [
    list.text,
    one.text,
    JSON.stringify(audit),
    JSON.stringify(rows),
    server.services.logText(),
  ]
  for (const text of everything) assert.doesNotMatch(text, /zebra-password|giraffe-password/)
  for (const { secretSealed } of rows) assert.ok(!secretSealed?.includes('password'))
  assert.deepEqual(
    audit.map(({ action }) => action).filter((action) => action.startsWith('trunk.')),
    ['trunk.created', 'trunk.changed'],
  )
})

function services<T>(work: Parameters<typeof server.services.store.asAccount<T>>[1]) {
  return server.services.store.asAccount(liveScope, work)
}

test('an acknowledgement says who and when, and falls when the media may go elsewhere', async () => {
  const acknowledged = await ask('POST', `${path}/acknowledge`, { mediaProtection: 'vpn' })
  assert.equal(acknowledged.body.acknowledgement.mediaProtection, 'vpn')
  assert.match(acknowledged.body.acknowledgement.by, /^key_/)
  assert.equal(acknowledged.body.fault, null)
  const renamed = await ask('PATCH', path, { name: 'Carrier A', order: 7, profile: { ecm: false } })
  assert.equal(renamed.body.fault, null)
  assert.deepEqual([renamed.body.profile.ecm, renamed.body.profile.redundancy], [false, 3])
  const moved = await ask('PATCH', path, { host: '192.0.2.44' })
  assert.equal(moved.body.acknowledgement, null)
  assert.equal(moved.body.fault, 'not_acknowledged')
})

test('what does not fit is refused with its place', async () => {
  for (const [body, code, field] of [
    [{ ...WANTED, hots: 'x' }, 'request.unknown_field', 'hots'],
    [{ ...WANTED, profile: { t83: 'auto' } }, 'request.unknown_field', 'profile.t83'],
    [{ name: 'x', registration: 'static' }, 'request.missing_field', 'host'],
    [{ ...WANTED, secret: undefined }, 'trunk.invalid', 'secret'],
    [{ ...WANTED, host: 'a b' }, 'trunk.invalid', 'host'],
    [{ ...WANTED, numberFormat: { style: 'national' } }, 'trunk.invalid', 'numberFormat.countryCode'],
    [{ ...WANTED, username: 'a"b' }, 'request.invalid', 'username'],
    [{ ...WANTED, inbound: { dids: ['12'] } }, 'trunk.invalid', 'inbound.dids[0]'],
  ] as const) {
    const refused = await ask('POST', '/v2/trunks', body)
    assert.deepEqual([refused.body.code, refused.body.field], [code, field])
    assert.ok(refused.body.fix)
  }
})

test('a number format keeps what it had when one part of it is changed', async () => {
  const national = { style: 'national', countryCode: '49', nationalPrefix: '0' }
  const set = await ask('PATCH', path, { numberFormat: national })
  assert.deepEqual(set.body.numberFormat, { ...national, internationalPrefix: '00' })
  const changed = await ask('PATCH', path, { numberFormat: { internationalPrefix: '011' } })
  assert.deepEqual(changed.body.numberFormat, { ...national, internationalPrefix: '011' })
  const plain = await ask('PATCH', path, { numberFormat: { style: 'e164' } })
  assert.deepEqual(plain.body.numberFormat, { style: 'e164' })
})

test('a test key has no trunks, another account does not see ours, and a reading key changes nothing', async () => {
  assert.equal((await ask('POST', '/v2/trunks', WANTED, server.key)).body.code, 'trunk.test_key')
  assert.deepEqual((await ask('GET', '/v2/trunks', undefined, server.key)).body.data, [])
  const stranger = await server.makeKey({ ...(await server.services.addAccount()), mode: 'live' })
  for (const key of [server.key, stranger]) {
    assert.equal((await ask('GET', path, undefined, key)).body.code, 'trunk.not_found')
    assert.equal((await ask('DELETE', path, undefined, key)).status, 404)
    assert.equal((await ask('PATCH', path, { name: 'x' }, key)).status, 404)
    assert.equal((await ask('POST', `${path}/acknowledge`, { mediaProtection: 'vpn' }, key)).status, 404)
    assert.equal((await ask('POST', `${path}/test`, {}, key)).status, 404)
  }
  const reader = await server.makeKey(liveScope, { scopes: ['trunks:read'] })
  assert.equal((await ask('GET', path, undefined, reader)).status, 200)
  assert.equal((await ask('PATCH', path, { name: 'x' }, reader)).status, 403)
})

test('a test of a trunk tells what was found and what to do, and gives the probe the secret', async () => {
  probe.checks = [
    { name: 'dns', outcome: 'ok', sentence: 'The name has 2 addresses.', fix: null, durationMs: 12 },
    {
      name: 'register',
      outcome: 'failed',
      sentence: 'The carrier refused the password.',
      fix: 'Correct it.',
      durationMs: 80,
    },
  ]
  const report = await ask('POST', `${path}/test`, {})
  assert.equal(report.status, 200)
  assert.equal(report.body.ok, false)
  assert.deepEqual(
    report.body.checks.map(({ name, outcome }: TrunkCheck) => [name, outcome]),
    [
      ['settings', 'failed'],
      ['dns', 'ok'],
      ['register', 'failed'],
    ],
  )
  assert.equal(probe.probed[0]?.secret, 'giraffe-password')
})

test('sending on trunks nobody acknowledged is refused with what to do', async () => {
  const send = {
    to: '+12026661234',
    documents: [{ fileName: 'a.pdf', data: Buffer.from('%PDF-1.4\n%page\n').toString('base64') }],
  }
  const refused = await ask('POST', '/v2/faxes', send)
  assert.deepEqual(
    [refused.status, refused.body.code, refused.body.field],
    [422, 'trunk.not_acknowledged', 'to'],
  )
  assert.match(refused.body.fix, /acknowledge/)
})

test('a trunk made twice with one Idempotency-Key is one trunk', async () => {
  const headers = { authorization: `Bearer ${liveKey}`, 'idempotency-key': 'once' }
  const replies = []
  for (let time = 0; time < 2; time += 1) {
    const response = await server.fetch('/v2/trunks', json({ ...WANTED, name: 'Once' }, headers))
    replies.push((await response.json()).id)
  }
  assert.equal(replies[0], replies[1])
  assert.equal((await ask('DELETE', `/v2/trunks/${replies[0]}`)).status, 204)
  assert.equal((await ask('GET', `/v2/trunks/${replies[0]}`)).status, 404)
})
