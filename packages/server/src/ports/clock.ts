/** Time as an input: on a virtual clock a day of retries takes a millisecond. */
export interface Clock {
  /** Milliseconds since 1970 (UTC). May jump when the machine's clock is set. */
  now(): number
  /** Calls `fn` once after `delayMs` (0 or more). @returns a function that cancels; calling it late is harmless */
  setTimer(delayMs: number, fn: () => void): () => void
  /** Resolves after `delayMs`; rejects with the signal's reason when it aborts first. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>
}
