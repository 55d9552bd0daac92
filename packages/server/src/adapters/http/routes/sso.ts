import { beginOidc, finishOidc } from '../../../application/people/oidc-sign-in.ts'
import { Problem } from '../../../domain/problem/problem.ts'
import { oidcSeedOf, setOidcCookie, setSessionCookie } from '../../web/cookies.ts'
import { PUBLIC } from '../../web/route-access.ts'
import type { WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { guardSignIn, serverOrigin, signedInAs, sourceOfRequest } from '../sign-in-context.ts'

const CALLBACK = '/auth/oidc/callback'

/**
 * A page that goes on by itself, and not a redirect: what follows a redirect that another site began still counts as coming from there, and the session
 * cookie, which is SameSite=Strict, would stay behind.
 */
const GO_ON =
  '<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=/"><title>Signed in</title><a href="/">Go on</a></html>\n'

/** `/auth/oidc/*`: to the operator's identity provider and back. */
export function registerSsoRoutes(app: WebApp, { services, options }: ApiContext): void {
  const onRequest = guardSignIn(app, options, { navigates: true })
  const config = { access: PUBLIC, undocumented: true }
  app.get('/auth/oidc/start', { config, onRequest }, async (request, reply) => {
    const redirectUri = serverOrigin(request, options) + CALLBACK
    const { url, seed } = await beginOidc(services, redirectUri, (await signedInAs(app, request)) ?? null)
    setOidcCookie(request, reply, seed)
    return reply.redirect(url, 303)
  })

  app.get(CALLBACK, { config, onRequest }, async (request, reply) => {
    const seed = oidcSeedOf(request)
    if (seed === undefined) throw new Problem('auth.sso_failed')
    setOidcCookie(request, reply, null)
    const parameters = new URL(request.url, 'http://here').searchParams
    const redirectUri = serverOrigin(request, options) + CALLBACK
    const origin = sourceOfRequest(request)
    const signedIn = await finishOidc(services, parameters, redirectUri, seed, origin)
    setSessionCookie(request, reply, signedIn.token)
    return reply.type('text/html; charset=utf-8').send(GO_ON)
  })
}
