import { acceptInvitation } from '../../../application/people/accept-invitation.ts'
import { passkeyRequest, signInWithPasskey } from '../../../application/people/passkeys.ts'
import { giveSecondFactor } from '../../../application/people/second-factor.ts'
import { endOwnSession } from '../../../application/people/sessions.ts'
import { signIn } from '../../../application/people/sign-in.ts'
import { Problem } from '../../../domain/problem/problem.ts'
import { clearSessionCookie, sessionTokenOf, setSessionCookie } from '../../web/cookies.ts'
import { PUBLIC, personal } from '../../web/route-access.ts'
import { personOf, type WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { Nothing } from '../schemas/common.ts'
import {
  AcceptBody,
  Accepted,
  PasskeyRequest,
  PasskeySignInBody,
  SecondFactorBody,
  SignedInReply,
  SignInBody,
  SignInMethods,
} from '../schemas/people.ts'
import {
  carryOn,
  guardSignIn,
  holderOf,
  partyOf,
  SIGN_IN_BYTES_MAX,
  signedInAs,
  signedInView,
  sourceOfRequest,
} from '../sign-in-context.ts'

const tags = ['Sign-in']
const bodyLimit = SIGN_IN_BYTES_MAX
const OPEN = ['auth.cross_site', 'limit.rate'] as const

/** `/auth/*`: how people get a session, confirm it, and end it. */
export function registerSignInRoutes(app: WebApp, context: ApiContext): void {
  registerPassword(app, context)
  registerPasskey(app, context)
  registerSecondFactor(app, context)
  registerInvitation(app, context)
}

function registerPassword(app: WebApp, { services, options }: ApiContext): void {
  const onRequest = guardSignIn(app, options)
  app.post(
    '/auth/sign-in',
    {
      config: { access: PUBLIC, problems: ['auth.sign_in_failed', 'limit.sign_in', ...OPEN] },
      bodyLimit,
      onRequest,
      schema: {
        tags,
        summary: 'Sign in with a password',
        description:
          'The reply sets the session cookie. Five wrong passwords for one name, or ten from one address, and for a quarter of an hour no more are looked at; an unknown name is refused in the same words and the same time.',
        body: SignInBody,
        response: { 200: SignedInReply },
      },
    },
    async (request, reply) => {
      const signedIn = await signIn(services, request.body, sourceOfRequest(request))
      setSessionCookie(request, reply, signedIn.token)
      return signedInView(signedIn)
    },
  )

  app.get(
    '/auth/methods',
    {
      config: { access: PUBLIC, problems: ['limit.rate'] },
      onRequest,
      schema: { tags, summary: 'List ways to sign in', response: { 200: SignInMethods } },
    },
    async () => {
      const { identityProvider } = services
      const sso = identityProvider ? { name: identityProvider.name, url: '/auth/oidc/start' } : null
      const forgotPassword = services.mailer !== undefined
      return { password: true as const, forgotPassword, passkey: true as const, sso }
    },
  )
}

function registerPasskey(app: WebApp, { services, options }: ApiContext): void {
  const onRequest = guardSignIn(app, options)
  app.post(
    '/auth/passkey/options',
    {
      config: { access: PUBLIC, problems: ['auth.cross_site', 'limit.rate'] },
      bodyLimit,
      onRequest,
      schema: {
        tags,
        summary: 'Begin to sign in with a passkey',
        description: 'For navigator.credentials.get; the challenge is good once and for five minutes.',
        response: { 200: PasskeyRequest },
      },
    },
    async (request) => passkeyRequest(services, null, partyOf(request, options)),
  )

  app.post(
    '/auth/passkey/sign-in',
    {
      config: { access: PUBLIC, problems: ['auth.sign_in_failed', ...OPEN] },
      bodyLimit,
      onRequest,
      schema: {
        tags,
        summary: 'Sign in with a passkey',
        description: 'A passkey with user verification is both factors at once.',
        body: PasskeySignInBody,
        response: { 200: SignedInReply },
      },
    },
    async (request, reply) => {
      const { passkey } = request.body
      const begun = await signInWithPasskey(
        services,
        passkey,
        partyOf(request, options),
        sourceOfRequest(request),
      )
      setSessionCookie(request, reply, begun.token)
      return signedInView({})
    },
  )
}

function registerSecondFactor(app: WebApp, { services, options }: ApiContext): void {
  app.post(
    '/auth/second-factor/options',
    {
      config: { access: personal('waiting') },
      bodyLimit,
      schema: {
        tags,
        summary: 'Begin to confirm with a passkey',
        response: { 200: PasskeyRequest },
      },
    },
    async (request) => passkeyRequest(services, personOf(request).person.id, partyOf(request, options)),
  )

  app.post(
    '/auth/second-factor',
    {
      config: {
        access: personal('waiting'),
        problems: ['auth.second_factor_failed', 'limit.sign_in'],
      },
      bodyLimit,
      schema: {
        tags,
        summary: 'Confirm with a second factor',
        description:
          'One of "code", "backupCode" and "passkey". Ends the wait after a password, and makes the factor fresh for what asks for it. The cookie is set anew.',
        body: SecondFactorBody,
        response: { 200: SignedInReply },
      },
    },
    async (request, reply) => {
      if (Object.keys(request.body).length !== 1) {
        throw new Problem('request.invalid', { detail: 'Send one of "code", "backupCode" and "passkey".' })
      }
      const holder = await holderOf(services, request)
      const party = partyOf(request, options)
      const token = await giveSecondFactor(services, holder, request.body, party, sourceOfRequest(request))
      carryOn(app, request, reply, token)
      return signedInView({})
    },
  )

  app.post(
    '/auth/sign-out',
    {
      config: { access: personal('waiting') },
      bodyLimit,
      schema: { tags, summary: 'Sign out', response: { 204: Nothing } },
    },
    async (request, reply) => {
      const { id } = personOf(request).session
      await endOwnSession(services, idsOf(request), id, 'signed_out', request.id)
      const token = sessionTokenOf(request)
      if (token !== undefined) app.sessions.forget(token)
      clearSessionCookie(request, reply)
      return reply.code(204).send(null)
    },
  )
}

function idsOf(request: Parameters<typeof personOf>[0]) {
  const { person, memberships } = personOf(request)
  return { id: person.id, accountIds: memberships.map(({ accountId }) => accountId) }
}

function registerInvitation(app: WebApp, { services, options }: ApiContext): void {
  app.post(
    '/auth/accept-invitation',
    {
      config: {
        access: PUBLIC,
        problems: ['auth.invitation_invalid', 'auth.password_weak', 'auth.signed_out', ...OPEN],
      },
      bodyLimit,
      onRequest: guardSignIn(app, options),
      schema: {
        tags,
        summary: 'Take up an invitation',
        description:
          'Whoever is new chooses a password; somebody known signs in first and takes it up with their session. It signs nobody in.',
        body: AcceptBody,
        response: { 200: Accepted },
      },
    },
    async (request) => {
      const who = await signedInAs(app, request)
      const { person, isNew } = await acceptInvitation(services, request.body, who, sourceOfRequest(request))
      app.sessions.forgetPerson(person.id)
      return { email: person.email, isNew }
    },
  )
}
