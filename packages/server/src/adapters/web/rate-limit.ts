/** A token bucket per caller: `quota` requests per `windowSeconds`, all of them at once if need be. */
export interface RatePolicy {
  readonly quota: number
  readonly windowSeconds: number
}

export interface RateVerdict {
  readonly allowed: boolean
  readonly remaining: number
  /** Seconds until a request is allowed (0 when one is now) and until the bucket is full again. */
  readonly retryAfterSeconds: number
  readonly fullAfterSeconds: number
}

/** Who may go on. In this process only: several server processes on one database each grant the whole quota. */
export interface RateLimiter {
  readonly policy: RatePolicy
  /** @param nowMs any clock that does not go backwards much */
  take(caller: string, nowMs: number): RateVerdict
}

/** Buckets kept; the least recently used go first. A dropped bucket is a full one, so this bounds memory alone. */
const CALLERS_MAX = 10_000

export function createRateLimiter(policy: RatePolicy): RateLimiter {
  const buckets = new Map<string, { tokens: number; at: number }>()
  const perMs = policy.quota / (policy.windowSeconds * 1000)
  return {
    policy,
    take(caller, nowMs) {
      const held = buckets.get(caller) ?? { tokens: policy.quota, at: nowMs }
      const tokens = Math.min(policy.quota, held.tokens + Math.max(0, nowMs - held.at) * perMs)
      const allowed = tokens >= 1
      const left = allowed ? tokens - 1 : tokens
      buckets.delete(caller)
      buckets.set(caller, { tokens: left, at: nowMs })
      if (buckets.size > CALLERS_MAX) buckets.delete(buckets.keys().next().value!)
      return {
        allowed,
        remaining: Math.floor(left),
        retryAfterSeconds: allowed ? 0 : Math.max(1, Math.ceil((1 - left) / perMs / 1000)),
        fullAfterSeconds: Math.ceil((policy.quota - left) / perMs / 1000),
      }
    },
  }
}

/** `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10 §3, §4; structured fields, RFC 9651). */
export function rateLimitHeaders(policy: RatePolicy, verdict: RateVerdict): Record<string, string> {
  return {
    'ratelimit-policy': `"default";q=${policy.quota};w=${policy.windowSeconds}`,
    ratelimit: `"default";r=${verdict.remaining};t=${verdict.allowed ? verdict.fullAfterSeconds : verdict.retryAfterSeconds}`,
    ...(verdict.allowed ? {} : { 'retry-after': String(verdict.retryAfterSeconds) }),
  }
}
