import type { FastifyRequest } from 'fastify'
import {
  assertActive,
  assertFresh,
  type CallingPerson,
  callerIn,
  type Place,
} from '../../application/people/authenticate-session.ts'
import type { PeoplePolicy } from '../../domain/access/session.ts'
import type { Mode } from '../../domain/fax/fax.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { SessionFacts } from '../../ports/store/session-store.ts'
import { cookieOf } from './cookies.ts'
import type { PersonAccess, RouteAccess } from './route-access.ts'
import { assertSameOrigin } from './same-origin.ts'
import type { SessionCache } from './session-cache.ts'
import type { WebOptions } from './web-app.ts'

/** The two steps a request with a session goes through. */
export interface AdmitPerson {
  /** @throws Problem `auth.signed_out`, `auth.cross_site` */
  identify(request: FastifyRequest, token: string | undefined): Promise<SessionFacts>
  /** Sets `request.person`, and `request.caller` where the route is about an account. @throws Problem `auth.*` */
  admit(request: FastifyRequest, facts: SessionFacts, access: Exclude<RouteAccess, { kind: 'public' }>): void
}

export function isPersonRoute(access: RouteAccess): access is PersonAccess {
  return access.kind === 'person'
}

export function createAdmitPerson(
  sessions: SessionCache,
  policy: PeoplePolicy,
  nowMs: () => number,
  { publicUrl }: Pick<WebOptions, 'publicUrl'>,
): AdmitPerson {
  return {
    async identify(request, token) {
      if (token === undefined) throw new Problem('auth.signed_out')
      assertSameOrigin(request, publicUrl)
      return sessions.find(token)
    },

    admit(request, facts, access) {
      request.userId = facts.person.id
      request.person = facts
      if (!isPersonRoute(access)) {
        const caller = callerIn(facts, placeOf(request), policy, nowMs(), request.id)
        if (!caller.scopes.includes(access.scope)) throw beyond(caller, access.scope)
        request.caller = caller
        return
      }
      if (access.factor !== 'waiting') assertActive(facts)
      const strong = access.factor === 'second' || access.factor === 'fresh'
      if (strong && facts.session.secondFactorAt === null && policy.secondFactor !== 'never') {
        throw new Problem('auth.mfa_required')
      }
      if (access.right === undefined) {
        if (access.factor === 'fresh') assertFresh(facts, policy, nowMs())
        return
      }
      const caller = callerIn(facts, placeOf(request), policy, nowMs(), request.id)
      if (!caller.rights.includes(access.right)) throw beyond(caller, access.right)
      if (access.factor === 'fresh') assertFresh(facts, policy, nowMs())
      request.caller = caller
    },
  }
}

function beyond({ member }: CallingPerson, right: string): Problem {
  return new Problem('auth.forbidden', { detail: `The role "${member.role}" does not have "${right}".` })
}

/** Where the person works now: a header, which programs set, or else a cookie, which pages keep. Absent: their first account, in test mode. */
export function placeOf(request: FastifyRequest): Place {
  const accountId = chosen(request, 'x-answerback-account', 'answerback_account')
  const mode = chosen(request, 'x-answerback-mode', 'answerback_mode') ?? 'test'
  if (mode !== 'test' && mode !== 'live') {
    throw new Problem('request.invalid', {
      field: 'X-Answerback-Mode',
      detail: 'The mode is "test" or "live".',
    })
  }
  return { mode: mode satisfies Mode, ...(accountId === undefined ? {} : { accountId }) }
}

function chosen(request: FastifyRequest, header: string, cookie: string): string | undefined {
  const value = request.headers[header]
  return typeof value === 'string' && value !== '' ? value : cookieOf(request, cookie)
}
