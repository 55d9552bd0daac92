import { createHmac } from 'node:crypto'
import { foldEmail } from '../../domain/access/password.ts'
import { hashToken } from '../../domain/access/session.ts'
import { Problem } from '../../domain/problem/problem.ts'
import {
  IdentityError,
  type IdentityProvider,
  type SignInState,
  type VouchedPerson,
} from '../../ports/sign-in.ts'
import type { PersonRow } from '../../ports/store/people-store.ts'
import type { Services } from '../services.ts'
import { joinAccount } from './accept-invitation.ts'
import { beginSession, newToken, type Origin } from './sessions.ts'
import { type SignedIn, secondFactorsOf } from './sign-in.ts'

const CEREMONY_MS = 10 * 60_000

/** The three values of a sign-in come from one seed that only the browser keeps: nothing that could be stolen here is stored here. */
function stateOf(seed: string): SignInState {
  const derive = (purpose: string) => createHmac('sha256', seed).update(purpose).digest('base64url')
  return { state: derive('state'), nonce: derive('nonce'), codeVerifier: derive('code verifier') }
}

/**
 * Sends somebody to the identity provider.
 * @returns where to, and the seed for a cookie that lasts until they are back
 * @throws Problem `auth.sso_not_set_up`, `auth.sso_failed`
 */
export async function beginOidc(
  services: Services,
  redirectUri: string,
): Promise<{ url: string; seed: string }> {
  const provider = providerOf(services)
  const seed = newToken(services)
  const state = stateOf(seed)
  const until = new Date(services.clock.now() + CEREMONY_MS)
  await services.store.asSystem((tx) => tx.ceremonies.begin(hashToken(state.state), 'oidc', null, until))
  return { url: await vouched(services, () => provider.authorizationUrl(redirectUri, state)), seed }
}

/**
 * Takes somebody back from the identity provider, once. Whoever it vouches for is found by its own name for them; the first time by a mail address
 * that it has verified, of a member or of an invitation. Nobody else gets in.
 *
 * @throws Problem `auth.sso_not_set_up`, `auth.sso_failed`
 */
export async function finishOidc(
  services: Services,
  parameters: URLSearchParams,
  redirectUri: string,
  seed: string,
  origin: Origin,
): Promise<SignedIn> {
  const provider = providerOf(services)
  const state = stateOf(seed)
  const now = new Date(services.clock.now())
  const known = await services.store.asSystem((tx) =>
    tx.ceremonies.take(hashToken(state.state), 'oidc', null, now),
  )
  if (!known) throw new Problem('auth.sso_failed')
  const who = await vouched(services, () => provider.redeem(parameters, redirectUri, state))
  const person = await personOf(services, who, origin)
  if (person?.status !== 'active') throw new Problem('auth.sso_failed')
  const factors = await secondFactorsOf(services, person)
  const waits = !who.secondFactor && (factors.totp || factors.passkey)
  const wanted = {
    state: waits ? 'pending' : 'active',
    method: 'oidc',
    secondFactor: who.secondFactor,
  } as const
  const begun = await beginSession(services, person, wanted, origin)
  return waits ? { ...begun, waitsFor: factors } : begun
}

function providerOf(services: Services): IdentityProvider {
  if (!services.identityProvider) throw new Problem('auth.sso_not_set_up')
  return services.identityProvider
}

async function vouched<T>(services: Services, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error
    services.log.warn('sign_in.sso_failed', { reason: error.code, error })
    throw new Problem('auth.sso_failed')
  }
}

async function personOf(
  services: Services,
  who: VouchedPerson,
  origin: Origin,
): Promise<PersonRow | undefined> {
  const email = who.email === undefined ? undefined : foldEmail(who.email)
  const found = await services.store.asSystem(async (tx) => {
    const id = await tx.people.byIdentity(who.issuer, who.subject)
    if (id !== undefined) return { person: await tx.people.get(id), invitation: undefined }
    if (email === undefined) return { person: undefined, invitation: undefined }
    return {
      person: await tx.people.byEmail(email),
      invitation: await tx.people.openInvitationOf(email, new Date(services.clock.now())),
    }
  })
  if (!found.person && !found.invitation) return undefined
  const person = found.person ?? newPerson(services, found.invitation!.email)
  const isNew = found.person === undefined
  await services.store.asSystem(async (tx) => {
    if (isNew) await tx.people.insert(person)
    // Invited anew after everything was taken away.
    else if (found.invitation) await tx.people.update(person.id, { status: 'active', disabledAt: null })
    if ((await tx.people.byIdentity(who.issuer, who.subject)) === undefined) {
      await tx.people.linkIdentity(who.issuer, who.subject, person.id, new Date(services.clock.now()))
    }
  })
  if (found.invitation) await joinAccount(services, found.invitation, person, origin)
  return found.invitation ? { ...person, status: 'active' } : person
}

/** Somebody who has never set a password here, and needs none. */
function newPerson(services: Services, email: string): PersonRow {
  return {
    id: services.random.id('usr'),
    email,
    name: email,
    status: 'active',
    passwordHash: null,
    totpWrapped: null,
    totpConfirmedAt: null,
    totpStep: 0,
    createdAt: new Date(services.clock.now()),
    disabledAt: null,
  }
}
