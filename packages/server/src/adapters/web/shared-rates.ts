import type { Services } from '../../application/services.ts'
import type { RateUse } from '../../ports/store/limit-store.ts'
import type { CountingLimiter } from './rate-limit.ts'

const SHARE_EVERY_MS = 1_000
/** Between two looks for buckets that nobody uses. */
const ROUNDS_TO_FORGET = 300

/**
 * Brings the buckets of this process in step with those of the others, once a second: one statement tells what was used here and
 * what is left everywhere. No request waits for it, and while the database is away every process goes on by itself.
 *
 * Processes together may let through more than a quota within one second; the debt is then waited for.
 */
export class SharedRates {
  readonly #services: Pick<Services, 'store' | 'clock' | 'log'>
  readonly #limiters: readonly CountingLimiter[]
  #cancel: () => void = () => undefined
  #isClosed = false
  #round = 0
  #isAway = false

  /** @param limiters names of their callers differ */
  constructor(services: Pick<Services, 'store' | 'clock' | 'log'>, limiters: readonly CountingLimiter[]) {
    this.#services = services
    this.#limiters = limiters
  }

  start(): void {
    if (this.#isClosed) return
    this.#cancel = this.#services.clock.setTimer(SHARE_EVERY_MS, () => {
      void this.share().finally(() => this.start())
    })
  }

  close(): void {
    this.#isClosed = true
    this.#cancel()
  }

  /** Never rejects: what could not be told is told with the next round. */
  async share(): Promise<void> {
    const drained = this.#limiters.map((limiter) => ({ limiter, uses: limiter.drain() }))
    const uses = drained.flatMap(({ limiter, uses }) =>
      [...uses].map(([caller, used]): RateUse => {
        const { quota, windowSeconds } = limiter.policy
        return { caller, used, quota, perSecond: quota / windowSeconds }
      }),
    )
    this.#round += 1
    const forgets = this.#round % ROUNDS_TO_FORGET === 0
    if (uses.length === 0 && !forgets) return
    try {
      const left = await this.#services.store.asSystem(
        async (tx) => {
          if (forgets) await tx.rates.forget()
          return uses.length === 0 ? new Map<string, number>() : tx.rates.share(uses)
        },
        { durable: false },
      )
      for (const { limiter, uses } of drained) {
        for (const caller of uses.keys()) limiter.settle(caller, left.get(caller) ?? limiter.policy.quota)
      }
      this.#isAway = false
    } catch (error) {
      for (const { limiter, uses } of drained) limiter.putBack(uses)
      if (!this.#isAway) this.#services.log.warn('rates.not_shared', { error })
      this.#isAway = true
    }
  }
}
