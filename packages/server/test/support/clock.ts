import type { Clock } from '../../src/ports/clock.ts'

interface Timer {
  readonly dueMs: number
  readonly order: number
  readonly fn: () => void
}

/** A clock that stands still until it is advanced. */
export class VirtualClock implements Clock {
  #nowMs: number
  #made = 0
  readonly #timers = new Set<Timer>()
  #holds = 0

  /** @param startMs milliseconds since 1970; default 2 January 2026, 12:00 UTC */
  constructor(startMs = Date.UTC(2026, 0, 2, 12)) {
    this.#nowMs = startMs
  }

  now(): number {
    return this.#nowMs
  }

  /** Timers not yet run or cancelled: a test for leaks looks here. */
  get pending(): number {
    return this.#timers.size
  }

  /** Something real is going on, which takes no virtual time: who lets time pass by itself waits for it. @returns a function that ends it */
  hold(): () => void {
    this.#holds++
    return () => {
      this.#holds--
    }
  }

  get isHeld(): boolean {
    return this.#holds > 0
  }

  setTimer(delayMs: number, fn: () => void): () => void {
    const timer = { dueMs: this.#nowMs + Math.max(delayMs, 0), order: this.#made++, fn }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const abort = () => {
        cancel()
        reject(signal?.reason)
      }
      const cancel = this.setTimer(delayMs, () => {
        signal?.removeEventListener('abort', abort)
        resolve()
      })
      signal?.addEventListener('abort', abort, { once: true })
    })
  }

  /** `advanceTo(now + ms)`. */
  advance(ms: number): Promise<void> {
    return this.advanceTo(this.#nowMs + ms)
  }

  /**
   * Moves to `timeMs`, stopping at every due timer on the way, in order of time and then of making. What a timer sets going
   * runs until it waits for something else (a macrotask has passed) before the next timer.
   */
  async advanceTo(timeMs: number): Promise<void> {
    if (timeMs < this.#nowMs) throw new RangeError('a virtual clock does not go back')
    await settle()
    for (let next = this.#next(timeMs); next !== undefined; next = this.#next(timeMs)) {
      this.#timers.delete(next)
      this.#nowMs = next.dueMs
      next.fn()
      await settle()
    }
    this.#nowMs = timeMs
  }

  /** Sets the time without running timers, as an operator who corrects a clock does. */
  jumpTo(timeMs: number): void {
    this.#nowMs = timeMs
  }

  #next(limitMs: number): Timer | undefined {
    let first: Timer | undefined
    for (const timer of this.#timers) {
      if (timer.dueMs > limitMs) continue
      if (
        first === undefined ||
        timer.dueMs < first.dueMs ||
        (timer.dueMs === first.dueMs && timer.order < first.order)
      ) {
        first = timer
      }
    }
    return first
  }
}

function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
