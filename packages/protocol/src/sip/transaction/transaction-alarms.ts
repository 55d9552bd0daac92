import type { Alarm } from '../alarms.ts'
import type { TransactionHost } from './host.ts'

/** The two alarms of a transaction (RFC 3261 §17): one says its message again, the other ends its state. */
export class TransactionAlarms {
  readonly #host: Pick<TransactionHost, 'alarms' | 'nowMs'>
  #repeat: Alarm | undefined
  #deadline: Alarm | undefined

  constructor(host: Pick<TransactionHost, 'alarms' | 'nowMs'>) {
    this.#host = host
  }

  /**
   * Timers A, E and G: does `send` after `intervalMs`, and goes on until disarmed.
   * @param next the interval that follows one, in milliseconds; asked when that one is over
   */
  repeat(intervalMs: number, send: () => void, next: (intervalMs: number) => number): void {
    this.#repeat = this.#host.alarms.set(this.#host.nowMs + intervalMs, () => {
      send()
      this.repeat(next(intervalMs), send, next)
    })
  }

  /** All other timers: `end` after `forMs`, unless disarmed before. */
  endAfter(forMs: number, end: () => void): void {
    this.#deadline = this.#host.alarms.set(this.#host.nowMs + forMs, end)
  }

  disarm(): void {
    this.#host.alarms.cancel(this.#repeat)
    this.#host.alarms.cancel(this.#deadline)
  }
}
