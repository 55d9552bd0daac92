import { type ErrorCorrection, UdptlReceiver, UdptlSender } from '@answerback/protocol/t38/udptl'
import { SAMPLES_PER_SECOND, type SpandspEvent } from './events.ts'
import type { SpandspCall } from './peer.ts'

/** One end of a T.38 call over UDPTL, on a clock that is handed in. */
export interface DatagramEndpoint {
  readonly isActive: boolean
  /** A datagram arrives. Before it, time was advanced to `nowMs`. */
  receive(datagram: Uint8Array, nowMs: number): void
  /** Time passes to `nowMs`. Returns what is to be sent now, in order; repetitions as often as they are sent. */
  advance(nowMs: number): readonly Uint8Array[]
}

/** An end that knows when it will next do something without being spoken to, as ours do. */
export interface WakingEndpoint extends DatagramEndpoint {
  readonly wakeMs: number
}

export interface UdptlOptions {
  /** Default redundancy of depth 3. */
  readonly errorCorrection?: ErrorCorrection
  /** Default 1400. */
  readonly datagramOctetsMax?: number
}

/** A terminal of libspandsp, which deals in IFP packets, with our UDPTL around it. */
export class SpandspEndpoint implements DatagramEndpoint {
  readonly call: SpandspCall
  readonly #sender: UdptlSender
  readonly #receiver = new UdptlReceiver()

  constructor(call: SpandspCall, options: UdptlOptions = {}) {
    this.call = call
    this.#sender = new UdptlSender({
      errorCorrection: options.errorCorrection ?? { kind: 'redundancy', depth: 3 },
      datagramOctetsMax: options.datagramOctetsMax ?? 1400,
    })
  }

  get isActive(): boolean {
    return this.call.isActive
  }

  receive(datagram: Uint8Array, nowMs: number): void {
    this.#deliver(this.#receiver.push(datagram, nowMs))
  }

  /** Of its own clock, which counts eighths. */
  get nowMs(): number {
    return (this.call.now * 1000) / SAMPLES_PER_SECOND
  }

  advance(nowMs: number): readonly Uint8Array[] {
    this.#deliver(this.#receiver.advance(nowMs))
    return this.#pack(this.call.advance(this.#samplesTo(nowMs)))
  }

  /** As `advance`, but no further than the moment it sends something: `nowMs` tells how far that was. */
  advanceToDatagram(limitMs: number): readonly Uint8Array[] {
    this.#deliver(this.#receiver.advance(this.nowMs))
    const untilMs = Math.min(limitMs, Math.max(this.nowMs, this.#receiver.wakeMs))
    return this.#pack(this.call.advanceToPacket(this.#samplesTo(untilMs)))
  }

  /** At least to `nowMs`: an end that was woken early would have nothing to do. */
  #samplesTo(nowMs: number): number {
    return Math.max(0, Math.ceil((nowMs * SAMPLES_PER_SECOND) / 1000) - this.call.now)
  }

  #pack(events: readonly SpandspEvent[]): readonly Uint8Array[] {
    return events.flatMap((event) => {
      if (event.kind !== 'ifp') return []
      const datagram = this.#sender.pack(event.ifp)
      return Array.from({ length: event.count }, () => datagram)
    })
  }

  /** The library sees gaps by itself, by the sequence numbers. */
  #deliver(received: ReturnType<UdptlReceiver['push']>): void {
    for (const item of received) {
      if (item.kind === 'ifp') this.call.receive(item.octets, item.sequence)
    }
  }
}
