import { foldEmail } from '../../domain/access/password.ts'
import { type Membership, mayAppoint, type Role } from '../../domain/access/roles.ts'
import { hashToken } from '../../domain/access/session.ts'
import { isEmailAddress } from '../../domain/email-address.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { InvitationRow } from '../../ports/store/people-store.ts'
import type { Actor } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { recordAudit } from '../record-change.ts'
import type { Services } from '../services.ts'
import { peopleScope } from './people-audit.ts'
import { newToken } from './sessions.ts'

const INVITATION_MS = 7 * 24 * 3_600_000

/** Who asks for a change of people, as far as it may be refused for that. */
export interface Manager {
  readonly actor: Actor
  readonly role: Role
  readonly accountId: string
}

export interface NewInvitation extends Membership {
  readonly email: string
}

export interface MadeInvitation {
  readonly invitation: InvitationRow
  /** Told to the inviter once, and mailed where a mail server is set up; its hash is stored. */
  readonly token: string
}

/**
 * Invites somebody into the account, who may be a member of others, or of this one before. A new invitation of the same address takes the place of
 * an open one.
 *
 * @throws Problem `person.role_refused`, `person.is_member`, `request.invalid`
 */
export async function invitePerson(
  services: Services,
  manager: Manager,
  wanted: NewInvitation,
): Promise<MadeInvitation> {
  const email = foldEmail(wanted.email)
  if (!isEmailAddress(email)) {
    throw new Problem('request.invalid', {
      field: 'email',
      detail: '"email" must be one plain mail address.',
    })
  }
  if (!mayAppoint(manager.role, null, wanted.role)) throw new Problem('person.role_refused')
  const known = await services.store.asSystem((tx) => tx.people.byEmail(email))
  const token = newToken(services)
  const now = new Date(services.clock.now())
  const invitation: InvitationRow = {
    id: services.random.id('inv'),
    accountId: manager.accountId,
    email,
    role: wanted.role,
    departments: wanted.departments,
    modes: wanted.modes,
    tokenHash: hashToken(token),
    invitedBy: manager.actor.id,
    createdAt: now,
    expiresAt: new Date(now.getTime() + INVITATION_MS),
    acceptedAt: null,
    revokedAt: null,
  }
  await services.store.asAccount(peopleScope(manager.accountId), async (tx) => {
    const member = known && (await tx.members.get(known.id))
    if (member?.status === 'active') throw new Problem('person.is_member')
    // An administrator must not bring back a former owner as something less, either.
    if (member && !mayAppoint(manager.role, member.role, wanted.role))
      throw new Problem('person.role_refused')
    await revokeOpen(tx, email, now)
    await tx.members.insertInvitation(invitation)
    const { role, modes, departments } = wanted
    const detail = { role, modes, departments: departments?.length ?? null }
    await recordAudit(services, tx, manager.actor, 'person.invited', invitation.id, detail)
  })
  return { invitation, token }
}

async function revokeOpen(tx: Tx, email: string, now: Date): Promise<void> {
  for (const open of await tx.members.openInvitations(now)) {
    if (open.email === email) await tx.members.revokeInvitation(open.id, now)
  }
}

/** @throws Problem `invitation.not_found` */
export async function revokeInvitation(services: Services, manager: Manager, id: string): Promise<void> {
  const now = new Date(services.clock.now())
  await services.store.asAccount(peopleScope(manager.accountId), async (tx) => {
    const open = (await tx.members.openInvitations(now)).find((each) => each.id === id)
    if (!open) throw new Problem('invitation.not_found')
    if (!mayAppoint(manager.role, open.role, null)) throw new Problem('person.role_refused')
    await tx.members.revokeInvitation(id, now)
    await recordAudit(services, tx, manager.actor, 'person.invitation_revoked', id, {})
  })
}
