import { foldEmail } from '../../domain/access/password.ts'
import type { Membership } from '../../domain/access/roles.ts'
import type { PersonRow } from '../../ports/store/people-store.ts'
import { recordAudit } from '../record-change.ts'
import type { Services } from '../services.ts'
import { peopleScope } from './people-audit.ts'

const SETUP = { kind: 'system', id: 'setup', requestId: null } as const

/**
 * Makes a person with a password and makes them a member: for the first one of an account, whom nobody could invite. Everybody after them is
 * invited.
 */
export async function createMember(
  services: Services,
  accountId: string,
  given: { readonly email: string; readonly name: string; readonly password: string },
  membership: Membership,
): Promise<PersonRow> {
  const now = new Date(services.clock.now())
  const person: PersonRow = {
    id: services.random.id('usr'),
    email: foldEmail(given.email),
    name: given.name,
    status: 'active',
    passwordHash: await services.passwords.hash(given.password),
    totpWrapped: null,
    totpConfirmedAt: null,
    totpStep: 0,
    createdAt: now,
    disabledAt: null,
  }
  const isNew = await services.store.asSystem((tx) => tx.people.insert(person))
  if (!isNew) throw new Error('Somebody has that mail address already.')
  await services.store.asAccount(peopleScope(accountId), async (tx) => {
    const status = 'active' as const
    await tx.members.insert({
      ...membership,
      ...{ accountId, personId: person.id, status, createdAt: now, changedAt: now },
    })
    await recordAudit(services, tx, SETUP, 'person.joined', person.id, { role: membership.role })
  })
  return person
}
