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

/** Who may go on. In this process; `SharedRates` brings several processes in step. */
export interface RateLimiter {
  readonly policy: RatePolicy
  /** @param nowMs any clock that does not go backwards much */
  take(caller: string, nowMs: number): RateVerdict
}

/** One that can tell others what it let through. */
export interface CountingLimiter extends RateLimiter {
  /** What each caller took since the last time. */
  drain(): ReadonlyMap<string, number>
  /** Takes back what could not be told. */
  putBack(uses: ReadonlyMap<string, number>): void
  /** What is left of the caller's bucket everywhere, as of the last `drain`; below 0: others took more than there was. */
  settle(caller: string, tokens: number): void
  /** A request that was let through here was refused elsewhere, and costs nothing. */
  giveBack(caller: string): void
}

/** Buckets kept; the least recently used go first. A dropped bucket is a full one, so this bounds memory alone. */
const CALLERS_MAX = 10_000

export function createRateLimiter(policy: RatePolicy): CountingLimiter {
  let uses = new Map<string, number>()
  const count = (caller: string, used: number) => uses.set(caller, (uses.get(caller) ?? 0) + used)
  const buckets = new Map<string, { tokens: number; at: number }>()
  const perMs = policy.quota / (policy.windowSeconds * 1000)
  return {
    policy,
    take(caller, nowMs) {
      const held = buckets.get(caller) ?? { tokens: policy.quota, at: nowMs }
      const tokens = Math.min(policy.quota, held.tokens + Math.max(0, nowMs - held.at) * perMs)
      const allowed = tokens >= 1
      const left = allowed ? tokens - 1 : tokens
      if (allowed && (uses.size < CALLERS_MAX || uses.has(caller))) count(caller, 1)
      buckets.delete(caller)
      buckets.set(caller, { tokens: left, at: nowMs })
      if (buckets.size > CALLERS_MAX) buckets.delete(buckets.keys().next().value!)
      return {
        allowed,
        remaining: Math.max(0, Math.floor(left)),
        retryAfterSeconds: allowed ? 0 : Math.max(1, Math.ceil((1 - left) / perMs / 1000)),
        fullAfterSeconds: Math.ceil((policy.quota - left) / perMs / 1000),
      }
    },
    drain() {
      const drained = uses
      uses = new Map()
      return drained
    },
    putBack(told) {
      for (const [caller, used] of told) count(caller, used)
    },
    settle(caller, tokens) {
      const held = buckets.get(caller)
      // What was let through since is not in `tokens` yet.
      if (held) held.tokens = Math.min(held.tokens, tokens - (uses.get(caller) ?? 0))
    },
    giveBack(caller) {
      const held = buckets.get(caller)
      if (held) held.tokens = Math.min(policy.quota, held.tokens + 1)
      // Below zero where it was told already: with the next round the shared bucket gets it back too.
      if (uses.size < CALLERS_MAX || uses.has(caller)) count(caller, -1)
    },
  }
}

/**
 * `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10 §3, §4; structured fields, RFC 9651).
 * @param name which of several limits this is
 */
export function rateLimitHeaders(
  policy: RatePolicy,
  verdict: RateVerdict,
  name: 'default' | 'account' = 'default',
): Record<string, string> {
  return {
    'ratelimit-policy': `"${name}";q=${policy.quota};w=${policy.windowSeconds}`,
    ratelimit: `"${name}";r=${verdict.remaining};t=${verdict.allowed ? verdict.fullAfterSeconds : verdict.retryAfterSeconds}`,
    ...(verdict.allowed ? {} : { 'retry-after': String(verdict.retryAfterSeconds) }),
  }
}
