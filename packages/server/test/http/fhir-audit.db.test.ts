import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sendTo } from '../support/faxes.ts'
import { claimedProfiles, profileFaults } from '../support/fhir/balp-validator.ts'
import { type Json, validateResource } from '../support/fhir/r4-validator.ts'
import { ask, json, testHttpServer } from '../support/http.ts'

const server = await testHttpServer()
const patient = { id: 'MRN-000001', display: 'Test Patient Zebra' }
const fax = await sendTo(server.services, server.scope, 0, { patient, purpose: 'TREAT' })
await server.services.runFor(60_000)
await server.fetch('/v2/webhooks', json({ url: 'https://hooks.clinic.example/fax', dialect: 'native' }))
await server.fetch(`/v2/faxes/${fax.id}/content`)

const get = (query = '', accept = '*/*', key = server.key) =>
  ask(`${server.url}/v2/audit/fhir${query}`, { headers: { authorization: `Bearer ${key}`, accept } })

interface Coding {
  readonly system: string
  readonly code: string
}

interface AuditEvent extends Json {
  readonly id: string
  readonly meta?: { readonly profile: readonly string[] }
  readonly type: Coding
  readonly subtype: readonly Coding[]
  readonly action: string
  readonly outcome: string
  readonly agent: readonly {
    readonly who: { readonly identifier?: { readonly system: string; readonly value: string } }
    readonly network?: object
  }[]
  readonly entity: readonly { readonly what?: { readonly identifier?: { readonly value: string } } }[]
}

async function events(query = ''): Promise<AuditEvent[]> {
  const reply = await get(query)
  assert.equal(reply.status, 200)
  assert.match(reply.headers.get('content-type')!, /^application\/fhir\+json/)
  const bundle = JSON.parse(await reply.text())
  assert.deepEqual(validateResource(bundle), [])
  assert.deepEqual([bundle.resourceType, bundle.type], ['Bundle', 'collection'])
  return bundle.entry.map(({ resource }: { resource: AuditEvent }) => resource)
}

function named(all: readonly AuditEvent[], action: string): AuditEvent {
  return all.find(({ subtype }) => subtype.some(({ code }) => code === action))!
}

test('each is valid, keeps the profile of BALP it names, and tells no number', async () => {
  const all = await events()
  assert.ok(all.length >= 4)
  assert.ok(all.some(({ meta }) => meta) && !all.every(({ meta }) => meta))
  for (const event of all) {
    assert.deepEqual(
      claimedProfiles(event).flatMap((name) => profileFaults(event, name)),
      [],
    )
    assert.doesNotMatch(JSON.stringify(event), /2025550100/)
  }
})

test('what was done, by whom and to what is told in the codes of FHIR', async () => {
  const all = await events()
  const accepted = named(all, 'fax.accepted')
  assert.deepEqual([accepted.type.code, accepted.action, accepted.outcome], ['rest', 'C', '0'])
  assert.deepEqual(accepted.agent[0]!.who.identifier, { system: 'urn:answerback:key', value: 'key_test' })
  assert.match(accepted.agent[1]!.who.identifier!.value, /^answerback\.audit\/[0-9a-f]{16}$/)
  assert.equal(accepted.entity[0]!.what!.identifier!.value, fax.id)
  assert.equal(accepted.entity[1]!.what!.identifier!.value, 'req_test')
  const read = named(all, 'fax.content.read')
  assert.deepEqual([read.action, read.subtype[0]!.code], ['R', 'read'])
  const delivered = named(all, 'fax.delivered')
  assert.deepEqual(claimedProfiles(delivered), ['PrivacyDisclosure.Source'])
  assert.deepEqual([delivered.type.code, delivered.subtype[0]!.code], ['110106', 'disclose'])
})

test("whose papers went out is told to who may read them, with why; to nobody else more than that they are somebody's", async () => {
  const delivered = named(await events(), 'fax.delivered')
  const [papers] = delivered.entity
  assert.deepEqual(papers!.what!.identifier, { system: 'urn:answerback:patient', value: patient.id })
  assert.match(JSON.stringify(delivered.purposeOfEvent), /"TREAT"/)
  const auditor = await server.makeKey(server.scope, { scopes: ['audit:read'] })
  const shown = await (await get('', '*/*', auditor)).text()
  assert.doesNotMatch(shown, /MRN-000001|Zebra/)
  const event = JSON.parse(shown).entry.find(
    ({ resource }: { resource: AuditEvent }) => resource.id === delivered.id,
  )
  assert.match(JSON.stringify(event.resource.entity[0]), /masked/)
  assert.match(JSON.stringify(event.resource.purposeOfEvent), /"TREAT"/)
  const collected = (
    await server.services.store.asAccount(server.scope, (tx) => tx.audit.list({ limit: 500 }))
  ).filter(({ action }) => action === 'audit.collected')
  assert.equal(collected.at(-2)!.detail.patients, 1)
  assert.equal(collected.at(-1)!.detail.patients, undefined)
})

test('a reader goes on after the last it has, also line by line, and is in the trail', async () => {
  const all = await events()
  const rest = await events(`?after=${all[1]!.id}&limit=2`)
  assert.deepEqual(rest, all.slice(2, 4))
  const reply = await get(`?after=${all[1]!.id}&limit=2`, 'application/fhir+ndjson')
  const lines = (await reply.text()).trimEnd().split('\n')
  assert.deepEqual(
    lines.map((line) => JSON.parse(line)),
    rest,
  )
  const last = (await events(`?after=${all.at(-1)!.id}`))[0]!
  assert.ok(last.subtype.some(({ code }) => code === 'audit.collected'))
})
