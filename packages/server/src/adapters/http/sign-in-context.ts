import type { FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify'
import { assertFresh } from '../../application/people/authenticate-session.ts'
import type { FactorHolder } from '../../application/people/factor-holder.ts'
import type { Origin } from '../../application/people/sessions.ts'
import { type SignedIn, secondFactorsOf } from '../../application/people/sign-in.ts'
import type { Services } from '../../application/services.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { RelyingParty } from '../../ports/sign-in.ts'
import type { PersonRow } from '../../ports/store/people-store.ts'
import { sessionTokenOf, setSessionCookie } from '../web/cookies.ts'
import { originOf } from '../web/origin.ts'
import { assertSameOrigin } from '../web/same-origin.ts'
import { personOf, type WebApp, type WebOptions } from '../web/web-app.ts'

/** What a sign-in has to say is short; a passkey's attestation is the longest. */
export const SIGN_IN_BYTES_MAX = 32 * 1024

/** Where this server is for a browser: the operator's address of it, or else the one the browser used. */
export function serverOrigin(request: FastifyRequest, { publicUrl }: Pick<WebOptions, 'publicUrl'>): string {
  return publicUrl ?? originOf(request)
}

export function partyOf(request: FastifyRequest, options: Pick<WebOptions, 'publicUrl'>): RelyingParty {
  const origin = serverOrigin(request, options)
  const url = URL.parse(origin)
  if (!url) throw new Problem('request.invalid', { detail: 'The Host header is no host.' })
  return { origin, id: url.hostname }
}

export function sourceOfRequest(request: FastifyRequest): Origin {
  return { address: request.ip, requestId: request.id }
}

/** The person as they are now, not as they were some seconds ago: what they sign in with changes here. */
export async function holderOf(services: Services, request: FastifyRequest): Promise<FactorHolder> {
  const { person, session, memberships } = personOf(request)
  const current = await services.store.asSystem((tx) => tx.people.get(person.id))
  if (current?.status !== 'active') throw new Problem('auth.signed_out')
  const accountIds = memberships.map(({ accountId }) => accountId)
  return { person: current, sessionId: session.id, accountIds }
}

/**
 * Whoever has a second factor shows it before another one is added: one more is as good as the first, and confirms the session, so that somebody who
 * found a browser open would else have what asks for a fresh factor, and would have it for good.
 * @throws Problem `auth.mfa_not_fresh`, `auth.mfa_required`
 */
export async function assertMayAddFactor(
  services: Services,
  request: FastifyRequest,
  person: PersonRow,
): Promise<void> {
  const { totp, passkey } = await secondFactorsOf(services, person)
  if (totp || passkey) assertFresh(personOf(request), services.policy.people, services.clock.now())
}

/** Who asks on a route for everybody, if they are signed in with all their factors. */
export async function signedInAs(app: WebApp, request: FastifyRequest): Promise<string | undefined> {
  const token = sessionTokenOf(request)
  if (token === undefined) return undefined
  try {
    const { person, session } = await app.sessions.find(token)
    return session.state === 'active' ? person.id : undefined
  } catch (error) {
    if (error instanceof Problem) return undefined
    throw error
  }
}

/** Gives the browser a session's token; the one it had is read anew, in case it went by another. */
export function carryOn(app: WebApp, request: FastifyRequest, reply: FastifyReply, token: string): void {
  const old = sessionTokenOf(request)
  if (old !== undefined) app.sessions.forget(old)
  setSessionCookie(request, reply, token)
}

export function signedInView({ waitsFor }: Pick<SignedIn, 'waitsFor'>) {
  return waitsFor
    ? { status: 'second_factor' as const, factors: waitsFor }
    : { status: 'signed_in' as const, factors: null }
}

/** Public routes that begin a session count by address, and take nothing that a page of another site sends. */
export function guardSignIn(
  { limits }: Pick<WebApp, 'limits'>,
  options: Pick<WebOptions, 'publicUrl'>,
  { navigates = false }: { readonly navigates?: boolean } = {},
): onRequestAsyncHookHandler {
  return async (request, reply) => {
    await limits.countAddress(request, reply, 'sign_in')
    if (!navigates) assertSameOrigin(request, options.publicUrl)
  }
}
