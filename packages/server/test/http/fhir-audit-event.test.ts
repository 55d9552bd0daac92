import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fhirAuditEvent } from '../../src/adapters/http/views/fhir-audit-event.ts'
import type { Papers } from '../../src/application/audit/read-audit.ts'
import { AUDIT_ACTIONS, type AuditAction, deedOf, tellsFailure } from '../../src/domain/audit/audit-action.ts'
import type { LoggedEntry } from '../../src/domain/audit/audit-leaf.ts'
import { PURPOSE_CODES } from '../../src/domain/fax/purpose.ts'
import { claimedProfiles, profileFaults } from '../support/fhir/balp-validator.ts'
import { type Json, validateResource } from '../support/fhir/r4-validator.ts'

const ACTIONS = Object.keys(AUDIT_ACTIONS) as AuditAction[]
const ORIGIN = { log: 'answerback.audit/0123456789abcdef', publicUrl: 'https://fax.clinic.example' }
const DETAILS = [
  {},
  { pages: [1, 2], from: 'sending', status: 'delivered', pageCount: 3, pagesConfirmed: 3, disposition: null },
  { pageCount: 2, pagesConfirmed: 0, nothing: '', nested: { kind: 'a "word"' }, isSo: false },
]

const entryOf = (given: Partial<LoggedEntry>): LoggedEntry => ({
  position: 42,
  accountId: 'acc_1',
  mode: 'live',
  at: '2026-11-26T01:59:59.497123Z',
  actorKind: 'key',
  actorId: 'key_1',
  requestId: 'req_1',
  action: 'fax.accepted',
  subjectId: 'fax_1',
  detail: {},
  salt: '0'.repeat(36),
  partiesSealed: null,
  ...given,
})

/** Every action, by everybody who could do it, with and without a request, a subject and details. */
const ENTRIES = ACTIONS.flatMap((action) =>
  ['key', 'user', 'system'].flatMap((actorKind) =>
    ['req_1', null].flatMap((requestId) =>
      ['fax_1', null].flatMap((subjectId) =>
        DETAILS.map((detail) =>
          entryOf({ action, actorKind, actorId: `${actorKind}_1`, requestId, subjectId, detail }),
        ),
      ),
    ),
  ),
)

const eventOf = (entry: LoggedEntry): Json => JSON.parse(JSON.stringify(fhirAuditEvent(entry, ORIGIN)))
const faultsOf = (event: Json) => [
  ...validateResource(event),
  ...claimedProfiles(event).flatMap((name) => profileFaults(event, name)),
]

test('whatever the audit can hold becomes an AuditEvent that keeps R4 and the profile it names', () => {
  assert.ok(ENTRIES.length > 4000, `${ENTRIES.length} entries`)
  for (const entry of ENTRIES) {
    const { action, actorKind, requestId, subjectId } = entry
    assert.deepEqual(faultsOf(eventOf(entry)), [], [action, actorKind, requestId, subjectId].join(' '))
  }
})

test('a server that does not know its address makes valid events all the same', () => {
  for (const entry of ENTRIES) {
    const event = JSON.parse(JSON.stringify(fhirAuditEvent(entry, { log: ORIGIN.log })))
    assert.deepEqual(faultsOf(event), [], entry.action)
  }
})

test('what a request created, read, changed, deleted or searched names the profile of BALP for it', () => {
  const names = { create: 'Create', read: 'Read', update: 'Update', delete: 'Delete', search: 'Query' }
  const seen = new Set<string>()
  for (const action of ACTIONS) {
    const name = names[deedOf(action) as keyof typeof names]
    if (!name) continue
    seen.add(name)
    for (const actorKind of ['key', 'user']) {
      const claimed = claimedProfiles(eventOf(entryOf({ action, actorKind })))
      assert.deepEqual(claimed, tellsFailure(action) ? [] : [name], action)
    }
    assert.deepEqual(claimedProfiles(eventOf(entryOf({ action, actorKind: 'system' }))), [], action)
  }
  assert.equal(seen.size, 5)
})

test('pages that went out, or may have, are a disclosure, and pages that came in an import', () => {
  const claimed = (action: AuditAction, detail: object) =>
    claimedProfiles(
      eventOf(entryOf({ action, actorKind: 'system', actorId: 'worker', requestId: null, detail })),
    )
  const some = { pageCount: 2, pagesConfirmed: 1 }
  const none = { pageCount: 0, pagesConfirmed: 0 }
  for (const action of [
    'fax.delivered',
    'fax.partially_delivered',
    'fax.failed',
    'fax.canceled',
    'fax.expired',
  ] as const) {
    assert.deepEqual(claimed(action, some), ['PrivacyDisclosure.Source'], action)
    assert.deepEqual(claimed(action, none), [], action)
  }
  assert.deepEqual(claimed('fax.outcome_unknown', none), ['PrivacyDisclosure.Source'])
  for (const action of ['inbound.received', 'inbound.partially_received', 'inbound.failed'] as const) {
    assert.deepEqual(claimed(action, some), ['PrivacyDisclosure.Recipient'], action)
    assert.deepEqual(claimed(action, none), [], action)
  }
  assert.deepEqual(claimed('fax.sending', some), [])
})

test('why pages were disclosed, and whose they are, is told where the profile asks for it and the reader may know', () => {
  const entry = entryOf({
    action: 'fax.delivered',
    actorKind: 'system',
    requestId: null,
    detail: DETAILS[1]!,
  })
  const told = (papers: Papers) => {
    const event: Json = JSON.parse(JSON.stringify(fhirAuditEvent(entry, ORIGIN, papers)))
    assert.deepEqual(faultsOf(event), [])
    const [patient] = event.entity as { what: { identifier?: object; extension?: { valueCode: string }[] } }[]
    const { identifier, extension } = patient!.what
    return [event.purposeOfEvent, identifier ?? extension?.[0]?.valueCode]
  }
  const system = 'http://terminology.hl7.org/CodeSystem/v3-ActReason'
  assert.deepEqual(told({ purpose: 'HPAYMT', patient: { id: 'MRN-1', display: 'Test Patient Zebra' } }), [
    [{ coding: [{ system, code: 'HPAYMT', display: 'healthcare payment' }] }],
    { system: 'urn:answerback:patient', value: 'MRN-1' },
  ])
  assert.deepEqual(told({ purpose: null, patient: 'masked' }), [undefined, 'masked'])
  assert.deepEqual(told({ purpose: null, patient: null }), [undefined, 'unknown'])
  assert.deepEqual(told({ purpose: null, patient: { id: 'a\u0001b' } }), [undefined, 'unsupported'])
  for (const purpose of PURPOSE_CODES) told({ purpose, patient: null })
})

test('who hands a fax in is told with why they did', () => {
  for (const actorKind of ['key', 'user']) {
    const event = eventOf(entryOf({ actorKind, detail: { purpose: 'TREAT' } }))
    assert.deepEqual(faultsOf(event), [])
    const agents = event.agent as { requestor: boolean; purposeOfUse?: { coding: { code: string }[] }[] }[]
    const asked = agents.find(({ requestor }) => requestor)
    assert.equal(asked!.purposeOfUse![0]!.coding[0]!.code, 'TREAT')
  }
  const other = eventOf(entryOf({ detail: { purpose: 'nonsense' } }))
  assert.doesNotMatch(JSON.stringify(other.agent), /purposeOfUse/)
})

test('no event is without what was done, even of an action that is not written any more', () => {
  const event = eventOf(entryOf({ action: 'fax.was_called_otherwise' }))
  assert.deepEqual(faultsOf(event), [])
  assert.ok((event.subtype as { code: string }[]).some(({ code }) => code === 'fax.was_called_otherwise'))
})

test('whatever the details of an entry are, its event is valid', () => {
  const detail = fc.dictionary(fc.stringMatching(/^[a-z][A-Za-z_]{0,20}$/), fc.jsonValue())
  fc.assert(
    fc.property(
      fc.constantFrom(...ACTIONS),
      detail,
      fc.integer({ min: 1, max: 2 ** 53 - 1 }),
      (action, told, position) => {
        assert.deepEqual(faultsOf(eventOf(entryOf({ action, detail: told, position }))), [])
      },
    ),
    { numRuns: 1000 },
  )
})
