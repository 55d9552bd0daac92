import type { Papers } from '../../../application/audit/read-audit.ts'
import { deedOf, tellsFailure } from '../../../domain/audit/audit-action.ts'
import type { LoggedEntry } from '../../../domain/audit/audit-leaf.ts'
import type { Purpose } from '../../../domain/fax/purpose.ts'
import {
  type AuditOrigin,
  actorAgent,
  type FhirAgent,
  faxAgents,
  observerOf,
  requestAgents,
} from './fhir-audit-agents.ts'
import { type FhirEntity, faxEntities, objectEntities, queryEntities } from './fhir-audit-entities.ts'
import * as codes from './fhir-codes.ts'

/**
 * An entry as an AuditEvent of FHIR R4. What a key or a person asked for and got has the form of IHE BALP 1.1.4 for RESTful operations without
 * a known patient, and pages that went out or came in have its form of disclosures; `meta.profile` says which. Sender and recipient
 * stay sealed: where BALP asks for them, the event says that they are not told.
 * @param papers what is said of the pages, where the entry tells of such; nothing: nobody said anything
 */
export function fhirAuditEvent(entry: LoggedEntry, origin: AuditOrigin, papers: Papers = NOTHING_SAID) {
  const { position, at, action } = entry
  const { profile, type, subtype, letter, purpose, agent, entity } = shapeOf(entry, origin, papers)
  return {
    resourceType: 'AuditEvent',
    id: String(position),
    ...(profile === undefined ? {} : { meta: { profile: [profile] } }),
    type,
    subtype: [...subtype, { system: 'urn:answerback:audit-action', code: action }],
    action: letter,
    recorded: at,
    outcome: tellsFailure(action) ? codes.MINOR_FAILURE : codes.SUCCESS,
    ...(purpose ? { purposeOfEvent: [codes.purposeConcept(purpose)] } : {}),
    agent,
    source: { observer: observerOf(origin), type: [codes.APPLICATION_SERVER] },
    entity,
  }
}

const NOTHING_SAID: Papers = { purpose: null, patient: null }

interface Shape {
  /** Absent: none but R4's own. */
  readonly profile?: string
  readonly type: codes.Coding
  readonly subtype: readonly codes.Coding[]
  /** https://hl7.org/fhir/R4/valueset-audit-event-action.html */
  readonly letter: codes.RestPattern['action']
  /** Why pages were disclosed, as it is said now. */
  readonly purpose?: Purpose | null
  readonly agent: readonly FhirAgent[]
  readonly entity: readonly FhirEntity[]
}

function shapeOf(entry: LoggedEntry, origin: AuditOrigin, papers: Papers): Shape {
  const deed = deedOf(entry.action)
  const pattern = codes.restPattern(deed)
  const plain = {
    type: codes.APPLICATION_ACTIVITY,
    subtype: [],
    letter: pattern?.action ?? 'E',
    agent: [actorAgent(entry)],
    entity: objectEntities(entry),
  } as const
  if (deed === 'sign_in') return { ...plain, type: codes.USER_AUTHENTICATION, subtype: [codes.LOGIN] }
  if (deed === 'sign_out') return { ...plain, type: codes.USER_AUTHENTICATION, subtype: [codes.LOGOUT] }
  if (carriedPages(entry)) return disclosure(entry, origin, deed === 'receive', papers)
  if (entry.requestId === null || entry.actorKind === 'system') return plain
  if (!pattern)
    return { ...plain, type: codes.REST, agent: requestAgents(entry, origin, codes.REST_PATTERNS.update) }
  return {
    // BALP's forms are those of success.
    ...(tellsFailure(entry.action) ? {} : { profile: pattern.profile }),
    type: codes.REST,
    subtype: [pattern.interaction],
    letter: pattern.action,
    agent: requestAgents(entry, origin, pattern),
    entity: deed === 'search' ? queryEntities(entry) : plain.entity,
  }
}

/** Pages left the account, or may have, or came into it. */
function carriedPages({ action, detail }: LoggedEntry): boolean {
  const deed = deedOf(action)
  const { pagesConfirmed, pageCount } = detail as Readonly<Record<string, unknown>>
  if (deed === 'send') return action === 'fax.outcome_unknown' || isSome(pagesConfirmed)
  return deed === 'receive' && isSome(pageCount)
}

function isSome(count: unknown): boolean {
  return typeof count === 'number' && count > 0
}

function disclosure(
  entry: LoggedEntry,
  origin: AuditOrigin,
  isReceived: boolean,
  { purpose, patient }: Papers,
): Shape {
  return {
    profile: codes.profileUrl(`PrivacyDisclosure.${isReceived ? 'Recipient' : 'Source'}`),
    type: isReceived ? codes.IMPORT : codes.EXPORT,
    subtype: [codes.DISCLOSE],
    letter: isReceived ? 'C' : 'R',
    agent: faxAgents(entry, origin, isReceived),
    purpose,
    entity: faxEntities(entry, patient),
  }
}
