import { hashToken, type SessionState, type SignInMethod } from '../../domain/access/session.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { PersonRow } from '../../ports/store/people-store.ts'
import type { SessionRow } from '../../ports/store/session-store.ts'
import type { Services } from '../services.ts'
import { actorOf, auditPerson } from './people-audit.ts'

/** Where a request comes from, as the audit and the list of sessions tell it. */
export interface Origin {
  readonly address: string
  readonly requestId: string | null
}

export interface BegunSession {
  readonly session: SessionRow
  /** Told to the browser alone, in a cookie; its hash is stored. */
  readonly token: string
}

export interface NewSession {
  readonly state: SessionState
  readonly method: SignInMethod
  readonly secondFactor: boolean
}

/** Begins a session. Whoever calls has seen proof of who it is. */
export async function beginSession(
  services: Services,
  person: PersonRow,
  wanted: NewSession,
  origin: Origin,
): Promise<BegunSession> {
  const now = new Date(services.clock.now())
  const token = newToken(services)
  const session: SessionRow = {
    id: services.random.id('ses'),
    personId: person.id,
    tokenHash: hashToken(token),
    state: wanted.state,
    method: wanted.method,
    address: origin.address.slice(0, 64),
    createdAt: now,
    lastSeenAt: now,
    secondFactorAt: wanted.secondFactor ? now : null,
    endedAt: null,
    endReason: null,
  }
  const memberships = await services.store.asSystem((tx) => tx.people.memberships(person.id))
  await auditPerson(
    services,
    actorOf(person.id, origin.requestId),
    memberships.map(({ accountId }) => accountId),
    'session.begun',
    session.id,
    { method: wanted.method, secondFactor: wanted.secondFactor, state: wanted.state },
  )
  await services.store.asSystem((tx) => tx.sessions.insert(session))
  return { session, token }
}

/** 256 random bits. */
export function newToken(services: Services): string {
  return services.random.bytes(32).toString('base64url')
}

export function listSessions(services: Services, personId: string): Promise<SessionRow[]> {
  return services.store.asSystem((tx) => tx.sessions.of(personId))
}

/** @throws Problem `session.not_found` for one that is not the person's, or has ended */
export async function endOwnSession(
  services: Services,
  person: { readonly id: string; readonly accountIds: readonly string[] },
  sessionId: string,
  reason: 'signed_out' | 'revoked',
  requestId: string | null,
): Promise<void> {
  // The audit keeps what it is told for ever: no name of a session that is not there, whatever that name says. One that is signed out is asked with.
  if (reason === 'revoked') {
    const running = await services.store.asSystem((tx) => tx.sessions.of(person.id))
    if (!running.some(({ id }) => id === sessionId)) throw new Problem('session.not_found')
  }
  const actor = actorOf(person.id, requestId)
  await auditPerson(services, actor, person.accountIds, 'session.ended', sessionId, { reason })
  const now = new Date(services.clock.now())
  const ended = await services.store.asSystem((tx) => tx.sessions.end(sessionId, person.id, reason, now))
  if (!ended) throw new Problem('session.not_found')
}
