import type { Role } from '../../domain/access/roles.ts'
import type { SessionState, SignInMethod } from '../../domain/access/session.ts'
import type { Mode } from '../../domain/fax/fax.ts'

export interface PersonRow {
  readonly id: string
  /** In lower case; what they sign in with. */
  readonly email: string
  readonly name: string
  readonly status: 'active' | 'disabled'
  readonly passwordHash: string | null
  readonly totpWrapped: Buffer | null
  readonly totpConfirmedAt: Date | null
  /** Step of the last one-time code that was used. */
  readonly totpStep: number
  readonly createdAt: Date
  readonly disabledAt: Date | null
}

export type PersonPatch = Partial<
  Pick<
    PersonRow,
    'name' | 'status' | 'passwordHash' | 'totpWrapped' | 'totpConfirmedAt' | 'totpStep' | 'disabledAt'
  >
>

export interface MemberRow {
  readonly accountId: string
  readonly personId: string
  readonly role: Role
  /** `null`: all. */
  readonly departments: readonly string[] | null
  readonly modes: readonly Mode[]
  readonly status: 'active' | 'disabled'
  readonly createdAt: Date
  readonly changedAt: Date
}

export type MemberPatch = Partial<Pick<MemberRow, 'role' | 'departments' | 'modes' | 'status'>>

/** A member with what is told of the person. */
export interface MemberDetails extends MemberRow {
  readonly email: string
  readonly name: string
  readonly personStatus: PersonRow['status']
  readonly hasTotp: boolean
  readonly passkeyCount: number
  readonly lastSeenAt: Date | null
}

export interface InvitationRow {
  readonly id: string
  readonly accountId: string
  readonly email: string
  readonly role: Role
  readonly departments: readonly string[] | null
  readonly modes: readonly Mode[]
  readonly tokenHash: Buffer
  readonly invitedBy: string
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly acceptedAt: Date | null
  readonly revokedAt: Date | null
}

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

export interface PasskeyRow {
  readonly id: string
  readonly personId: string
  readonly credentialId: Buffer
  /** COSE (RFC 9052 §7). */
  readonly publicKey: Buffer
  readonly signCount: number
  readonly transports: readonly string[]
  readonly name: string
  readonly createdAt: Date
  readonly lastUsedAt: Date | null
}

export interface BreakGlassRow {
  readonly id: string
  readonly accountId: string
  readonly mode: Mode
  readonly personId: string
  readonly sessionId: string
  readonly reasonSealed: Buffer
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly reviewedAt: Date | null
  readonly reviewedBy: string | null
  readonly outcome: BreakGlassOutcome | null
  readonly noteSealed: Buffer | null
}

export type BreakGlassOutcome = 'justified' | 'not_justified'

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

/** People of the account of the transaction. */
export interface MemberRepository {
  list(): Promise<MemberDetails[]>
  get(personId: string): Promise<MemberRow | undefined>
  /** Also locks every owner of the account, so that two who leave at once do not leave none. */
  lockOwners(): Promise<MemberRow[]>
  insert(member: MemberRow): Promise<void>
  update(personId: string, patch: MemberPatch, at: Date): Promise<MemberRow | undefined>
  /** Ends every session of a member, in all accounts. @returns how many ran */
  endSessions(personId: string, reason: string, at: Date): Promise<number>
  insertInvitation(invitation: InvitationRow): Promise<void>
  /** Neither accepted, revoked nor expired, newest first. */
  openInvitations(now: Date): Promise<InvitationRow[]>
  revokeInvitation(id: string, at: Date): Promise<boolean>
  /** Takes it for one person. `false` when somebody was first. */
  acceptInvitation(id: string, at: Date): Promise<boolean>
  /** Addresses of active owners, for notices. */
  ownerEmails(): Promise<string[]>
}

export interface BreakGlassRepository {
  insert(grant: BreakGlassRow, notifyAt: Date): Promise<void>
  get(id: string): Promise<BreakGlassRow | undefined>
  /** Newest first. */
  list(filter: {
    readonly reviewed?: boolean
    readonly afterId?: string
    readonly limit: number
  }): Promise<BreakGlassRow[]>
  /** `undefined` when it was reviewed before. */
  review(
    id: string,
    review: Required<Pick<BreakGlassRow, 'reviewedAt' | 'reviewedBy' | 'outcome' | 'noteSealed'>>,
  ): Promise<BreakGlassRow | undefined>
  /** `notifyAt: null`: every owner was told, or it was tried often enough. */
  notified(id: string, notifyAt: Date | null): Promise<void>
}

/** People of no account in particular: who signs in, before it is known to what. */
export interface PeopleDirectory {
  personByEmail(email: string): Promise<PersonRow | undefined>
  person(id: string): Promise<PersonRow | undefined>
  insertPerson(person: PersonRow): Promise<void>
  updatePerson(id: string, patch: PersonPatch): Promise<void>
  /** Uses up a one-time code's step. `false` when it, or a later one, was used before. */
  takeTotpStep(id: string, step: number): Promise<boolean>
  memberships(personId: string): Promise<MemberRow[]>
  invitationByToken(tokenHash: Buffer): Promise<InvitationRow | undefined>
  /** The newest that is neither accepted, revoked nor expired, of any account. */
  openInvitationOf(email: string, now: Date): Promise<InvitationRow | undefined>

  insertSession(session: SessionRow): Promise<void>
  sessionByToken(tokenHash: Buffer, now: Date): Promise<SessionFacts | undefined>
  sessions(personId: string): Promise<SessionRow[]>
  touchSession(id: string, at: Date): Promise<void>
  /** Activates a session that was pending, or renews its second factor, under a new token. */
  promoteSession(id: string, tokenHash: Buffer, at: Date): Promise<boolean>
  endSession(id: string, personId: string, reason: string, at: Date): Promise<boolean>
  endSessions(personId: string, reason: string, at: Date, exceptId?: string): Promise<number>

  insertPasskey(passkey: PasskeyRow): Promise<void>
  passkeys(personId: string): Promise<PasskeyRow[]>
  passkeyByCredential(credentialId: Buffer): Promise<PasskeyRow | undefined>
  usePasskey(id: string, signCount: number, at: Date): Promise<void>
  deletePasskey(id: string, personId: string): Promise<boolean>

  replaceBackupCodes(personId: string, hashes: readonly Buffer[]): Promise<void>
  useBackupCode(personId: string, hash: Buffer, at: Date): Promise<boolean>
  unusedBackupCodes(personId: string): Promise<number>

  beginCeremony(hash: Buffer, kind: CeremonyKind, personId: string | null, expiresAt: Date): Promise<void>
  /** Once: a second time it is `false`. */
  takeCeremony(hash: Buffer, kind: CeremonyKind, personId: string | null, now: Date): Promise<boolean>

  /** Guesses in the window that runs. */
  guesses(subject: Buffer, windowMs: number, now: Date): Promise<number>
  /** Counts one more guess, in a window that begins anew when the last one has passed. @returns its number in the window */
  countGuess(subject: Buffer, windowMs: number, now: Date): Promise<number>
  /** It was no guess. */
  forgiveGuess(subject: Buffer): Promise<void>
  forgetGuesses(subject: Buffer): Promise<void>

  personByIdentity(issuer: string, subject: string): Promise<string | undefined>
  linkIdentity(issuer: string, subject: string, personId: string, at: Date): Promise<void>

  dueBreakGlassNotices(now: Date, limit: number): Promise<{ accountId: string; mode: Mode; id: string }[]>
  deleteStale(now: Date): Promise<void>
}

export type CeremonyKind = 'passkey_add' | 'passkey_sign_in' | 'passkey_confirm' | 'oidc'
