/** Deadlines come from outside, so that tests can let them pass at once. */
export interface Timers {
  /** Calls `fire` after `ms` milliseconds unless the returned function is called first. */
  after(ms: number, fire: () => void): () => void
}

export const systemTimers: Timers = {
  after(ms, fire) {
    const handle = setTimeout(fire, ms)
    return () => clearTimeout(handle)
  },
}
