/** Monotonic time. A test's may run faster. */
export interface EngineClock {
  /** Milliseconds, with fractions. */
  now(): number
  /** @returns a function that cancels */
  setTimer(delayMs: number, fn: () => void): () => void
}

/** The process's own. */
export const MONOTONIC: EngineClock = {
  now: () => performance.now(),
  setTimer: (delayMs, fn) => {
    const timer = setTimeout(fn, delayMs)
    return () => clearTimeout(timer)
  },
}
