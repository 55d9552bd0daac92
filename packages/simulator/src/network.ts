import type { Random } from './random.ts'

/** One direction of a packet network. Rates are shares of the datagrams, 0–1; times in milliseconds. */
export interface PathConditions {
  readonly lossRate: number
  /** How many are lost in a row, on average, when one is; 1: each on its own. */
  readonly burstLength: number
  readonly duplicateRate: number
  /** Held back so that later ones overtake. */
  readonly reorderRate: number
  readonly delayMs: number
  /** Up to so much on top of `delayMs`, in order. */
  readonly jitterMs: number
}

export const CLEAN_PATH: PathConditions = {
  lossRate: 0,
  burstLength: 1,
  duplicateRate: 0,
  reorderRate: 0,
  delayMs: 20,
  jitterMs: 0,
}

/** Overtaken by the next one or two of T.38's packets, which leave some 40 ms apart. */
const HELD_BACK_MS = 90

/** Tells when a datagram arrives. Losses follow Gilbert's two-state model, so that bursts keep the loss rate. */
export class Path {
  readonly #conditions: PathConditions
  readonly #random: Random
  #isLosing = false
  #lastArrivalMs = 0

  constructor(conditions: PathConditions, random: Random) {
    this.#conditions = conditions
    this.#random = random
  }

  get delayMs(): number {
    return this.#conditions.delayMs
  }

  /** When a datagram sent now arrives: never, once or twice. */
  arrivals(nowMs: number): readonly number[] {
    const { duplicateRate, reorderRate, delayMs, jitterMs } = this.#conditions
    if (this.#loses()) return []
    const atMs = nowMs + delayMs + this.#random.next() * jitterMs
    if (this.#random.chance(reorderRate)) return [atMs + HELD_BACK_MS]
    this.#lastArrivalMs = Math.max(this.#lastArrivalMs, atMs)
    const once = [this.#lastArrivalMs]
    return this.#random.chance(duplicateRate) ? [...once, this.#lastArrivalMs + delayMs / 2] : once
  }

  #loses(): boolean {
    const { lossRate, burstLength } = this.#conditions
    const leaving = 1 / Math.max(1, burstLength)
    const entering = lossRate >= 1 ? 1 : Math.min(1, (leaving * lossRate) / (1 - lossRate))
    // Alone, a loss must not make the next one rarer: each is thrown for anew.
    if (burstLength <= 1) return this.#random.chance(lossRate)
    this.#isLosing = this.#isLosing ? !this.#random.chance(leaving) : this.#random.chance(entering)
    return this.#isLosing
  }
}
