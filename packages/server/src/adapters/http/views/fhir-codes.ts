import type { Deed } from '../../../domain/audit/audit-action.ts'
import { PURPOSE_SYSTEM, PURPOSES, type Purpose } from '../../../domain/fax/purpose.ts'

export interface Coding {
  readonly system: string
  readonly code: string
  readonly display?: string
}

const TERMINOLOGY = 'http://terminology.hl7.org/CodeSystem'
const BALP = 'https://profiles.ihe.net/ITI/BALP'

const coding = (system: string, code: string, display: string): Coding => ({ system, code, display })
const dicom = (code: string, display: string) =>
  coding('http://dicom.nema.org/resources/ontology/DCM', code, display)
const participation = (code: string, display: string) =>
  coding(`${TERMINOLOGY}/v3-ParticipationType`, code, display)
const entityType = (code: string, display: string) =>
  coding(`${TERMINOLOGY}/audit-entity-type`, code, display)
const role = (code: string, display: string) => coding(`${TERMINOLOGY}/object-role`, code, display)
const restful = (code: string) => coding('http://hl7.org/fhir/restful-interaction', code, code)

export const APPLICATION_ACTIVITY = dicom('110100', 'Application Activity')
export const EXPORT = dicom('110106', 'Export')
export const IMPORT = dicom('110107', 'Import')
export const USER_AUTHENTICATION = dicom('110114', 'User Authentication')
export const LOGIN = dicom('110122', 'Login')
export const LOGOUT = dicom('110123', 'Logout')
export const APPLICATION = dicom('110150', 'Application')
export const DESTINATION = dicom('110152', 'Destination Role ID')
export const SOURCE = dicom('110153', 'Source Role ID')

export const REST = coding(`${TERMINOLOGY}/audit-event-type`, 'rest', 'RESTful Operation')
export const DISCLOSE = coding(
  `${TERMINOLOGY}/iso-21089-lifecycle`,
  'disclose',
  'Disclose Record Lifecycle Event',
)
export const APPLICATION_SERVER = coding(`${TERMINOLOGY}/security-source-type`, '4', 'Application Server')
export const HUMAN = coding(`${TERMINOLOGY}/extra-security-role-type`, 'humanuser', 'human user')
const AUTHOR = participation('AUT', 'author (originator)')
const RECIPIENT = participation('IRCP', 'information recipient')
const CUSTODIAN = coding(`${TERMINOLOGY}/provenance-participant-type`, 'custodian', 'Custodian')

export const PERSON = entityType('1', 'Person')
export const SYSTEM_OBJECT = entityType('2', 'System Object')
export const OTHER = entityType('4', 'Other')
export const REQUEST: Coding = { system: `${BALP}/CodeSystem/BasicAuditEntityType`, code: 'XrequestId' }
export const PATIENT = role('1', 'Patient')
export const DOMAIN_RESOURCE = role('4', 'Domain Resource')
export const QUERY = role('24', 'Query')

/** https://hl7.org/fhir/R4/valueset-network-type.html */
export const TELEPHONE = '3'
export const URI = '5'

/** https://hl7.org/fhir/R4/valueset-audit-event-outcome.html */
export const SUCCESS = '0'
export const MINOR_FAILURE = '4'

/** Why, as a CodeableConcept. */
export function purposeConcept(purpose: Purpose): { readonly coding: readonly Coding[] } {
  return { coding: [coding(PURPOSE_SYSTEM, purpose, PURPOSES[purpose].display)] }
}

export const profileUrl = (name: string) => `${BALP}/StructureDefinition/IHE.BasicAudit.${name}`

/** A request as BALP 1.1.4 (3:5.7.3) has it told: the agents' types say which way the data went. */
export interface RestPattern {
  readonly profile: string
  readonly action: 'C' | 'R' | 'U' | 'D' | 'E'
  readonly interaction: Coding
  readonly client: Coding
  readonly server: Coding
  readonly user: Coding
}

const sent = { client: SOURCE, server: DESTINATION, user: AUTHOR }

type RestDeed = 'create' | 'read' | 'search' | 'update' | 'delete'

export const REST_PATTERNS: Readonly<Record<RestDeed, RestPattern>> = {
  create: { profile: profileUrl('Create'), action: 'C', interaction: restful('create'), ...sent },
  update: { profile: profileUrl('Update'), action: 'U', interaction: restful('update'), ...sent },
  read: {
    profile: profileUrl('Read'),
    action: 'R',
    interaction: restful('read'),
    client: DESTINATION,
    server: SOURCE,
    user: RECIPIENT,
  },
  delete: {
    profile: profileUrl('Delete'),
    action: 'D',
    interaction: restful('delete'),
    client: APPLICATION,
    server: CUSTODIAN,
    user: AUTHOR,
  },
  // Not by the way of the data: this is how DICOM and IHE tell of a query.
  search: {
    profile: profileUrl('Query'),
    action: 'E',
    interaction: restful('search'),
    ...sent,
    user: RECIPIENT,
  },
}

/** `undefined`: BALP has no form for it. */
export function restPattern(deed: Deed): RestPattern | undefined {
  return Object.hasOwn(REST_PATTERNS, deed) ? REST_PATTERNS[deed as RestDeed] : undefined
}

/** What is not told, and why: https://hl7.org/fhir/R4/extension-data-absent-reason.html */
export function absent(reason: 'masked' | 'unknown' | 'unsupported') {
  return {
    extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: reason }],
  }
}
