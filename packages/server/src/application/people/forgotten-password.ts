import { foldEmail } from '../../domain/access/password.ts'
import { hashToken } from '../../domain/access/session.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { PersonRow } from '../../ports/store/people-store.ts'
import type { Actor } from '../../ports/store/scope.ts'
import type { Services } from '../services.ts'
import { newPassword } from './accept-invitation.ts'
import { countGuess, forgetPasswordGuesses } from './guesses.ts'
import { mailNoPassword, mailReset } from './password-mail.ts'
import { actorOf, auditPerson, auditPersonWithin } from './people-audit.ts'
import { newToken, type Origin } from './sessions.ts'

export const RESET_MINUTES = 30
const RESET_MS = RESET_MINUTES * 60_000

/**
 * Takes the wish of somebody who forgot their password. Nothing that depends on whether the address is known happens before the answer: what is
 * returned is to be done after it, and tells the caller nothing.
 *
 * @throws Problem `auth.reset_not_set_up`, `limit.sign_in`
 */
export async function forgotPassword(
  services: Services,
  given: { readonly email: string },
  origin: Origin,
): Promise<() => Promise<void>> {
  if (!services.mailer) throw new Problem('auth.reset_not_set_up')
  const email = foldEmail(given.email)
  await countGuess(services, 'reset', email, origin.address)
  return () => sendReset(services, email, origin)
}

async function sendReset(services: Services, email: string, origin: Origin): Promise<void> {
  const person = await services.store.asSystem((tx) => tx.people.byEmail(email))
  if (person?.status !== 'active') return
  // Whoever signs in by single sign-on or passkey alone does not get a weaker way in by asking for it.
  if (person.passwordHash === null) return mailNoPassword(services, person)
  const token = newToken(services)
  const expiresAt = new Date(services.clock.now() + RESET_MS)
  // Anybody can ask, so it was not the person.
  const actor: Actor = { kind: 'system', id: 'sign_in', requestId: origin.requestId }
  await auditPerson(
    services,
    actor,
    await accountsOf(services, person),
    'person.password_forgotten',
    person.id,
  )
  await services.store.asSystem((tx) => tx.passwordResets.keep(person.id, hashToken(token), expiresAt))
  await mailReset(services, person, token, RESET_MINUTES)
}

/**
 * Sets the password of whoever has the token that was mailed, once, and ends every session of theirs. It signs nobody in, and a second factor is
 * asked for as before.
 *
 * @throws Problem `auth.reset_invalid`, `auth.password_weak`
 */
export async function resetPassword(
  services: Services,
  given: { readonly token: string; readonly password: string },
  origin: Origin,
): Promise<PersonRow> {
  const tokenHash = hashToken(given.token)
  const person = await services.store.asSystem((tx) => tx.passwordResets.personOf(tokenHash, nowOf(services)))
  if (person?.status !== 'active') throw new Problem('auth.reset_invalid')
  // A password that will not do leaves the link as it is.
  const passwordHash = await newPassword(services, given.password, person.email)
  const accountIds = await accountsOf(services, person)
  const actor = actorOf(person.id, origin.requestId)
  const taken = await services.store.asSystem(async (tx) => {
    const now = nowOf(services)
    // Of several who follow the link at once one takes it, and the others wait here until that one is through.
    if (!(await tx.passwordResets.take(tokenHash, now))) return false
    const detail = { by: 'mailed_link' }
    await auditPersonWithin(services, tx, actor, accountIds, 'person.password_changed', person.id, detail)
    await tx.people.update(person.id, { passwordHash })
    await tx.sessions.endAll(person.id, 'password_changed', now)
    return true
  })
  if (!taken) throw new Problem('auth.reset_invalid')
  await forgetPasswordGuesses(services, person.email)
  return person
}

async function accountsOf({ store }: Services, { id }: PersonRow): Promise<string[]> {
  const memberships = await store.asSystem((tx) => tx.people.memberships(id))
  return memberships.map(({ accountId }) => accountId)
}

function nowOf({ clock }: Services): Date {
  return new Date(clock.now())
}
