import { BREAK_GLASS_SCOPES, type Right, rightsOf, scopesOf } from '../../domain/access/roles.ts'
import { hashToken, lacksSecondFactor, type PeoplePolicy, sessionEnd } from '../../domain/access/session.ts'
import type { Mode } from '../../domain/fax/fax.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { MemberRow } from '../../ports/store/people-store.ts'
import type { SessionFacts } from '../../ports/store/session-store.ts'
import type { Caller } from '../api-keys/authenticate.ts'
import type { Services } from '../services.ts'
import { actorOf } from './people-audit.ts'

/** A person who calls, in one of their accounts and modes. */
export interface CallingPerson extends Caller {
  readonly member: MemberRow
  readonly rights: readonly Right[]
}

/** @throws Problem `auth.signed_out` for a token that is unknown or whose session has ended */
export async function authenticateSession(services: Services, token: string): Promise<SessionFacts> {
  const now = new Date(services.clock.now())
  const facts = await services.store.asSystem((tx) => tx.sessions.byToken(hashToken(token), now))
  if (!facts || facts.session.endedAt !== null || facts.person.status !== 'active') {
    throw new Problem('auth.signed_out')
  }
  return facts
}

/**
 * Whether a session still stands at this moment.
 * @param seenAt ms, when it was last used, if later than what was read
 * @throws Problem `auth.signed_out`
 */
export function assertRunning(
  facts: SessionFacts,
  policy: PeoplePolicy,
  nowMs: number,
  seenAt: number,
): void {
  const { session } = facts
  const lastSeenAt = new Date(Math.max(session.lastSeenAt.getTime(), seenAt))
  const end = sessionEnd({ ...session, lastSeenAt }, policy, nowMs)
  if (end === 'idle') {
    const minutes = Math.round(policy.sessionIdleMs / 60_000)
    throw new Problem('auth.signed_out', { detail: `The session was idle for ${minutes} minutes.` })
  }
  if (end === 'too_old')
    throw new Problem('auth.signed_out', { detail: 'The session had lasted long enough.' })
}

/** Whether a session is more than a password that was right. @throws Problem `auth.mfa_required` */
export function assertActive(facts: SessionFacts): void {
  if (facts.session.state === 'pending') {
    throw new Problem('auth.mfa_required', { detail: 'The second factor of this sign-in is still to come.' })
  }
}

export interface Place {
  /** Absent: the first account of the person. */
  readonly accountId?: string
  readonly mode: Mode
}

/**
 * What a session may do in an account and mode: what its person is there, and what an emergency opened.
 * @throws Problem `auth.no_account`, `auth.forbidden`, `auth.mfa_required`
 */
export function callerIn(
  facts: SessionFacts,
  place: Place,
  policy: PeoplePolicy,
  nowMs: number,
  requestId: string,
): CallingPerson {
  assertActive(facts)
  const { session, person, memberships, grants } = facts
  const member = memberships.find(
    ({ accountId }) => place.accountId === undefined || accountId === place.accountId,
  )
  if (!member) throw new Problem('auth.no_account')
  if (!member.modes.includes(place.mode)) {
    throw new Problem('auth.forbidden', { detail: `This person does not work in ${place.mode} mode.` })
  }
  if (lacksSecondFactor(policy, session.secondFactorAt, place.mode)) throw new Problem('auth.mfa_required')
  const open = grants.some(
    (grant) =>
      grant.accountId === member.accountId && grant.mode === place.mode && nowMs < grant.expiresAt.getTime(),
  )
  const own = rightsOf(member, place.mode)
  const rights = open ? [...new Set([...own, ...BREAK_GLASS_SCOPES])] : own
  const departments = open ? null : member.departments
  return {
    scope: { accountId: member.accountId, mode: place.mode, ...(departments ? { departments } : {}) },
    scopes: scopesOf(rights),
    grantable: scopesOf(own),
    rights,
    actor: actorOf(person.id, requestId),
    member,
  }
}

/** @throws Problem `auth.mfa_not_fresh` */
export function assertFresh(facts: SessionFacts, policy: PeoplePolicy, nowMs: number): void {
  const { secondFactorAt } = facts.session
  if (secondFactorAt === null) throw new Problem('auth.mfa_required')
  if (nowMs >= secondFactorAt.getTime() + policy.freshMs) throw new Problem('auth.mfa_not_fresh')
}
