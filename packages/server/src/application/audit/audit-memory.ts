import type { LogReading } from './log-reading.ts'

/**
 * What this process has read of the audit log. It lies in no table and no file: whoever changes those cannot change it, and a server that
 * begins anew knows nothing and reads the log again.
 */
export class AuditMemory {
  /** The last reading that reached the end of the log; it is read on as the log grows. */
  whole: LogReading | undefined
  /** When it did. */
  endedAt: Date | undefined
  /** One that is not there yet. */
  running: LogReading | undefined
  #asked: PromiseWithResolvers<void> | undefined
  #waking = new AbortController()

  /** Somebody waits for the whole to be read. */
  get isAsked(): boolean {
    return this.#asked !== undefined
  }

  /** Aborts when somebody begins to wait. */
  get woken(): AbortSignal {
    return this.#waking.signal
  }

  /** Has the whole log read from its beginning. @returns when it was; who asks meanwhile waits for the same reading */
  askForWhole(): Promise<void> {
    if (this.#asked) return this.#asked.promise
    this.#asked = Promise.withResolvers()
    this.running = undefined
    this.#waking.abort()
    return this.#asked.promise
  }

  /** A reading has reached the end of the log. */
  finish(reading: LogReading, at: Date): void {
    this.whole = reading
    this.endedAt = at
    this.running = undefined
    this.#asked?.resolve()
    this.#asked = undefined
    this.#waking = new AbortController()
  }
}
