import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sendTo } from '../support/faxes.ts'
import { ask, json, testHttpServer } from '../support/http.ts'

const server = await testHttpServer()
const fax = await sendTo(server.services, server.scope, 0)
await server.services.runFor(60_000)
await server.fetch('/v2/webhooks', json({ url: 'https://hooks.clinic.example/fax', dialect: 'native' }))
await server.fetch(`/v2/faxes/${fax.id}/content`)

const get = (query = '', accept = '*/*') =>
  ask(`${server.url}/v2/audit/fhir${query}`, { headers: { authorization: `Bearer ${server.key}`, accept } })

interface Coding {
  readonly system: string
  readonly code: string
}

interface AuditEvent {
  readonly resourceType: string
  readonly id: string
  readonly type: Coding
  readonly subtype: readonly Coding[]
  readonly action: string
  readonly recorded: string
  readonly outcome: string
  readonly agent: readonly {
    readonly who: { readonly identifier: { readonly system: string; readonly value: string } }
    readonly requestor: boolean
  }[]
  readonly source: { readonly observer: { readonly identifier: { readonly value: string } } }
  readonly entity: readonly {
    readonly what: { readonly identifier: { readonly value: string } }
    readonly detail?: readonly { readonly type: string; readonly valueString: string }[]
  }[]
}

async function events(query = ''): Promise<AuditEvent[]> {
  const reply = await get(query)
  assert.equal(reply.status, 200)
  assert.match(reply.headers.get('content-type')!, /^application\/fhir\+json/)
  const bundle = JSON.parse(await reply.text())
  assert.deepEqual([bundle.resourceType, bundle.type], ['Bundle', 'collection'])
  return bundle.entry.map(({ resource }: { resource: AuditEvent }) => resource)
}

test('each has what FHIR R4 requires of an AuditEvent', async () => {
  const all = await events()
  assert.ok(all.length >= 4)
  for (const event of all) {
    assert.equal(event.resourceType, 'AuditEvent')
    // https://hl7.org/fhir/R4/datatypes.html#id and #instant.
    assert.match(event.id, /^[A-Za-z0-9\-.]{1,64}$/)
    assert.match(event.recorded, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$/)
    assert.ok(event.type.system && event.type.code)
    assert.match(event.action, /^[CRUDE]$/)
    assert.match(event.outcome, /^(?:0|4|8|12)$/)
    assert.ok(event.agent.length > 0 && event.agent.every(({ requestor }) => typeof requestor === 'boolean'))
    assert.match(event.source.observer.identifier.value, /^answerback\.audit\/[0-9a-f]{16}$/)
    for (const { what, detail } of event.entity) {
      assert.ok(what.identifier.value)
      for (const { type, valueString } of detail ?? []) assert.ok(type && valueString)
    }
    assert.doesNotMatch(JSON.stringify(event), /2025550100|:null|:\[\]|""/)
  }
})

test('what was done, by whom and to what is told in the codes of FHIR', async () => {
  const all = await events()
  const accepted = all.find(({ subtype }) => subtype.some(({ code }) => code === 'fax.accepted'))!
  assert.deepEqual([accepted.type.code, accepted.action, accepted.outcome], ['rest', 'C', '0'])
  assert.deepEqual(accepted.agent[0]!.who.identifier, { system: 'urn:answerback:key', value: 'key_test' })
  assert.equal(accepted.entity[0]!.what.identifier.value, fax.id)
  assert.equal(accepted.entity[1]!.what.identifier.value, 'req_test')
  const read = all.find(({ subtype }) => subtype.some(({ code }) => code === 'fax.content.read'))!
  assert.deepEqual([read.action, read.subtype[0]!.code], ['R', 'read'])
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
