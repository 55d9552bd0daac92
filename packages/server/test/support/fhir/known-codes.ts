import type { Json } from './r4-validator.ts'

const TERMINOLOGY = 'http://terminology.hl7.org/CodeSystem'

/**
 * Code systems whose codes are known here, with their displays. Of the small ones all codes; of DICOM's and of v3's those that R4's value sets of
 * AuditEvent name. A code that is not in its system, or has another display, is a mistake whatever the binding's strength.
 */
const SYSTEMS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  [`${TERMINOLOGY}/audit-event-type`]: { rest: 'RESTful Operation' },
  [`${TERMINOLOGY}/audit-entity-type`]: { 1: 'Person', 2: 'System Object', 3: 'Organization', 4: 'Other' },
  [`${TERMINOLOGY}/object-role`]: {
    1: 'Patient',
    3: 'Report',
    4: 'Domain Resource',
    6: 'User',
    20: 'Job',
    24: 'Query',
  },
  [`${TERMINOLOGY}/security-source-type`]: {
    1: 'User Device',
    2: 'Data Interface',
    3: 'Web Server',
    4: 'Application Server',
    5: 'Database Server',
    6: 'Security Server',
    7: 'Network Device',
    8: 'Network Router',
    9: 'Other',
  },
  [`${TERMINOLOGY}/extra-security-role-type`]: {
    authserver: 'authorization server',
    datacollector: 'data collector',
    dataprocessor: 'data processor',
    datasubject: 'data subject',
    humanuser: 'human user',
  },
  [`${TERMINOLOGY}/v3-ParticipationType`]: {
    AUT: 'author (originator)',
    CST: 'custodian',
    INF: 'informant',
    IRCP: 'information recipient',
  },
  [`${TERMINOLOGY}/v3-ActReason`]: {
    TREAT: 'treatment',
    ETREAT: 'Emergency Treatment',
    HPAYMT: 'healthcare payment',
    HOPERAT: 'healthcare operations',
    PATRQT: 'patient requested',
    FAMRQT: 'family requested',
    PUBHLTH: 'public health',
    HCOMPL: 'health compliance',
    HLEGAL: 'legal',
    HRESCH: 'healthcare research',
    THREAT: 'threat',
    HDECD: 'decedent',
    DONAT: 'donation',
  },
  [`${TERMINOLOGY}/provenance-participant-type`]: { custodian: 'Custodian' },
  [`${TERMINOLOGY}/iso-21089-lifecycle`]: { disclose: 'Disclose Record Lifecycle Event' },
  'http://hl7.org/fhir/restful-interaction': Object.fromEntries(
    ['read', 'vread', 'update', 'patch', 'delete', 'create', 'search', 'search-type', 'search-system'].map(
      (code) => [code, code],
    ),
  ),
  'http://dicom.nema.org/resources/ontology/DCM': {
    110100: 'Application Activity',
    110106: 'Export',
    110107: 'Import',
    110112: 'Query',
    110113: 'Security Alert',
    110114: 'User Authentication',
    110120: 'Application Start',
    110121: 'Application Stop',
    110122: 'Login',
    110123: 'Logout',
    110150: 'Application',
    110151: 'Application Launcher',
    110152: 'Destination Role ID',
    110153: 'Source Role ID',
  },
  'https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType': {
    XrequestId: 'transport specific unique identifier where http X-Request-Id is used',
  },
}

/** Ours, which nobody else defines. */
const OURS = /^urn:answerback:/

export function codeFault({ system, code, display }: Json): string[] {
  if (OURS.test(String(system))) return []
  const codes = SYSTEMS[String(system)]
  if (!codes) return [`code of the unknown system ${String(system)}`]
  if (!Object.hasOwn(codes, String(code))) return [`${String(code)} is no code of ${String(system)}`]
  if (display !== undefined && display !== codes[String(code)])
    return [`${String(code)} is not "${String(display)}"`]
  return []
}
