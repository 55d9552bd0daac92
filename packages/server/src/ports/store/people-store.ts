import type { Role } from '../../domain/access/roles.ts'
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
  /** Active owners, to be mailed. */
  activeOwners(): Promise<ActiveOwner[]>
}

export interface ActiveOwner {
  readonly personId: string
  readonly email: string
}

/** People of no account in particular: who signs in, before it is known to what. */
export interface PeopleDirectory {
  get(id: string): Promise<PersonRow | undefined>
  byEmail(email: string): Promise<PersonRow | undefined>
  /** As an identity provider names them. */
  byIdentity(issuer: string, subject: string): Promise<string | undefined>
  /** `false` when somebody has the address. */
  insert(person: PersonRow): Promise<boolean>
  /** The person as they are now; nobody else changes them until the transaction ends. */
  hold(id: string): Promise<PersonRow | undefined>
  /** A new password, or a new status, ends a reset that was asked for. */
  update(id: string, patch: PersonPatch): Promise<void>
  linkIdentity(issuer: string, subject: string, personId: string, at: Date): Promise<void>
  /** No identity provider's name leads to the person any more. */
  unlinkIdentities(personId: string): Promise<void>
  memberships(personId: string): Promise<MemberRow[]>
  invitationByToken(tokenHash: Buffer): Promise<InvitationRow | undefined>
  /** The newest that is neither accepted, revoked nor expired, of any account. */
  openInvitationOf(email: string, now: Date): Promise<InvitationRow | undefined>
}
