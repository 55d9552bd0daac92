import type { Clock } from '../../../ports/clock.ts'
import type { Logger } from '../../../ports/logger.ts'
import type { TrunkStanding } from '../../../ports/trunk-probe.ts'
import type { TrunkNews } from './engine/engine-messages.ts'

type NewsKind = TrunkNews['kind']

const UNHEARD: TrunkStanding = { isRegistered: null, answers: null, heardAt: null }
const STANDINGS: Readonly<Record<NewsKind, Partial<TrunkStanding>>> = {
  registered: { isRegistered: true },
  registration_failed: { isRegistered: false },
  healthy: { answers: true },
  unhealthy: { answers: false },
}

/** What the engine says of trunks: logged when it changes, and handed to who is waiting for it. */
export class TrunkNewsBoard {
  readonly #clock: Clock
  readonly #log: Logger
  readonly #last = new Map<string, NewsKind>()
  readonly #standing = new Map<string, TrunkStanding>()
  readonly #watches = new Set<TrunkWatch>()

  constructor(clock: Clock, log: Logger) {
    this.#clock = clock
    this.#log = log
  }

  take(news: TrunkNews): void {
    for (const watch of this.#watches) watch.take(news)
    const heardAt = new Date(this.#clock.now())
    this.#standing.set(news.trunkId, { ...this.standing(news.trunkId), ...STANDINGS[news.kind], heardAt })
    const before = this.#last.get(news.trunkId)
    this.#last.set(news.trunkId, news.kind)
    if (before === news.kind) return
    const facts = { trunkId: news.trunkId, ...('status' in news && { sipStatus: news.status }) }
    const isGood = news.kind === 'registered' || news.kind === 'healthy'
    if (isGood) this.#log.info(`line.trunk_${news.kind}`, facts)
    else this.#log.warn(`line.trunk_${news.kind}`, facts)
  }

  standing(trunkId: string): TrunkStanding {
    return this.#standing.get(trunkId) ?? UNHEARD
  }

  /** What was heard of it no longer holds: its settings have changed, or the engine began anew. */
  forget(trunkId: string): void {
    this.#standing.delete(trunkId)
  }

  /** Gathers the trunk's news from now on, until it is stopped. */
  watch(trunkId: string): TrunkWatch {
    const watch: TrunkWatch = new TrunkWatch(trunkId, this.#clock, () => this.#watches.delete(watch))
    this.#watches.add(watch)
    return watch
  }
}

export class TrunkWatch {
  readonly stop: () => void
  readonly #trunkId: string
  readonly #clock: Clock
  readonly #seen: TrunkNews[] = []
  #wake: () => void = () => undefined

  constructor(trunkId: string, clock: Clock, stop: () => void) {
    this.#trunkId = trunkId
    this.#clock = clock
    this.stop = stop
  }

  take(news: TrunkNews): void {
    if (news.trunkId !== this.#trunkId) return
    this.#seen.push(news)
    this.#wake()
  }

  /** The first news of one of these kinds; `undefined` when none came in time, or the signal aborted. One at a time. */
  async first(
    kinds: readonly NewsKind[],
    limitMs: number,
    signal: AbortSignal,
  ): Promise<TrunkNews | undefined> {
    const untilMs = this.#clock.now() + limitMs
    for (;;) {
      const found = this.#seen.find(({ kind }) => kinds.includes(kind))
      const leftMs = untilMs - this.#clock.now()
      if (found || leftMs <= 0 || signal.aborted) return found
      await this.#change(leftMs, signal)
    }
  }

  #change(limitMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        cancel()
        signal.removeEventListener('abort', wake)
        resolve()
      }
      const cancel = this.#clock.setTimer(limitMs, wake)
      signal.addEventListener('abort', wake, { once: true })
      this.#wake = wake
    })
  }
}
