import type { T30Effect, T30Input, T30Machine } from '@answerback/protocol/t30/machine'
import type { TimerName } from '@answerback/protocol/t30/timers'

/** Writes down which timers a machine left running when it ended, before its terminal clears them away. */
export class TimerLedger implements T30Machine {
  readonly #inner: T30Machine
  readonly #running = new Set<TimerName>()
  #leaked: readonly TimerName[] | undefined

  constructor(inner: T30Machine) {
    this.#inner = inner
  }

  /** `undefined`: it has not ended. */
  get leaked(): readonly TimerName[] | undefined {
    return this.#leaked
  }

  take(input: T30Input): readonly T30Effect[] {
    if (input.kind === 'timer') this.#running.delete(input.timer)
    const effects = this.#inner.take(input)
    for (const effect of effects) {
      if (effect.kind === 'start_timer') this.#running.add(effect.timer)
      if (effect.kind === 'stop_timer') this.#running.delete(effect.timer)
      if (effect.kind === 'end') this.#leaked = [...this.#running]
    }
    return effects
  }
}
