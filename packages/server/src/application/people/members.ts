import { mayAppoint } from '../../domain/access/roles.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { ApiKeyRow } from '../../ports/store/api-key-store.ts'
import type { InvitationRow, MemberDetails, MemberPatch, MemberRow } from '../../ports/store/people-store.ts'
import type { Tx } from '../../ports/store/store.ts'
import { recordAudit } from '../record-change.ts'
import type { Services } from '../services.ts'
import type { Manager } from './invite-person.ts'
import { peopleScope } from './people-audit.ts'

export interface People {
  readonly members: readonly MemberDetails[]
  readonly invitations: readonly InvitationRow[]
}

/** Everybody of an account, disabled ones too, and whoever is invited. */
export async function listPeople(services: Services, accountId: string): Promise<People> {
  const now = new Date(services.clock.now())
  return services.store.asAccount(peopleScope(accountId), async (tx) => ({
    members: await tx.members.list(),
    invitations: await tx.members.openInvitations(now),
  }))
}

export type MemberChange = Pick<MemberPatch, 'role' | 'departments' | 'modes'>

/**
 * Changes what somebody is. What they may do changes with their next request, at most three seconds later.
 * @throws Problem `person.not_found`, `person.self`, `person.role_refused`, `person.last_owner`
 */
export async function changeMember(
  services: Services,
  manager: Manager,
  personId: string,
  change: MemberChange,
): Promise<void> {
  const now = new Date(services.clock.now())
  await services.store.asAccount(peopleScope(manager.accountId), async (tx) => {
    const member = await changeable(tx, manager, personId)
    if (!mayAppoint(manager.role, member.role, change.role ?? member.role)) {
      throw new Problem('person.role_refused')
    }
    if (member.role === 'owner' && change.role !== undefined && change.role !== 'owner') {
      await assertOtherOwner(tx, personId)
    }
    await tx.members.update(personId, change, now)
    const detail = {
      fields: Object.keys(change),
      ...(change.role === undefined ? {} : { from: member.role, to: change.role }),
    }
    await recordAudit(services, tx, manager.actor, 'person.changed', personId, detail)
  })
}

export interface DisabledMember {
  readonly sessionsEnded: number
  /** Keys they made that still work: whoever knows one is not kept out. */
  readonly keys: readonly ApiKeyRow[]
}

/**
 * Takes somebody's access away. Their sessions end in every account, at once in the database and within three seconds in every process (proposed
 * 164.308(a)(9)(ii): within an hour); with the last account the person cannot sign in at all.
 * @throws Problem `person.not_found`, `person.self`, `person.role_refused`, `person.last_owner`
 */
export async function disableMember(
  services: Services,
  manager: Manager,
  personId: string,
): Promise<DisabledMember> {
  const now = new Date(services.clock.now())
  const sessionsEnded = await services.store.asAccount(peopleScope(manager.accountId), async (tx) => {
    const member = await changeable(tx, manager, personId)
    if (!mayAppoint(manager.role, member.role, null)) throw new Problem('person.role_refused')
    if (member.role === 'owner') await assertOtherOwner(tx, personId)
    await tx.members.update(personId, { status: 'disabled' }, now)
    const ended = await tx.members.endSessions(personId, 'disabled', now)
    await recordAudit(services, tx, manager.actor, 'person.disabled', personId, { sessions: ended })
    return ended
  })
  await services.store.asSystem(async (tx) => {
    const left = await tx.people.memberships(personId)
    if (left.length === 0) await tx.people.update(personId, { status: 'disabled', disabledAt: now })
  })
  return { sessionsEnded, keys: await keysMadeBy(services, manager.accountId, personId, now) }
}

async function changeable(tx: Tx, { actor }: Manager, personId: string): Promise<MemberRow> {
  if (actor.id === personId) throw new Problem('person.self')
  const member = await tx.members.get(personId)
  if (member?.status !== 'active') throw new Problem('person.not_found')
  return member
}

async function assertOtherOwner(tx: Tx, personId: string): Promise<void> {
  const owners = await tx.members.lockOwners()
  if (!owners.some((owner) => owner.personId !== personId)) throw new Problem('person.last_owner')
}

async function keysMadeBy(
  services: Services,
  accountId: string,
  personId: string,
  now: Date,
): Promise<ApiKeyRow[]> {
  const keys: ApiKeyRow[] = []
  for (const mode of ['test', 'live'] as const) {
    keys.push(...(await services.store.asAccount({ accountId, mode }, (tx) => tx.apiKeys.list())))
  }
  return keys.filter(
    (key) =>
      key.madeBy === personId && key.revokedAt === null && (key.expiresAt === null || key.expiresAt > now),
  )
}
