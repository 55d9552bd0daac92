import type { OpenBreakGlass } from '../../../application/people/break-glass.ts'
import { rightsOf } from '../../../domain/access/roles.ts'
import type { PasskeyRow } from '../../../ports/store/credential-store.ts'
import type { InvitationRow, MemberDetails, MemberRow } from '../../../ports/store/people-store.ts'
import type { SessionRow } from '../../../ports/store/session-store.ts'
import { timeOrNull } from './time.ts'

interface Placed {
  readonly role: MemberRow['role']
  readonly departments: readonly string[] | null
  readonly modes: MemberRow['modes']
}

function placed({ role, departments, modes }: Placed) {
  return { role, departments: departments && [...departments], modes: [...modes] }
}

export function membershipView(member: MemberRow, accountName: string) {
  const rights = (mode: 'test' | 'live') => [...rightsOf(member, mode)]
  return {
    id: member.accountId,
    name: accountName,
    ...placed(member),
    rights: { test: rights('test'), live: rights('live') },
  }
}

export function userView(member: MemberDetails) {
  return {
    id: member.personId,
    email: member.email,
    name: member.name,
    ...placed(member),
    status: member.status,
    secondFactor: member.hasTotp || member.passkeyCount > 0,
    lastSeenAt: timeOrNull(member.lastSeenAt),
    createdAt: member.createdAt.toISOString(),
  }
}

export function invitationView(invitation: InvitationRow) {
  return {
    id: invitation.id,
    email: invitation.email,
    ...placed(invitation),
    invitedBy: invitation.invitedBy,
    createdAt: invitation.createdAt.toISOString(),
    expiresAt: invitation.expiresAt.toISOString(),
  }
}

export function sessionView(session: SessionRow, currentId: string) {
  return {
    id: session.id,
    current: session.id === currentId,
    method: session.method,
    address: session.address,
    createdAt: session.createdAt.toISOString(),
    lastSeenAt: session.lastSeenAt.toISOString(),
    secondFactorAt: timeOrNull(session.secondFactorAt),
  }
}

export function passkeyView(passkey: PasskeyRow) {
  return {
    id: passkey.id,
    name: passkey.name,
    createdAt: passkey.createdAt.toISOString(),
    lastUsedAt: timeOrNull(passkey.lastUsedAt),
  }
}

export function breakGlassView(grant: OpenBreakGlass) {
  return {
    id: grant.id,
    userId: grant.personId,
    reason: grant.reason,
    createdAt: grant.createdAt.toISOString(),
    expiresAt: grant.expiresAt.toISOString(),
    reviewedAt: timeOrNull(grant.reviewedAt),
    reviewedBy: grant.reviewedBy,
    outcome: grant.outcome,
    note: grant.note,
  }
}
