import type { FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify'
import type { AuthenticatedKey } from '../../application/api-keys/authenticate.ts'
import { isListed } from '../../domain/access/address-list.ts'
import { Problem } from '../../domain/problem/problem.ts'
import { type AdmitPerson, isPersonRoute } from './admit-person.ts'
import { sessionTokenOf } from './cookies.ts'
import type { RequestLimits } from './request-limits.ts'
import type { RouteAccess } from './route-access.ts'

export type FindKey = (presentedKey: string) => Promise<AuthenticatedKey>

/**
 * Runs before a byte of the body is read: finds the key or the session, counts the request, checks what it may do.
 * A request with neither counts against its remote address instead.
 */
export function createAuthHook(
  findKey: FindKey,
  admitPerson: AdmitPerson,
  limits: RequestLimits,
): onRequestAsyncHookHandler {
  const unknown = async <T>(
    request: FastifyRequest,
    reply: FastifyReply,
    work: () => Promise<T>,
  ): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      await limits.countAddress(request, reply, 'key')
      throw error
    }
  }
  return async (request, reply) => {
    const access = request.routeOptions.config.access
    if (access === undefined || access.kind === 'public') return
    const key = presentedKey(request, access)
    const token = key === '' ? sessionTokenOf(request) : undefined
    if (isPersonRoute(access) ? key === '' : token !== undefined && access.keyHeader === undefined) {
      const facts = await unknown(request, reply, () => admitPerson.identify(request, token))
      await limits.countPerson(reply, facts.person.id)
      admitPerson.admit(request, facts, access)
      return
    }
    const caller = await unknown(request, reply, () => findKey(key))
    request.keyId = caller.keyId
    await limits.countKey(reply, caller.keyId, caller.scope)
    if (caller.allowedAddresses !== null && !isListed(caller.allowedAddresses, request.ip)) {
      throw new Problem('auth.address_refused')
    }
    if (isPersonRoute(access)) {
      throw new Problem('auth.forbidden', { detail: 'A person who is signed in does this, never a key.' })
    }
    if (!caller.scopes.includes(access.scope)) {
      throw new Problem('auth.forbidden', { detail: `This call needs the scope "${access.scope}".` })
    }
    request.caller = { ...caller, actor: { ...caller.actor, requestId: request.id } }
  }
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
