import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyRequest,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify'
import type { Caller } from '../../application/api-keys/authenticate.ts'
import type { CallingPerson } from '../../application/people/authenticate-session.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { SessionFacts } from '../../ports/store/session-store.ts'
import type { AfterReply } from './after-reply.ts'
import type { BodyBudget } from './body-budget.ts'
import type { FairGate } from './fair-gate.ts'
import type { KeyCache } from './key-cache.ts'
import type { RatePolicy } from './rate-limit.ts'
import type { RequestLimits } from './request-limits.ts'
import type { RouteAccess } from './route-access.ts'
import type { SessionCache } from './session-cache.ts'
import type { Pem } from './tls-files.ts'

/** Fastify with request and reply types taken from the TypeBox schemas. */
export type WebApp = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: RouteAccess
  }
  interface FastifyRequest {
    /** Who calls: a key, or a person in one of their accounts; `null` on routes that are about neither. */
    caller: Caller | CallingPerson | null
    /** Who is signed in; `null` for keys and on public routes. */
    person: SessionFacts | null
    /** Id of the person once a session was recognised. For the log. */
    userId: string | null
    /** Id of the key once one was recognised, also when it was then refused. For the log. */
    keyId: string | null
    startedAtMs: number
  }
  interface FastifyInstance {
    /** Every route as it was declared: the OpenAPI document and the access test are made from it. */
    routeTable: RouteOptions[]
    /** Sessions this process remembers: whoever ends one says so here. */
    sessions: SessionCache
    /** Keys this process remembers: whoever changes one says so here. */
    keys: KeyCache
    afterReply: AfterReply
    /** Public routes that are counted say so themselves; the others are counted before them. */
    limits: RequestLimits
    /** Of routes a plugin registers, in the context it is given; our own routes each say for themselves. */
    defaultAccess?: RouteAccess
  }
}

export interface WebOptions {
  /** Address callers use, without a trailing slash, for links in problems. Absent: the address each caller used. */
  readonly publicUrl?: string
  /** Bytes of a JSON body on routes that take documents as base64. */
  readonly documentBodyBytesMax: number
  /** Bytes of a whole form, all its files together. */
  readonly formBytesMax: number
  /** Bytes of every other body. */
  readonly bodyBytesMax: number
  /** Per key, and per person. */
  readonly rate: RatePolicy
  /** Per account and mode, for its keys together. Default: twice `rate`. */
  readonly accountRate?: RatePolicy
  /** Per remote address, for requests without a valid key: once for keys, once for sign-in, once for providers' posts. */
  readonly anonymousRate: RatePolicy
  /** How long a refusal for too many requests is held back. Default 0. */
  readonly refusalDelayMs?: number
  /** Counts requests together with other processes on the same database. */
  readonly sharesRates?: boolean
  /** Who of several accounts goes first. Absent: nobody is held back. */
  readonly fairGate?: FairGate
  /** Memory for large bodies. Absent: as much as `createBodyBudget` gives. */
  readonly bodyBudget?: BodyBudget
  /** Speaks TLS with it; absent: plain HTTP. */
  readonly tls?: Pem
  /** Callers come over TLS, ours or a proxy's, and are told to stay with it. Default: where `tls` is given. */
  readonly isSecure?: boolean
  /** Proxies whose `X-Forwarded-For` is believed: addresses or CIDR blocks. None by default. */
  readonly trustedProxies: readonly string[]
  /** TLS is the proxy's: what does not come through one of `trustedProxies`, or from this machine, is refused. */
  readonly onlyThroughProxy?: boolean
  /** Told after every request, for metrics. `route` is the template, never the path. */
  readonly observe?: (request: { method: string; route: string; status: number; seconds: number }) => void
}

const MIB = 1024 * 1024

export const DEFAULT_WEB_OPTIONS: WebOptions = {
  documentBodyBytesMax: 70 * MIB,
  formBytesMax: 101 * MIB,
  bodyBytesMax: MIB / 4,
  rate: { quota: 60_000, windowSeconds: 60 },
  anonymousRate: { quota: 6_000, windowSeconds: 60 },
  trustedProxies: [],
}

/** The caller of a route that needs a scope. Throws on a public route: there is none. */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === null) throw new Problem('auth.invalid_key')
  return request.caller
}

/** Who is signed in, on a route for people. */
export function personOf(request: FastifyRequest): SessionFacts {
  if (request.person === null) throw new Problem('auth.signed_out')
  return request.person
}

/** The person and what they are in the account, on a route that needs a right of people. */
export function memberOf(request: FastifyRequest): CallingPerson {
  const { caller } = request
  if (caller === null || !('member' in caller)) throw new Problem('auth.signed_out')
  return caller
}
