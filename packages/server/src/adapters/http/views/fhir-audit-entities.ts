import type { Papers } from '../../../application/audit/read-audit.ts'
import type { LoggedEntry } from '../../../domain/audit/audit-leaf.ts'
import * as codes from './fhir-codes.ts'

export type FhirEntity = object

/** https://hl7.org/fhir/R4/datatypes.html#string: neither control characters nor blanks but these four. Anything else goes as its bytes. */
const PLAIN = /^(?:[ \r\n\t]|[^\s\p{Cc}])+$/u

/** What it was done to, and the request it was done by. */
export function objectEntities(entry: LoggedEntry): FhirEntity[] {
  const object = {
    what: subjectOf(entry),
    type: codes.SYSTEM_OBJECT,
    role: codes.DOMAIN_RESOURCE,
    ...detailOf(entry),
  }
  return [object, ...requestEntity(entry)]
}

/** Words that were searched for are kept by nobody, so the query is there without them. BALP lets it have neither `what` nor `detail`. */
export function queryEntities(entry: LoggedEntry): FhirEntity[] {
  const query = { type: codes.SYSTEM_OBJECT, role: codes.QUERY, _query: codes.absent('unknown') }
  const searched = { what: subjectOf(entry), type: codes.OTHER, ...detailOf(entry) }
  return [query, searched, ...requestEntity(entry)]
}

/** Whose papers a fax is stands in no entry, but may be known of the fax. */
export function faxEntities(entry: LoggedEntry, patient: Papers['patient']): FhirEntity[] {
  const what = { type: 'Patient', ...patientIdentifier(patient) }
  return [{ what, type: codes.PERSON, role: codes.PATIENT }, ...objectEntities(entry)]
}

function patientIdentifier(patient: Papers['patient']) {
  if (patient === null) return codes.absent('unknown')
  if (patient === 'masked') return codes.absent('masked')
  if (!PLAIN.test(patient.id)) return codes.absent('unsupported')
  return { identifier: { system: 'urn:answerback:patient', value: patient.id } }
}

function subjectOf({ subjectId, accountId, mode }: LoggedEntry) {
  const [kind, value] = subjectId === null ? ['account', `${accountId}/${mode}`] : ['id', subjectId]
  return { identifier: { system: `urn:answerback:${kind}`, value } }
}

function requestEntity({ requestId }: LoggedEntry): FhirEntity[] {
  if (requestId === null) return []
  const what = { identifier: { system: 'urn:answerback:request', value: requestId } }
  return [{ what, type: codes.REQUEST }]
}

function detailOf({ detail }: LoggedEntry): { detail?: readonly object[] } {
  const told = Object.entries(detail as Record<string, unknown>)
    .filter(([, value]) => value !== null && value !== '')
    .map(([type, value]) => ({
      type,
      ...textValue(typeof value === 'string' ? value : JSON.stringify(value)),
    }))
  // A list of FHIR is never empty.
  return told.length === 0 ? {} : { detail: told }
}

function textValue(text: string) {
  return PLAIN.test(text)
    ? { valueString: text }
    : { valueBase64Binary: Buffer.from(text).toString('base64') }
}
