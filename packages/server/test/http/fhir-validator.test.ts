import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fhirAuditBundle } from '../../src/adapters/http/views/fhir-audit-bundle.ts'
import type { LoggedEntry } from '../../src/domain/audit/audit-leaf.ts'
import { BALP_PROFILES } from '../support/fhir/balp-profiles.ts'
import { claimedProfiles, profileFaults } from '../support/fhir/balp-validator.ts'
import { validateResource } from '../support/fhir/r4-validator.ts'

/** What a planted fault does to an event; loose, since a fault may be anything. */
// biome-ignore lint/suspicious/noExplicitAny: it is what is broken on purpose.
type Loose = any
type Planted = readonly [fault: string, plant: (event: Loose) => void, told: RegExp]

const entryOf = (given: Partial<LoggedEntry>): LoggedEntry => ({
  position: 7,
  accountId: 'acc_1',
  mode: 'live',
  at: '2026-11-26T01:59:59.497123Z',
  actorKind: 'user',
  actorId: 'usr_1',
  requestId: 'req_1',
  action: 'webhook.created',
  subjectId: 'whk_1',
  detail: { kind: 'one' },
  salt: '0'.repeat(36),
  partiesSealed: null,
  ...given,
})
const bundleOf = (...given: Partial<LoggedEntry>[]): Loose =>
  structuredClone(
    fhirAuditBundle(
      { entries: given.map(entryOf), papers: new Map() },
      { log: 'answerback.audit/1', publicUrl: 'https://fax.example' },
    ),
  )
const eventOf = (given: Partial<LoggedEntry>): Loose => bundleOf(given).entry[0].resource
const faultsOf = (event: Loose) => [
  ...validateResource(event),
  ...claimedProfiles(event).flatMap((name) => profileFaults(event, name)),
]

function assertCaught(make: () => Loose, planted: readonly Planted[]): void {
  assert.deepEqual(faultsOf(make()), [], 'without a fault')
  for (const [fault, plant, told] of planted) {
    const event = make()
    plant(event)
    const found = faultsOf(event)
    assert.ok(
      found.some((each) => told.test(each)),
      `${fault}: ${JSON.stringify(found)}`,
    )
  }
}

test('whatever breaks R4 is found and named', () => {
  assertCaught(
    () => eventOf({}),
    [
      ['another resource', (event) => (event.resourceType = 'AuditEvents'), /no type of resource/],
      ['no type', (event) => delete event.type, /AuditEvent\.type: missing/],
      ['no time', (event) => delete event.recorded, /recorded: missing/],
      ['a day for a time', (event) => (event.recorded = '2026-11-26'), /recorded: no instant/],
      ['no such day', (event) => (event.recorded = '2026-11-32T00:00:00Z'), /recorded: no instant/],
      ['a time without a zone', (event) => (event.recorded = '2026-11-26T00:00:00'), /recorded: no instant/],
      ['an action that is none', (event) => (event.action = 'X'), /action: no code of its binding/],
      ['an outcome that is none', (event) => (event.outcome = '1'), /outcome: no code of its binding/],
      ['an outcome as a number', (event) => (event.outcome = 0), /outcome: no code$/],
      ['nobody', (event) => (event.agent = []), /agent: an empty list/],
      ['no agent', (event) => delete event.agent, /agent: missing/],
      ['one agent without a list', (event) => (event.agent = event.agent[0]), /agent: no list/],
      ['a list of types', (event) => (event.type = [event.type]), /type: a list/],
      ['no requestor', (event) => delete event.agent[0].requestor, /agent\[0\]\.requestor: missing/],
      ['a word for a boolean', (event) => (event.agent[0].requestor = 'true'), /requestor: no boolean/],
      ['an unknown element', (event) => (event.severity = 'low'), /severity: unknown/],
      ['an unknown element below', (event) => (event.source.name = 'a'), /source\.name: unknown/],
      ['no observer', (event) => delete event.source.observer, /source\.observer: missing/],
      [
        'an agent that is a fax',
        (event) => (event.agent[0].who = { type: 'Communication' }),
        /points to a Communication/,
      ],
      [
        'a literal of the wrong type',
        (event) => (event.agent[0].who = { reference: 'Location/1' }),
        /points to a Location/,
      ],
      ['an empty object', (event) => (event.agent[0].who = {}), /who: empty/],
      ['an id and nothing', (event) => (event.agent[0].who = { id: 'a' }), /who: empty/],
      ['null', (event) => (event.outcomeDesc = null), /outcomeDesc: no string/],
      ['an empty string', (event) => (event.outcomeDesc = ''), /outcomeDesc: no string/],
      ['a control character', (event) => (event.outcomeDesc = 'a\u0000'), /outcomeDesc: no string/],
      [
        'a kind of network that is none',
        (event) => (event.agent[1].network.type = '6'),
        /network\.type: no code of its/,
      ],
      ['an id that is none', (event) => (event.id = 'a b'), /id: no id/],
      ['a code with blanks around', (event) => (event.type.code = ' rest'), /code: no code/],
      ['a relative system', (event) => (event.type.system = 'audit-event-type'), /system absolute/],
      ['an unknown system', (event) => (event.type.system = 'http://example.org/x'), /unknown system/],
      ['a code its system has not', (event) => (event.entity[0].type.code = '9'), /9 is no code of/],
      ['another display', (event) => (event.type.display = 'Restful thing'), /rest is not "Restful thing"/],
      [
        'a detail without a value',
        (event) => delete event.entity[0].detail[0].valueString,
        /detail\[0\]\.value: missing/,
      ],
      [
        'a detail with two values',
        (event) => (event.entity[0].detail[0].valueBase64Binary = 'YWJj'),
        /value: more than one/,
      ],
      [
        'a value of another type',
        (event) => (event.entity[0].detail[0].valueInteger = 1),
        /valueInteger: unknown/,
      ],
      [
        'a name and a query',
        (event) => Object.assign(event.entity[0], { name: 'a', query: 'YWJj' }),
        /sev-1/,
      ],
      ['no base64', (event) => (event.entity[0].query = 'abc'), /query: no base64Binary/],
      ['a period backwards', (event) => (event.period = { start: '2026-02-01', end: '2026-01-01' }), /per-1/],
      ['an extension of nothing', (event) => (event.extension = [{ url: 'urn:a:b' }]), /ext-1/],
      ['something contained', (event) => (event.contained = [{ resourceType: 'Patient' }]), /dom-2/],
      ['text beside no value of text', (event) => (event._recorded = 'a'), /_recorded: no object/],
    ],
  )
})

test('whatever breaks a Bundle is found and named', () => {
  assertCaught(
    () => bundleOf({}, { position: 8 }),
    [
      ['no type', (bundle) => delete bundle.type, /Bundle\.type: missing/],
      ['a total of a collection', (bundle) => (bundle.total = 2), /bdl-1/],
      ['an entry of nothing', (bundle) => bundle.entry.push({ fullUrl: 'urn:uuid:a' }), /bdl-5/],
      ['an entry without a name', (bundle) => delete bundle.entry[0].fullUrl, /fullUrl of each entry/],
      ['two entries of one name', (bundle) => (bundle.entry[1].fullUrl = bundle.entry[0].fullUrl), /bdl-7/],
      ['a search in a collection', (bundle) => (bundle.entry[0].search = { mode: 'match' }), /bdl-2/],
      [
        'a request in a collection',
        (bundle) => (bundle.entry[0].request = { method: 'GET', url: 'a' }),
        /bdl-3/,
      ],
      [
        'an event that is broken',
        (bundle) => delete bundle.entry[1].resource.type,
        /entry\[1\]\.resource: AuditEvent\.type/,
      ],
    ],
  )
})

const REST: readonly Planted[] = [
  [
    'another type',
    (event) => (event.type = { system: event.type.system, code: 'other' }),
    /type is not type#rest/,
  ],
  ['another action', (event) => (event.action = event.action === 'E' ? 'R' : 'E'), /action is not/],
  ['a failure', (event) => (event.outcome = '4'), /outcome is not 0/],
  ['no outcome', (event) => delete event.outcome, /outcome is not 0/],
  ['no interaction', (event) => event.subtype.shift(), /subtype:interaction is missing/],
  ['no client', (event) => event.agent.shift(), /agent:client is missing/],
  ['two clients', (event) => event.agent.push(event.agent[0]), /agent:client is there more than once/],
  ['a client that is nobody', (event) => delete event.agent[0].who, /agent:client\.who is missing/],
  ['a client from nowhere', (event) => delete event.agent[0].network, /agent:client\.network is missing/],
  ['no server', (event) => event.agent.splice(1, 1), /agent:server is missing/],
  [
    'a server on a disk',
    (event) => (event.agent[1].media = event.type),
    /agent:server\.media must not be there/,
  ],
  [
    'a person with an address',
    (event) => (event.agent[2].network = { type: '2' }),
    /agent:user\.network must not/,
  ],
  [
    'a person who did not ask',
    (event) => (event.agent[2].requestor = false),
    /agent:user\.requestor is not true/,
  ],
  ['nothing it was done to', (event) => event.entity.shift(), /entity:(?:data|query) is missing/],
  [
    'a request without its id',
    (event) => delete event.entity.at(-1).what.identifier.value,
    /transaction\.what\.identifier\.value is missing/,
  ],
]

for (const [action, name] of [
  ['webhook.created', 'Create'],
  ['fax.content.read', 'Read'],
  ['webhook.changed', 'Update'],
  ['webhook.deleted', 'Delete'],
  ['inbound.searched', 'Query'],
] as const) {
  test(`whatever breaks BALP's ${name} is found and named`, () => {
    assert.deepEqual(claimedProfiles(eventOf({ action })), [name])
    assertCaught(() => eventOf({ action }), REST)
  })
}

test('what BALP lets an object and a query have, and what it does not, is told apart', () => {
  const role = (code: string): Planted => [
    `role ${code}`,
    (event) => (event.entity[0].role.code = code),
    /data\.role is not one of/,
  ]
  assertCaught(
    () => eventOf({}),
    [
      role('24'),
      role('1'),
      ['no role', (event) => delete event.entity[0].role, /data\.role is missing/],
      ['no object', (event) => delete event.entity[0].what, /data\.what is missing/],
    ],
  )
  const read = eventOf({ action: 'fax.content.read' })
  delete read.entity[0].role
  assert.deepEqual(faultsOf(read), [])
  assertCaught(
    () => eventOf({ action: 'inbound.searched' }),
    [
      ['no query', (event) => delete event.entity[0]._query, /query\.query is missing/],
      [
        'a query about something',
        (event) => (event.entity[0].what = { display: 'a' }),
        /query\.what must not/,
      ],
      [
        'a query with details',
        (event) => (event.entity[0].detail = [{ type: 'a', valueString: 'b' }]),
        /query\.detail must not/,
      ],
      ['a query that is a report', (event) => (event.entity[0].role.code = '3'), /query\.role is not one of/],
    ],
  )
})

test('whatever breaks a disclosure is found and named', () => {
  const faults: readonly Planted[] = [
    ['no word of disclosure', (event) => event.subtype.shift(), /subtype:disclosure is missing/],
    ['no source', (event) => event.agent.shift(), /agent:source is missing/],
    ['no recipient', (event) => event.agent.splice(1, 1), /agent:recipient is missing/],
    [
      'a recipient without a number',
      (event) => delete event.agent[1].network,
      /agent:recipient\.network is missing/,
    ],
    [
      'another observer',
      (event) => (event.source.observer = { type: 'Device', display: 'a' }),
      /val-audit-source/,
    ],
    ['no patient', (event) => event.entity.shift(), /entity:patient is missing/],
    [
      'a patient who is a device',
      (event) => (event.entity[0].what.type = 'Device'),
      /patient\.what points to no Patient/,
    ],
    ['a patient in no role', (event) => delete event.entity[0].role, /patient\.role is missing/],
    ['a patient and nothing', (event) => (event.entity = [event.entity[0]]), /too few entities/],
    ['no outcome', (event) => delete event.outcome, /outcome is not there/],
    [
      'a modifier',
      (event) => (event.modifierExtension = [{ url: 'urn:a:b', valueCode: 'c' }]),
      /a modifierExtension/,
    ],
    ['another type', (event) => (event.type.code = '110100'), /type is not DCM#/],
  ]
  const detail = { pageCount: 1, pagesConfirmed: 1 }
  for (const action of ['fax.delivered', 'inbound.received'])
    assertCaught(() => eventOf({ action, actorKind: 'system', requestId: null, detail }), faults)
})

test('an event that names a profile nobody wrote down here is not let through, nor one of a patient without one', () => {
  const event = eventOf({})
  event.meta.profile = ['https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.Creation']
  assert.match(faultsOf(event).join(), /no profile of BALP/)
  for (const name of Object.keys(BALP_PROFILES).filter((each) => each.startsWith('Patient')))
    assert.match(profileFaults(eventOf({}), name).join(), /entity:patient is missing/)
})
