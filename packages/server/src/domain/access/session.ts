import { createHash } from 'node:crypto'
import type { Mode } from '../fax/fax.ts'

/** `pending`: the password was right and the second factor of the person is still to come. */
export type SessionState = 'pending' | 'active'

/** How somebody signed in. */
export type SignInMethod = 'password' | 'passkey' | 'oidc' | 'invitation'

/** The operator's rules for people. */
export interface PeoplePolicy {
  /** Automatic logoff, 164.312(a)(2)(iii). */
  readonly sessionIdleMs: number
  readonly sessionMaxMs: number
  /** Where a session needs a second factor. Management of people needs one under all but `never`. */
  readonly secondFactor: 'live' | 'always' | 'never'
  /** How long a second factor counts as fresh, for what asks for one anew. */
  readonly freshMs: number
  /** By when emergency access is to be reviewed, counted from its use. */
  readonly breakGlassReviewMs: number
}

export const DEFAULT_PEOPLE_POLICY: PeoplePolicy = {
  sessionIdleMs: 15 * 60_000,
  sessionMaxMs: 12 * 3_600_000,
  secondFactor: 'live',
  freshMs: 5 * 60_000,
  breakGlassReviewMs: 24 * 3_600_000,
}

/** A password was right, and nothing came after it. */
const PENDING_MS = 5 * 60_000

export interface SessionTimes {
  readonly state: SessionState
  readonly createdAt: Date
  readonly lastSeenAt: Date
}

/** Whether a session has run out, and by which rule. */
export function sessionEnd(
  session: SessionTimes,
  policy: PeoplePolicy,
  nowMs: number,
): 'idle' | 'too_old' | undefined {
  const maxMs = session.state === 'pending' ? PENDING_MS : policy.sessionMaxMs
  if (nowMs >= session.createdAt.getTime() + maxMs) return 'too_old'
  return nowMs >= session.lastSeenAt.getTime() + policy.sessionIdleMs ? 'idle' : undefined
}

/** Whether a mode is closed to a session as it is. */
export function lacksSecondFactor(policy: PeoplePolicy, secondFactorAt: Date | null, mode: Mode): boolean {
  if (secondFactorAt !== null || policy.secondFactor === 'never') return false
  return policy.secondFactor === 'always' || mode === 'live'
}

/** What is stored of a session's or an invitation's token: 256 random bits need no slow hash. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
