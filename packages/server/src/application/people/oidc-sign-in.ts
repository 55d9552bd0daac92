import { createHmac } from 'node:crypto'
import { foldEmail } from '../../domain/access/password.ts'
import { hashToken } from '../../domain/access/session.ts'
import { isEmailAddress } from '../../domain/email-address.ts'
import { Problem } from '../../domain/problem/problem.ts'
import {
  IdentityError,
  type IdentityProvider,
  type SignInState,
  type VouchedPerson,
} from '../../ports/sign-in.ts'
import type { PersonRow } from '../../ports/store/people-store.ts'
import type { Services } from '../services.ts'
import { joinAccount, reviveAnew } from './accept-invitation.ts'
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
 * @param signedInAs who asks, if they are signed in: they want to be known by the provider's name from then on
 * @returns where to, and the seed for a cookie that lasts until they are back
 * @throws Problem `auth.sso_not_set_up`, `auth.sso_failed`
 */
export async function beginOidc(
  services: Services,
  redirectUri: string,
  signedInAs: string | null,
): Promise<{ url: string; seed: string }> {
  const provider = providerOf(services)
  const seed = newToken(services)
  const state = stateOf(seed)
  const until = new Date(services.clock.now() + CEREMONY_MS)
  await services.store.asSystem((tx) =>
    tx.ceremonies.begin(hashToken(state.state), 'oidc', signedInAs, until),
  )
  return { url: await vouched(services, () => provider.authorizationUrl(redirectUri, state)), seed }
}

/**
 * Takes somebody back from the identity provider, once. Whoever it vouches for is found by its own name for them; the first time by a mail address
 * that it has verified, of an invitation or of a member. A member who has a password must have been signed in when they set out: an invitation's link
 * proves no address, so the password may be that of whoever sent it. Nobody else gets in.
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
  const begun = await services.store.asSystem((tx) =>
    tx.ceremonies.takeAnyones(hashToken(state.state), 'oidc', now),
  )
  if (!begun) throw new Problem('auth.sso_failed')
  const who = await vouched(services, () => provider.redeem(parameters, redirectUri, state))
  const person = await personOf(services, who, begun.personId, origin)
  if (person?.status !== 'active') throw new Problem('auth.sso_failed')
  const factors = await secondFactorsOf(services, person)
  const waits = !who.secondFactor && (factors.totp || factors.passkey)
  const wanted = {
    state: waits ? 'pending' : 'active',
    method: 'oidc',
    secondFactor: who.secondFactor,
  } as const
  const session = await beginSession(services, person, wanted, origin)
  return waits ? { ...session, waitsFor: factors } : session
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
  signedInAs: string | null,
  origin: Origin,
): Promise<PersonRow | undefined> {
  // Folded before it is looked at, a letter of another script could become one of ours.
  const email = who.email !== undefined && isEmailAddress(who.email) ? foldEmail(who.email) : undefined
  const found = await services.store.asSystem(async (tx) => {
    const id = await tx.people.byIdentity(who.issuer, who.subject)
    if (id !== undefined) return { person: await tx.people.get(id), isLinked: true, invitation: undefined }
    if (email === undefined) return undefined
    return {
      person: await tx.people.byEmail(email),
      isLinked: false,
      invitation: await tx.people.openInvitationOf(email, new Date(services.clock.now())),
    }
  })
  if (!found || found.isLinked) return found?.person
  const { person, invitation } = found
  if (person?.status === 'active') return linkKnown(services, who, person, signedInAs)
  if (!invitation) return undefined
  const joining = await services.store.asSystem(async (tx) => {
    const comes = person
      ? await reviveAnew(tx, person, { passwordHash: null })
      : newPerson(services, invitation.email)
    if (!person && !(await tx.people.insert(comes))) throw new Problem('auth.sso_failed')
    await tx.people.linkIdentity(who.issuer, who.subject, comes.id, new Date(services.clock.now()))
    return comes
  })
  await joinAccount(services, invitation, joining, origin)
  return joining
}

async function linkKnown(
  services: Services,
  who: VouchedPerson,
  person: PersonRow,
  signedInAs: string | null,
): Promise<PersonRow> {
  if (person.passwordHash !== null && person.id !== signedInAs) {
    const detail =
      'Somebody with that mail address has a password here: sign in with it, and go to single sign-on from there once.'
    throw new Problem('auth.sso_failed', { detail })
  }
  await services.store.asSystem((tx) =>
    tx.people.linkIdentity(who.issuer, who.subject, person.id, new Date(services.clock.now())),
  )
  return person
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
