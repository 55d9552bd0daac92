import { Problem } from '../../domain/problem/problem.ts'
import type { PersonRow } from '../../ports/store/people-store.ts'
import type { Services } from '../services.ts'
import { newPassword } from './accept-invitation.ts'
import { countGuess } from './guesses.ts'
import { actorOf, auditPerson } from './people-audit.ts'
import type { Origin } from './sessions.ts'

/**
 * Changes somebody's own password and ends their other sessions.
 * @throws Problem `auth.sign_in_failed` for a wrong current one, `auth.password_weak`, `limit.sign_in`
 */
export async function changePassword(
  services: Services,
  person: PersonRow,
  session: { readonly id: string; readonly accountIds: readonly string[] },
  given: { readonly current: string; readonly password: string },
  origin: Origin,
): Promise<void> {
  const guess = await countGuess(services, 'password', person.email, origin.address)
  const right = await services.passwords.verify(given.current, person.passwordHash ?? undefined)
  if (!right) throw new Problem('auth.sign_in_failed', { field: 'current' })
  await guess.right()
  const passwordHash = await newPassword(services, given.password, person.email)
  const actor = actorOf(person.id, origin.requestId)
  await auditPerson(services, actor, session.accountIds, 'person.password_changed', person.id)
  const now = new Date(services.clock.now())
  await services.store.asSystem(async (tx) => {
    await tx.people.update(person.id, { passwordHash })
    await tx.sessions.endAll(person.id, 'password_changed', now, session.id)
  })
}
