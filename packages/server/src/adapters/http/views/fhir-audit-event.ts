import type { LoggedEntry } from '../../../domain/audit/audit-leaf.ts'

const DCM = 'http://dicom.nema.org/resources/ontology/DCM'
const TERMINOLOGY = 'http://terminology.hl7.org/CodeSystem'
const BALP_ENTITY = 'https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType'
const OURS = 'urn:answerback'

/** Verbs that end an action, and what FHIR calls them. Others execute something. */
const VERBS: readonly (readonly [RegExp, 'C' | 'R' | 'U' | 'D', string])[] = [
  [/(?:^|[._])(?:created|uploaded|accepted|ordered|invited|noted|received)$/, 'C', 'create'],
  [/(?:^|[._])(?:read|listed|downloaded|exported|proved)$/, 'R', 'read'],
  [/(?:^|[._])searched$/, 'R', 'search'],
  [
    /(?:^|[._])(?:changed|updated|rotated|revoked|assigned|marked|linked|acknowledged|resolved|released|held)$/,
    'U',
    'update',
  ],
  [/(?:^|[._])(?:deleted|destroyed|shredded)$/, 'D', 'delete'],
]
/** 4: minor failure, 8: serious failure; of https://hl7.org/fhir/R4/valueset-audit-event-outcome.html. */
const FAILED = /(?:^|[._])(?:failed|refused|blocked|denied|expired)$/

/**
 * An entry as an AuditEvent of FHIR R4. It has every element R4 requires (`type`, `recorded`, `agent.requestor`, `source.observer`), and
 * follows the patterns of IHE BALP for who asked (agent), by which request (entity `XrequestId`) and about what (entity). Sender and
 * recipient stay sealed, so there is no patient in it.
 * @param log name of the audit log, which stands for this server
 */
export function fhirAuditEvent(entry: LoggedEntry, log: string) {
  const { position, at, action, actorKind, requestId } = entry
  const [, letter, interaction] = VERBS.find(([verb]) => verb.test(action)) ?? []
  const isRequest = requestId !== null && actorKind !== 'system'
  return {
    resourceType: 'AuditEvent',
    id: String(position),
    type: isRequest
      ? { system: `${TERMINOLOGY}/audit-event-type`, code: 'rest', display: 'Restful Operation' }
      : { system: DCM, code: '110100', display: 'Application Activity' },
    subtype: [
      ...(isRequest && interaction
        ? [{ system: 'http://hl7.org/fhir/restful-interaction', code: interaction }]
        : []),
      { system: `${OURS}:audit-action`, code: action },
    ],
    action: letter ?? 'E',
    recorded: at,
    outcome: FAILED.test(action) ? '4' : '0',
    agent: [agentOf(entry)],
    source: {
      observer: { type: 'Device', identifier: { system: `${OURS}:log`, value: log }, display: 'Answerback' },
      type: [{ system: `${TERMINOLOGY}/security-source-type`, code: '4', display: 'Application Server' }],
    },
    entity: entitiesOf(entry),
  }
}

function agentOf({ actorKind, actorId }: LoggedEntry) {
  const isPerson = actorKind === 'user'
  return {
    type: {
      coding: [
        isPerson
          ? { system: `${TERMINOLOGY}/extra-security-role-type`, code: 'humanuser', display: 'human user' }
          : { system: DCM, code: '110150', display: 'Application' },
      ],
    },
    who: {
      type: isPerson ? 'Practitioner' : 'Device',
      identifier: { system: `${OURS}:${actorKind}`, value: actorId },
    },
    requestor: true,
  }
}

function entitiesOf({ requestId, subjectId, detail, accountId, mode }: LoggedEntry) {
  const details = Object.entries(detail as Record<string, unknown>)
    .map(([type, value]) => ({
      type,
      valueString: typeof value === 'string' ? value : JSON.stringify(value),
    }))
    // A string of FHIR is never empty.
    .filter(({ type, valueString }) => type !== '' && valueString !== '')
  const subject = subjectId === null ? `${accountId}/${mode}` : subjectId
  return [
    {
      what: { identifier: { system: `${OURS}:${subjectId === null ? 'account' : 'id'}`, value: subject } },
      type: { system: `${TERMINOLOGY}/audit-entity-type`, code: '2', display: 'System Object' },
      ...(details.length === 0 ? {} : { detail: details }),
    },
    ...(requestId === null
      ? []
      : [
          {
            what: { identifier: { system: `${OURS}:request`, value: requestId } },
            type: { system: BALP_ENTITY, code: 'XrequestId' },
          },
        ]),
  ]
}
