import type { HeardTone } from '../tones/tone-listener.ts'
import type { FaxCallProfile } from './fax-call-types.ts'
import type { FaxRole } from './role.ts'

type Habit = FaxCallProfile['t38']

/** After the answer: who waits for the far end's offer waits this long, then offers once itself. */
const OFFER_AFTER_MS: Readonly<Record<FaxRole['kind'], Readonly<Record<Habit, number>>>> = {
  caller: { offer: 0, auto: 6_000, wait: 20_000, off: Number.POSITIVE_INFINITY },
  answerer: { offer: 0, auto: 1_000, wait: 10_000, off: Number.POSITIVE_INFINITY },
}
/** A caller that hears V.21 knows that a fax machine is speaking to it and gets no T.38: the far gateway is not going to ask. */
const OFFER_AFTER_TONE_MS = 1_500
/** T.30 §5.4.3.1, T1, with the time that answering machines and menus take. */
const T38_WITHIN_MS = 45_000
/** Our offer was refused: the far gateway may still make its own. */
const AFTER_REFUSAL_MS = 8_000

/**
 * When a call asks for T.38 itself, and when it gives up on getting it. Gateways differ in which end asks, so each waits for the other
 * as its profile says, and offers once at most. Times are milliseconds of the call's clock.
 */
export class T38Patience {
  readonly #role: FaxRole['kind']
  readonly #habit: Habit
  #offerAtMs = Number.POSITIVE_INFINITY
  #giveUpAtMs = Number.POSITIVE_INFINITY
  #hasOffered = false

  constructor(role: FaxRole['kind'], habit: Habit) {
    this.#role = role
    this.#habit = habit
  }

  /** When to offer T.38; infinite while there is no reason to, and once it was offered. */
  get offerAtMs(): number {
    return this.#offerAtMs
  }

  /** When to give up; infinite before the answer, and once T.38 is up. */
  get giveUpAtMs(): number {
    return this.#giveUpAtMs
  }

  get hasOffered(): boolean {
    return this.#hasOffered
  }

  /** The call was answered: both waits begin. */
  answered(nowMs: number): void {
    this.#giveUpAtMs = nowMs + T38_WITHIN_MS
    this.#offerAtMs = nowMs + OFFER_AFTER_MS[this.#role][this.#habit]
  }

  /** A tone that only a fax machine makes brings the offer forward, where one is to be made without being asked. */
  heard(tone: HeardTone, nowMs: number): void {
    const isCaller = this.#role === 'caller'
    const isCue = isCaller ? tone === 'v21_preamble' : tone === 'cng'
    if (!isCue || this.#hasOffered || this.#habit === 'wait' || this.#habit === 'off') return
    this.#offerAtMs = Math.min(this.#offerAtMs, nowMs + (isCaller ? OFFER_AFTER_TONE_MS : 0))
  }

  /** The one offer is made. */
  offered(): void {
    this.#hasOffered = true
    this.#offerAtMs = Number.POSITIVE_INFINITY
  }

  /** The far end refused the offer. */
  refused(nowMs: number): void {
    this.#giveUpAtMs = Math.min(this.#giveUpAtMs, nowMs + AFTER_REFUSAL_MS)
  }

  /** T.38 is up, whoever asked. */
  up(): void {
    this.#offerAtMs = Number.POSITIVE_INFINITY
    this.#giveUpAtMs = Number.POSITIVE_INFINITY
  }
}
