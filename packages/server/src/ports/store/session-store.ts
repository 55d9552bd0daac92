import type { SessionState, SignInMethod } from '../../domain/access/session.ts'
import type { BreakGlassRow } from './break-glass-store.ts'
import type { MemberRow, PersonRow } from './people-store.ts'

export interface SessionRow {
  readonly id: string
  readonly personId: string
  readonly tokenHash: Buffer
  readonly state: SessionState
  readonly method: SignInMethod
  /** Where it was begun from. */
  readonly address: string
  readonly createdAt: Date
  readonly lastSeenAt: Date
  readonly secondFactorAt: Date | null
  readonly endedAt: Date | null
  readonly endReason: string | null
}

/** Everything a request with a session is judged by, read at once. */
export interface SessionFacts {
  readonly session: SessionRow
  /** Nothing they sign in with: this is remembered for a while. */
  readonly person: Pick<PersonRow, 'id' | 'email' | 'name' | 'status'>
  /** Active ones, the oldest first. */
  readonly memberships: readonly MemberRow[]
  /** Of this session, not yet expired when it was read. */
  readonly grants: readonly Pick<BreakGlassRow, 'id' | 'accountId' | 'mode' | 'expiresAt'>[]
}

export interface SessionDirectory {
  insert(session: SessionRow): Promise<void>
  byToken(tokenHash: Buffer, now: Date): Promise<SessionFacts | undefined>
  /** Those that have not ended, newest first. */
  of(personId: string): Promise<SessionRow[]>
  touch(id: string, at: Date): Promise<void>
  /** Activates a session that was pending, or renews its second factor, under a new token. */
  promote(id: string, tokenHash: Buffer, at: Date): Promise<boolean>
  end(id: string, personId: string, reason: string, at: Date): Promise<boolean>
  /** @returns how many ran */
  endAll(personId: string, reason: string, at: Date, exceptId?: string): Promise<number>
}
