import { weakPassword } from '../../domain/access/password.ts'
import { hashToken } from '../../domain/access/session.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { InvitationRow, PersonRow } from '../../ports/store/people-store.ts'
import type { SystemTx } from '../../ports/store/store.ts'
import { recordAudit } from '../record-change.ts'
import type { Services } from '../services.ts'
import { actorOf, peopleScope } from './people-audit.ts'
import type { Origin } from './sessions.ts'

export interface Acceptance {
  readonly token: string
  readonly name?: string
  /** For whoever is new; somebody known has one already. */
  readonly password?: string
}

/**
 * Takes up an invitation: the person is made when the address is new, and becomes a member. It signs nobody in.
 *
 * Whoever invites has the link too, so a link proves no address: an owner of another account may have made the person and chosen the password. Somebody
 * known therefore shows the link and who they are, and neither alone opens the account.
 *
 * @param signedInAs who asks, if they are signed in with all their factors
 * @throws Problem `auth.invitation_invalid`, `auth.password_weak`, `request.missing_field`; `auth.signed_out` for somebody known who is not signed in
 */
export async function acceptInvitation(
  services: Services,
  given: Acceptance,
  signedInAs: string | undefined,
  origin: Origin,
): Promise<{ person: PersonRow; isNew: boolean }> {
  const invitation = await openInvitation(services, given.token)
  const known = await services.store.asSystem((tx) => tx.people.byEmail(invitation.email))
  // Somebody who was disabled everywhere has no password that counts any more, and sets one.
  const isNew = known?.status !== 'active'
  if (!isNew && known.id !== signedInAs) {
    const detail =
      'Somebody with that mail address works here: sign in as them, and take the invitation up then.'
    throw new Problem('auth.signed_out', { detail })
  }
  const passwordHash = isNew ? await newPassword(services, given.password, invitation.email) : null
  const person = await settlePerson(services, invitation, known, given.name, passwordHash)
  await joinAccount(services, invitation, person, origin)
  return { person, isNew }
}

/** @throws Problem `auth.invitation_invalid` */
async function openInvitation(services: Services, token: string): Promise<InvitationRow> {
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
    // Somebody else took it up at the same time.
    if (!(await services.store.asSystem((tx) => tx.people.insert(person))))
      throw new Problem('auth.invitation_invalid')
    return person
  }
  if (passwordHash === null) return known
  return services.store.asSystem((tx) =>
    reviveAnew(tx, known, { passwordHash, ...(name === undefined ? {} : { name }) }),
  )
}

/**
 * Brings back somebody who was disabled everywhere, with nothing of what they signed in with before: it may have been lost, or somebody else's.
 * @param patch what they sign in with from now on
 * @throws Problem `auth.invitation_invalid` when they came back meanwhile
 */
export async function reviveAnew(
  tx: SystemTx,
  person: PersonRow,
  patch: { readonly passwordHash: string | null; readonly name?: string },
): Promise<PersonRow> {
  if ((await tx.people.hold(person.id))?.status !== 'disabled') throw new Problem('auth.invitation_invalid')
  const anew = {
    status: 'active',
    disabledAt: null,
    totpWrapped: null,
    totpConfirmedAt: null,
    totpStep: 0,
    ...patch,
  } as const
  await tx.people.update(person.id, anew)
  await tx.people.unlinkIdentities(person.id)
  await tx.credentials.replaceBackupCodes(person.id, [])
  for (const { id } of await tx.credentials.passkeys(person.id))
    await tx.credentials.deletePasskey(id, person.id)
  return { ...person, ...anew }
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
