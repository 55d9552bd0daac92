import { foldEmail } from '../../domain/access/password.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { PersonRow } from '../../ports/store/people-store.ts'
import type { Services } from '../services.ts'
import { countGuess } from './guesses.ts'
import { type BegunSession, beginSession, type Origin } from './sessions.ts'

/** What a person can confirm a sign-in with. */
export interface SecondFactors {
  readonly totp: boolean
  readonly passkey: boolean
}

export interface SignedIn extends BegunSession {
  /** What is still to come before the session is good for anything; absent: nothing. */
  readonly waitsFor?: SecondFactors
}

/**
 * Signs in by name and password. A session of somebody who has a second factor waits for it.
 *
 * @throws Problem `auth.sign_in_failed`, the same and after the same work for a name that is unknown, disabled or without a password;
 *   `limit.sign_in`
 */
export async function signIn(
  services: Services,
  given: { readonly email: string; readonly password: string },
  origin: Origin,
): Promise<SignedIn> {
  const email = foldEmail(given.email)
  const guess = await countGuess(services, 'password', email, origin.address)
  const person = await services.store.asSystem((tx) => tx.people.byEmail(email))
  const hash = person?.status === 'active' ? (person.passwordHash ?? undefined) : undefined
  const right = await services.passwords.verify(given.password, hash)
  if (!right || !person) throw new Problem('auth.sign_in_failed')
  await guess.right()
  const factors = await secondFactorsOf(services, person)
  const waits = factors.totp || factors.passkey
  const state = waits ? 'pending' : 'active'
  const begun = await beginSession(
    services,
    person,
    { state, method: 'password', secondFactor: false },
    origin,
  )
  return waits ? { ...begun, waitsFor: factors } : begun
}

export async function secondFactorsOf(services: Services, person: PersonRow): Promise<SecondFactors> {
  const passkeys = await services.store.asSystem((tx) => tx.credentials.passkeys(person.id))
  return { totp: person.totpConfirmedAt !== null, passkey: passkeys.length > 0 }
}
