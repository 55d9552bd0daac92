import { weakPassword } from '../../domain/access/password.ts'
import { hashToken } from '../../domain/access/session.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { InvitationRow, PersonRow } from '../../ports/store/people-store.ts'
import { recordAudit } from '../record-change.ts'
import type { Services } from '../services.ts'
import { actorOf, peopleScope } from './people-audit.ts'
import type { Origin } from './sessions.ts'

export interface Acceptance {
  readonly token: string
  readonly name?: string
  /** For whoever is new; somebody known signs in as before. */
  readonly password?: string
}

/**
 * Takes up an invitation: the person is made when the address is new, and becomes a member. It signs nobody in.
 *
 * @throws Problem `auth.invitation_invalid`, `auth.password_weak`, `request.missing_field`
 */
export async function acceptInvitation(
  services: Services,
  given: Acceptance,
  origin: Origin,
): Promise<{ person: PersonRow; isNew: boolean }> {
  const invitation = await openInvitation(services, given.token)
  const known = await services.store.asSystem((tx) => tx.people.byEmail(invitation.email))
  // Somebody who was disabled everywhere has no password that counts any more, and sets one. Somebody who works elsewhere never does: whoever invited
  // them has the link too, and would sign in as them.
  const isNew = known?.status !== 'active'
  const passwordHash = isNew ? await newPassword(services, given.password, invitation.email) : null
  const person = await settlePerson(services, invitation, known, given.name, passwordHash)
  await joinAccount(services, invitation, person, origin)
  return { person, isNew }
}

/** @throws Problem `auth.invitation_invalid` */
export async function openInvitation(services: Services, token: string): Promise<InvitationRow> {
  const found = await services.store.asSystem((tx) => tx.people.invitationByToken(hashToken(token)))
  const open = found && found.acceptedAt === null && found.revokedAt === null
  if (!open || services.clock.now() >= found.expiresAt.getTime()) throw new Problem('auth.invitation_invalid')
  return found
}

/** Hashes a password somebody chose. @throws Problem `auth.password_weak`, `request.missing_field` */
export async function newPassword(
  services: Services,
  password: string | undefined,
  email: string,
): Promise<string> {
  if (password === undefined) {
    throw new Problem('request.missing_field', { field: 'password', detail: '"password" is required.' })
  }
  const weakness = weakPassword(password, email)
  if (weakness) throw new Problem('auth.password_weak', { field: 'password', detail: weakness })
  return services.passwords.hash(password)
}

async function settlePerson(
  services: Services,
  invitation: InvitationRow,
  known: PersonRow | undefined,
  name: string | undefined,
  passwordHash: string | null,
): Promise<PersonRow> {
  if (!known) {
    const person: PersonRow = {
      id: services.random.id('usr'),
      email: invitation.email,
      name: name ?? invitation.email,
      status: 'active',
      passwordHash,
      totpWrapped: null,
      totpConfirmedAt: null,
      totpStep: 0,
      createdAt: new Date(services.clock.now()),
      disabledAt: null,
    }
    await services.store.asSystem((tx) => tx.people.insert(person))
    return person
  }
  if (passwordHash === null) return known
  // Whoever lost what they sign in with is disabled and invited again: what was lost must not be asked for any more.
  const patch = {
    passwordHash,
    status: 'active',
    disabledAt: null,
    totpWrapped: null,
    totpConfirmedAt: null,
    totpStep: 0,
    ...(name === undefined ? {} : { name }),
  } as const
  await services.store.asSystem(async (tx) => {
    await tx.people.update(known.id, patch)
    await tx.credentials.replaceBackupCodes(known.id, [])
    for (const { id } of await tx.credentials.passkeys(known.id))
      await tx.credentials.deletePasskey(id, known.id)
  })
  return { ...known, ...patch }
}

/** Makes a person a member as an invitation says, once. @throws Problem `auth.invitation_invalid` when somebody else was first */
export async function joinAccount(
  services: Services,
  invitation: InvitationRow,
  person: PersonRow,
  origin: Pick<Origin, 'requestId'>,
): Promise<void> {
  const now = new Date(services.clock.now())
  await services.store.asAccount(peopleScope(invitation.accountId), async (tx) => {
    if (!(await tx.members.acceptInvitation(invitation.id, now))) throw new Problem('auth.invitation_invalid')
    await tx.members.insert({
      accountId: invitation.accountId,
      personId: person.id,
      role: invitation.role,
      departments: invitation.departments,
      modes: invitation.modes,
      status: 'active',
      createdAt: now,
      changedAt: now,
    })
    const detail = { invitationId: invitation.id, role: invitation.role }
    await recordAudit(services, tx, actorOf(person.id, origin.requestId), 'person.joined', person.id, detail)
  })
}
