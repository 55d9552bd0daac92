import type { Transmission } from '../t30/machine.ts'
import type { Ifp } from './ifp-types.ts'
import { type PlannedPacket, planSignal } from './signal-plan.ts'

export type TransmitterEvent =
  | { readonly kind: 'packet'; readonly ifp: Ifp }
  | { readonly kind: 'signal'; readonly transmission: Transmission }
  /** The frame has left whole. */
  | { readonly kind: 'frame'; readonly octets: Uint8Array }
  /** Nothing is left to send. */
  | { readonly kind: 'sent' }

/** T.30 §5.3.1 note: 75 ± 20 ms of silence between signals of different modems, and after the far end's. */
const SILENCE_MS = 75
/** A far end whose signal never ends is spoken over at last. */
const HOLD_MAX_MS = 5_000
/** Said where a signal is cut off. */
const NO_SIGNAL: Ifp = { kind: 'indicator', indicator: 'no_signal' }

/** Sends signals one after the other, each packet at its time. The line is half-duplex: a signal waits for the far end's. */
export class Transmitter {
  readonly #octetsMax: number
  #queue: readonly Transmission[] = []
  #plan: Generator<PlannedPacket> | undefined
  #next: PlannedPacket | undefined
  /** When the signal under way began. */
  #startMs = 0
  /** No signal starts earlier. */
  #lineFreeMs = 0
  #holdUntilMs = 0
  #isFarEndSending = false
  /** The signal is over, and only the packets that say so again are left. */
  #isTailing = false

  constructor(octetsMax: number) {
    this.#octetsMax = octetsMax
  }

  /** Signals in order. What had not left of earlier ones is cut off. */
  *transmit(transmissions: readonly Transmission[], nowMs: number): Generator<TransmitterEvent> {
    if (this.#next && !this.#isTailing) {
      yield { kind: 'packet', ifp: NO_SIGNAL }
      this.#lineFreeMs = nowMs + SILENCE_MS
      this.#next = undefined
    }
    this.#queue = transmissions
    this.#lineFreeMs = Math.max(this.#lineFreeMs, nowMs)
    this.#holdUntilMs = nowMs + HOLD_MAX_MS
  }

  farEndStarted(): void {
    this.#isFarEndSending = true
  }

  farEndEnded(nowMs: number): void {
    this.#isFarEndSending = false
    this.#lineFreeMs = Math.max(this.#lineFreeMs, nowMs + SILENCE_MS)
  }

  get isIdle(): boolean {
    return this.#next === undefined && this.#queue.length === 0
  }

  /** When something is to be sent next; infinity when nothing is. */
  get wakeMs(): number {
    const packetMs = this.#packetMs
    return this.#next && !this.#isTailing ? packetMs : Math.min(packetMs, this.#signalMs)
  }

  /** When the next packet of the signal under way is due. */
  get #packetMs(): number {
    return this.#next ? this.#startMs + this.#next.atMs : Number.POSITIVE_INFINITY
  }

  /** When the next signal may begin. */
  get #signalMs(): number {
    if (this.#queue.length === 0) return Number.POSITIVE_INFINITY
    return this.#isFarEndSending ? this.#holdUntilMs : this.#lineFreeMs
  }

  /** What is due. A signal starts from its due time, not from a late call, so lateness does not add up. */
  *advance(nowMs: number): Generator<TransmitterEvent> {
    while (this.wakeMs <= nowMs) {
      const isSignalDue =
        (!this.#next || this.#isTailing) && this.#signalMs <= Math.min(this.#packetMs, nowMs)
      if (isSignalDue) yield this.#begin(Math.max(this.#lineFreeMs, this.#isFarEndSending ? nowMs : 0))
      else yield* this.#send(this.#next!)
    }
  }

  #begin(startMs: number): TransmitterEvent {
    const [transmission, ...rest] = this.#queue
    this.#queue = rest
    this.#startMs = startMs
    this.#isFarEndSending = false
    this.#isTailing = false
    this.#plan = planSignal(transmission!, this.#octetsMax)
    this.#next = this.#plan.next().value
    return { kind: 'signal', transmission: transmission! }
  }

  *#send(packet: PlannedPacket): Generator<TransmitterEvent> {
    yield { kind: 'packet', ifp: packet.ifp }
    if (packet.frame) yield { kind: 'frame', octets: packet.frame }
    this.#next = this.#plan!.next().value
    if (!packet.isEnd) return
    this.#isTailing = true
    this.#lineFreeMs = this.#startMs + packet.atMs + SILENCE_MS
    if (this.#queue.length === 0) yield { kind: 'sent' }
  }
}
