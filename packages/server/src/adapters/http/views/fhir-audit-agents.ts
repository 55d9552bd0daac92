import type { LoggedEntry } from '../../../domain/audit/audit-leaf.ts'
import { isPurpose } from '../../../domain/fax/purpose.ts'
import * as codes from './fhir-codes.ts'

/** Where an entry is from. */
export interface AuditOrigin {
  /** Name of the audit log, which stands for this server. */
  readonly log: string
  /** Where people reach this server; absent: not told. */
  readonly publicUrl?: string | undefined
}

export type FhirAgent = ReturnType<typeof agent>

/** Who wrote the entry: the same in `source.observer` and wherever this server is an agent, as BALP's `val-audit-source` compares them. */
export function observerOf({ log }: AuditOrigin) {
  return { type: 'Device', identifier: { system: 'urn:answerback:log', value: log }, display: 'Answerback' }
}

/** Whoever did it, where nothing is known of how it reached the server. */
export function actorAgent(entry: LoggedEntry): FhirAgent {
  return agent(entry.actorKind === 'user' ? codes.HUMAN : codes.APPLICATION, whoOf(entry), true)
}

/**
 * Client, server, and the person if it was one. A key stands for its application; a person's is not told apart. From which address a request
 * came is in the server's own log and not in the audit.
 */
export function requestAgents(
  entry: LoggedEntry,
  origin: AuditOrigin,
  { client, server, user }: Pick<codes.RestPattern, 'client' | 'server' | 'user'>,
): FhirAgent[] {
  const { publicUrl } = origin
  const address = publicUrl === undefined ? codes.absent('unknown') : { address: publicUrl, type: codes.URI }
  const answering = agent(server, observerOf(origin), false, address)
  const why = purposeOf(entry)
  if (entry.actorKind !== 'user')
    return [{ ...agent(client, whoOf(entry), true, codes.absent('unknown')), ...why }, answering]
  return [
    agent(client, { type: 'Device', ...codes.absent('unknown') }, false, codes.absent('unknown')),
    answering,
    { ...agent(user, whoOf(entry), true), ...why },
  ]
}

/** Why they asked for it, where they said: of a fax, why it is sent. */
function purposeOf({ action, detail }: LoggedEntry) {
  const { purpose } = detail as { readonly purpose?: unknown }
  if (action !== 'fax.accepted' || !isPurpose(purpose)) return {}
  return { purposeOfUse: [codes.purposeConcept(purpose)] }
}

/** The two ends of a fax. Their numbers are in the entry, sealed. */
export function faxAgents(entry: LoggedEntry, origin: AuditOrigin, isReceived: boolean): FhirAgent[] {
  const number = { _address: codes.absent('masked'), type: codes.TELEPHONE }
  const here = observerOf(origin)
  const farEnd = codes.absent('masked')
  return [
    agent(codes.SOURCE, isReceived ? farEnd : here, false, number),
    agent(codes.DESTINATION, isReceived ? here : farEnd, false, number),
    actorAgent(entry),
  ]
}

function agent(type: codes.Coding, who: object, requestor: boolean, network?: object) {
  return { type: { coding: [type] }, who, requestor, ...(network === undefined ? {} : { network }) }
}

function whoOf({ actorKind, actorId }: LoggedEntry) {
  return {
    type: actorKind === 'user' ? 'Practitioner' : 'Device',
    identifier: { system: `urn:answerback:${actorKind}`, value: actorId },
  }
}
