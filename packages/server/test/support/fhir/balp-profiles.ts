/**
 * The profiles of IHE BALP 1.1.4 (Basic Audit Log Patterns) for RESTful operations and for disclosures, as their StructureDefinitions
 * constrain R4's AuditEvent. What is only "must support" binds no instance and is left out.
 */

/** `system` stands for one of `SYSTEMS`. */
export type Code = `${keyof typeof SYSTEMS}#${string}`

export const SYSTEMS = {
  DCM: 'http://dicom.nema.org/resources/ontology/DCM',
  type: 'http://terminology.hl7.org/CodeSystem/audit-event-type',
  interaction: 'http://hl7.org/fhir/restful-interaction',
  lifecycle: 'http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle',
  participation: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType',
  participant: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type',
  entity: 'http://terminology.hl7.org/CodeSystem/audit-entity-type',
  role: 'http://terminology.hl7.org/CodeSystem/object-role',
  balp: 'https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType',
  sct: 'http://snomed.info/sct',
} as const

/** A rule about an element of a slice: how often it is there, and what it must be. */
export interface Rule {
  readonly path: string
  readonly min?: number
  readonly max?: number
  readonly codes?: readonly Code[]
  readonly equals?: unknown
  /** A reference to a resource of this type. */
  readonly target?: string
}

/** Those of a list that have one of these codes: of a subtype itself, of an agent or entity in its `type`. */
export interface Slice {
  readonly of: 'subtype' | 'agent' | 'entity'
  readonly name: string
  readonly codes: readonly Code[]
  readonly min: number
  readonly max: number
  readonly rules: readonly Rule[]
}

export interface Profile {
  readonly type: Code
  readonly action: string
  /** Absent: any, but one. */
  readonly outcome?: string
  /** Agents and entities there must be at least. */
  readonly agents: number
  readonly entities: number
  readonly slices: readonly Slice[]
  /** `val-audit-source`: the slice of agents whose `who` is `source.observer`. */
  readonly observer?: string
  readonly modifierExtensions: boolean
}

const DATA_SOURCES: readonly Code[] = ['participation#AUT', 'participation#INF', 'participation#CST']
const REST_ROLES: readonly Code[] = ['role#4', 'role#3', 'role#20']

const PATIENT: Slice = {
  of: 'entity',
  name: 'patient',
  codes: ['entity#1'],
  min: 1,
  max: 1,
  rules: [
    { path: 'what', min: 1, target: 'Patient' },
    { path: 'role', min: 1, codes: ['role#1'] },
  ],
}
const TRANSACTION: Slice = {
  of: 'entity',
  name: 'transaction',
  codes: ['balp#XrequestId'],
  min: 0,
  max: 1,
  rules: [{ path: 'what.identifier.value', min: 1 }],
}
const QUERY: Slice = {
  of: 'entity',
  name: 'query',
  codes: ['entity#2'],
  min: 1,
  max: 1,
  rules: [
    { path: 'what', max: 0 },
    { path: 'role', min: 1, codes: ['role#24'] },
    { path: 'lifecycle', max: 0 },
    { path: 'query', min: 1 },
    { path: 'detail', max: 0 },
  ],
}

function rest(
  action: string,
  interactions: readonly Code[],
  agents: { readonly client: Code; readonly server: Code; readonly user: readonly Code[] },
  object: Slice,
): Profile {
  const machine = (name: string, code: Code): Slice => ({
    of: 'agent',
    name,
    codes: [code],
    min: 1,
    max: 1,
    rules: [
      { path: 'who', min: 1 },
      { path: 'media', max: 0 },
      { path: 'network', min: 1 },
    ],
  })
  const user: Slice = {
    of: 'agent',
    name: 'user',
    codes: agents.user,
    min: 0,
    max: 1,
    rules: [
      { path: 'who', min: 1 },
      { path: 'requestor', equals: true },
      { path: 'media', max: 0 },
      { path: 'network', max: 0 },
    ],
  }
  const interaction: Slice = {
    of: 'subtype',
    name: 'interaction',
    codes: interactions,
    min: 1,
    max: 1,
    rules: [],
  }
  const parties = [machine('client', agents.client), machine('server', agents.server), user]
  return {
    type: 'type#rest',
    action,
    outcome: '0',
    agents: 2,
    entities: 1,
    slices: [interaction, ...parties, TRANSACTION, object],
    modifierExtensions: true,
  }
}

/** @param hasRole Read alone lets the object do without a role */
function object(hasRole = true): Slice {
  const role = { path: 'role', ...(hasRole ? { min: 1 } : {}), codes: REST_ROLES }
  return {
    of: 'entity',
    name: 'data',
    codes: ['entity#2'],
    min: 1,
    max: 1,
    rules: [{ path: 'what', min: 1 }, role],
  }
}

function withPatient(profile: Profile, entities: number): Profile {
  return { ...profile, entities, slices: [...profile.slices, PATIENT] }
}

function disclosure(type: Code, action: string, observer: 'source' | 'recipient'): Profile {
  const agent = (name: string, code: Code, min: 0 | 1, rules: readonly Rule[]): Slice => ({
    of: 'agent',
    name,
    codes: [code],
    min,
    max: 1,
    rules: [{ path: 'who', min: 1 }, ...rules],
  })
  return {
    type,
    action,
    agents: 2,
    entities: 2,
    slices: [
      { of: 'subtype', name: 'disclosure', codes: ['lifecycle#disclose'], min: 1, max: 1, rules: [] },
      agent('source', 'DCM#110153', 1, [{ path: 'network', min: 1 }]),
      agent('recipient', 'DCM#110152', 1, [{ path: 'network', min: 1 }]),
      agent('custodian', 'sct#159541003', 0, []),
      agent('authorizer', 'sct#429577009', 0, []),
      PATIENT,
    ],
    observer,
    modifierExtensions: false,
  }
}

const PUSHED = { client: 'DCM#110153', server: 'DCM#110152', user: DATA_SOURCES } as const
const RETRIEVED: readonly Code[] = ['participation#IRCP']

const create = rest('C', ['interaction#create'], PUSHED, object())
const update = rest('U', ['interaction#update', 'interaction#patch'], PUSHED, object())
const read = rest(
  'R',
  ['interaction#read', 'interaction#vread'],
  { client: 'DCM#110152', server: 'DCM#110153', user: RETRIEVED },
  object(false),
)
const remove = rest(
  'D',
  ['interaction#delete'],
  { client: 'DCM#110150', server: 'participant#custodian', user: DATA_SOURCES },
  object(),
)
const query = rest(
  'E',
  ['interaction#search', 'interaction#search-type', 'interaction#search-system'],
  { ...PUSHED, user: RETRIEVED },
  QUERY,
)

/** By the last part of their addresses. */
export const BALP_PROFILES: Readonly<Record<string, Profile>> = {
  Create: create,
  Read: read,
  Update: update,
  Delete: remove,
  Query: query,
  PatientCreate: withPatient(create, 2),
  PatientRead: withPatient(read, 2),
  PatientUpdate: withPatient(update, 2),
  PatientDelete: withPatient(remove, 2),
  PatientQuery: withPatient(query, 1),
  'PrivacyDisclosure.Source': disclosure('DCM#110106', 'R', 'source'),
  'PrivacyDisclosure.Recipient': disclosure('DCM#110107', 'C', 'recipient'),
}
