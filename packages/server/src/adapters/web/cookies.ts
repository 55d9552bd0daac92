import type { FastifyReply, FastifyRequest } from 'fastify'

const LENGTH_MAX = 200
/** Longer than any session may last: the server says when one ends, not the browser. */
const SESSION_SECONDS = 24 * 3600

/** The cookie's value; `undefined` for one that is absent, repeated or not one of ours. Only letters, digits, `-` and `_` (RFC 6265 §4.1.1). */
export function cookieOf(request: Pick<FastifyRequest, 'headers'>, name: string): string | undefined {
  const found: string[] = []
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const at = pair.indexOf('=')
    if (at > 0 && pair.slice(0, at).trim() === name) found.push(pair.slice(at + 1).trim())
  }
  const [value] = found
  if (found.length !== 1 || value === undefined || value.length > LENGTH_MAX) return undefined
  return /^[\w-]+$/.test(value) ? value : undefined
}

/** Plain http is spoken on this machine alone, and browsers keep no Secure cookie there. */
function isSecure(request: Pick<FastifyRequest, 'protocol' | 'hostname'>): boolean {
  const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(request.hostname ?? '')
  return request.protocol !== 'http' || !loopback
}

/** `__Host-`: set by this very host over https, for all of it, and by nobody else (RFC 6265bis §4.1.3.2). */
function sessionCookie(request: FastifyRequest): string {
  return isSecure(request) ? '__Host-answerback' : 'answerback'
}

export function sessionTokenOf(request: FastifyRequest): string | undefined {
  return cookieOf(request, sessionCookie(request))
}

/** SameSite=Strict: no link from elsewhere arrives signed in. */
export function setSessionCookie(request: FastifyRequest, reply: FastifyReply, token: string): void {
  setCookie(request, reply, sessionCookie(request), token, {
    maxAge: SESSION_SECONDS,
    path: '/',
    sameSite: 'Strict',
  })
}

export function clearSessionCookie(request: FastifyRequest, reply: FastifyReply): void {
  setCookie(request, reply, sessionCookie(request), '', { maxAge: 0, path: '/', sameSite: 'Strict' })
}

const OIDC_COOKIE = 'answerback_oidc'
const OIDC_PATH = '/auth/oidc'

export function oidcSeedOf(request: FastifyRequest): string | undefined {
  return cookieOf(request, OIDC_COOKIE)
}

/** Lax, since the identity provider's redirect comes from another site; it says only which sign-in this browser began. */
export function setOidcCookie(request: FastifyRequest, reply: FastifyReply, seed: string | null): void {
  setCookie(request, reply, OIDC_COOKIE, seed ?? '', {
    maxAge: seed === null ? 0 : 600,
    path: OIDC_PATH,
    sameSite: 'Lax',
  })
}

function setCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  name: string,
  value: string,
  rules: { readonly maxAge: number; readonly path: string; readonly sameSite: 'Strict' | 'Lax' },
): void {
  const { maxAge, path, sameSite } = rules
  const secure = isSecure(request) ? '; Secure' : ''
  reply.header(
    'set-cookie',
    `${name}=${value}; Max-Age=${maxAge}; Path=${path}; HttpOnly; SameSite=${sameSite}${secure}`,
  )
}
