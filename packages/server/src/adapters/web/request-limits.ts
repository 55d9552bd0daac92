import type { FastifyReply, FastifyRequest } from 'fastify'
import { sourceOf } from '../../domain/access/sign-in-limits.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { Scope } from '../../ports/store/scope.ts'
import { type CountingLimiter, createRateLimiter, type RatePolicy, rateLimitHeaders } from './rate-limit.ts'

/** What somebody without a key or a session wants. Each has a bucket of its own: a flood of one does not close the others. */
export type AnonymousPurpose = 'key' | 'sign_in' | 'hook'

/**
 * The buckets a request is counted in before a byte of its body is read. Each sets the headers of the limit that binds.
 * All of them reject with the Problem `limit.rate` when there are too many.
 */
export interface RequestLimits {
  /** By the key, and by all keys of its account and mode together. */
  countKey(reply: FastifyReply, keyId: string, scope: Scope): Promise<void>
  /** By the person alone: however much the keys of an account send, its staff get in. */
  countPerson(reply: FastifyReply, personId: string): Promise<void>
  /** By where it comes from. */
  countAddress(request: FastifyRequest, reply: FastifyReply, purpose: AnonymousPurpose): Promise<void>
  /** Every limiter there is, for `SharedRates`; no two know a caller by the same name. */
  readonly limiters: readonly CountingLimiter[]
}

export interface RequestLimitOptions {
  readonly rate: RatePolicy
  readonly accountRate?: RatePolicy
  readonly anonymousRate: RatePolicy
  readonly refusalDelayMs?: number
}

const ACCOUNT_FULL =
  'The keys of this account together have sent as many requests in this mode as they may; what people do in the console is counted apart.'

export function createRequestLimits(options: RequestLimitOptions, nowMs: () => number): RequestLimits {
  const { rate, accountRate = twice(rate), anonymousRate, refusalDelayMs = 0 } = options
  const callers = createRateLimiter(rate)
  const accounts = createRateLimiter(accountRate)
  const addresses = {
    key: createRateLimiter(anonymousRate),
    sign_in: createRateLimiter(anonymousRate),
    hook: createRateLimiter(anonymousRate),
  }
  const refuse = async (detail?: string): Promise<never> => {
    // Told at once, refusals alone would fill the process for whoever does not heed them.
    if (refusalDelayMs > 0) await new Promise((resolve) => setTimeout(resolve, refusalDelayMs))
    throw new Problem('limit.rate', detail === undefined ? {} : { detail })
  }
  const countOne = async (reply: FastifyReply, limiter: CountingLimiter, caller: string): Promise<void> => {
    const verdict = limiter.take(caller, nowMs())
    reply.headers(rateLimitHeaders(limiter.policy, verdict))
    if (!verdict.allowed) await refuse()
  }
  return {
    limiters: [callers, accounts, ...Object.values(addresses)],
    countPerson: (reply, personId) => countOne(reply, callers, personId),
    countAddress: (request, reply, purpose) =>
      countOne(reply, addresses[purpose], `${purpose}:${sourceOf(request.ip)}`),

    async countKey(reply, keyId, { accountId, mode }) {
      const now = nowMs()
      const own = callers.take(keyId, now)
      // A key that is refused takes nothing from the others of its account.
      if (!own.allowed) {
        reply.headers(rateLimitHeaders(rate, own))
        return refuse()
      }
      const all = accounts.take(`${accountId}/${mode}`, now)
      if (all.allowed && own.remaining <= all.remaining) {
        reply.headers(rateLimitHeaders(rate, own))
        return
      }
      reply.headers(rateLimitHeaders(accountRate, all, 'account'))
      if (all.allowed) return
      callers.giveBack(keyId)
      return refuse(ACCOUNT_FULL)
    },
  }
}

/** One key that runs away leaves the others of its account half of what there is. */
function twice({ quota, windowSeconds }: RatePolicy): RatePolicy {
  return { quota: 2 * quota, windowSeconds }
}
