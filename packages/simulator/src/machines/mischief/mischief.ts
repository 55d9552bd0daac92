import type { T30Effect, T30Input, T30Machine, Transmission } from '@answerback/protocol/t30/machine'
import type { LineSwitch } from '../../line-switch.ts'

/** What a misbehaviour may look at, and pull. */
export interface Surroundings {
  readonly line: LineSwitch
  /** Pages of this call stored and answered so far (answerer), or confirmed (caller). */
  pagesDone(): number
  /** The last training went well: image that comes is a page. */
  isTrained(): boolean
}

/** Comes between a sound T.30 machine and its terminal. What it leaves out of its two methods is passed on as it is. */
export interface Mischief {
  /** What of an input the machine gets to know. */
  hear?(input: T30Input): readonly T30Input[]
  /** What leaves in place of what the machine says. Nothing: the machine believes that it spoke. */
  say?(transmissions: readonly Transmission[]): readonly Transmission[]
}

export type MakeMischief = (surroundings: Surroundings) => Mischief

/** A machine that misbehaves. Its answers are still those of the machine inside, to what it was let hear. */
class MischievousMachine implements T30Machine {
  readonly #inner: T30Machine
  readonly #mischief: Mischief

  constructor(inner: T30Machine, mischief: Mischief) {
    this.#inner = inner
    this.#mischief = mischief
  }

  take(input: T30Input): readonly T30Effect[] {
    const heard = this.#mischief.hear?.(input) ?? [input]
    return heard.flatMap((each) => this.#feed(each))
  }

  #feed(input: T30Input): T30Effect[] {
    const effects: T30Effect[] = []
    let spokeInVain = false
    for (const effect of this.#inner.take(input)) {
      if (effect.kind !== 'transmit' || !this.#mischief.say) {
        effects.push(effect)
        continue
      }
      const transmissions = this.#mischief.say(effect.transmissions)
      if (transmissions.length > 0) effects.push({ kind: 'transmit', transmissions })
      spokeInVain = transmissions.length === 0
    }
    return spokeInVain ? [...effects, ...this.#feed({ kind: 'sent' })] : effects
  }
}

export function withMischief(
  machine: T30Machine,
  makers: readonly MakeMischief[],
  surroundings: Surroundings,
): T30Machine {
  return makers.reduce<T30Machine>(
    (inner, make) => new MischievousMachine(inner, make(surroundings)),
    machine,
  )
}
