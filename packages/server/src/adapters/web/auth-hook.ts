import type { FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify'
import type { AuthenticatedKey } from '../../application/authenticate.ts'
import { Problem } from '../../domain/problem.ts'
import { createRateLimiter, type RateLimiter, rateLimitHeaders } from './rate-limit.ts'
import type { RouteAccess } from './route-access.ts'
import type { WebOptions } from './web-app.ts'

export type FindKey = (presentedKey: string) => Promise<AuthenticatedKey>

/**
 * Runs before a byte of the body is read: finds the key, counts the request, checks the scope.
 * A request without a valid key counts against its remote address instead.
 */
export function createAuthHook(
  findKey: FindKey,
  nowMs: () => number,
  options: Pick<WebOptions, 'rate' | 'anonymousRate'>,
): onRequestAsyncHookHandler {
  const keyed = createRateLimiter(options.rate)
  const anonymous = createRateLimiter(options.anonymousRate)
  return async (request, reply) => {
    const access = request.routeOptions.config.access
    if (access === undefined || access.kind === 'public') return
    let caller: AuthenticatedKey
    try {
      caller = await findKey(presentedKey(request, access))
    } catch (error) {
      count(anonymous, request.ip, nowMs(), reply)
      throw error
    }
    request.keyId = caller.keyId
    count(keyed, caller.keyId, nowMs(), reply)
    if (!caller.scopes.includes(access.scope)) {
      throw new Problem('auth.forbidden', { detail: `This call needs the scope "${access.scope}".` })
    }
    request.caller = { ...caller, actor: { ...caller.actor, requestId: request.id } }
  }
}

function count(limiter: RateLimiter, caller: string, nowMs: number, reply: FastifyReply): void {
  const verdict = limiter.take(caller, nowMs)
  reply.headers(rateLimitHeaders(limiter.policy, verdict))
  if (!verdict.allowed) throw new Problem('limit.rate')
}

/** `Authorization: Bearer …` (RFC 6750 §2.1) or `X-Api-Key`; '' when there is none. Never read from the query. */
function presentedKey(request: FastifyRequest, access: RouteAccess): string {
  const bearer = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1]
  if (bearer !== undefined) return bearer
  const names =
    access.kind === 'key' && access.keyHeader !== undefined ? ['x-api-key', access.keyHeader] : ['x-api-key']
  for (const name of names) {
    const value = request.headers[name]
    if (typeof value === 'string' && value !== '') return value.trim()
  }
  return ''
}
