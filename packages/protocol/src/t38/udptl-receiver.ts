import { ParseError } from '../parse-error.ts'
import { readUdptl, type UdptlDatagram } from './udptl-datagram.ts'
import { FecRecovery } from './udptl-fec-recovery.ts'
import { FAR_NEEDED, NEAR_NEEDED, Strangers } from './udptl-strangers.ts'

export type UdptlReceived =
  | { readonly kind: 'ifp'; readonly octets: Uint8Array; readonly sequence: number }
  /** So many packets are lost for good; after the peer started over, at least so many. */
  | { readonly kind: 'gap'; readonly missing: number }

export interface UdptlReceiverOptions {
  /** Packets that may be held back behind a missing one. */
  readonly reorderWindow?: number
  /** How long a missing packet is waited for, from the first packet that came after it. */
  readonly holdMs?: number
}

/** What became of datagrams, and of the packets in them. */
export interface UdptlCounts {
  /** Datagrams with a primary packet that could be read. */
  received: number
  /** Packets restored from redundancy or FEC before their own datagram came, if it ever did. */
  recovered: number
  /** Packets given up. */
  lost: number
  /** Datagrams whose packet was already there. */
  duplicate: number
  /** Datagrams whose packet had been given up. */
  late: number
  /** Datagrams without a primary packet that could be read. */
  malformed: number
  /** Datagrams with a good primary packet and a bad recovery part, which was left out. */
  malformedRecovery: number
  /** Times the peer's numbering started over. */
  restarts: number
}

/**
 * Puts a peer's IFP packets back in order (T.38 §9.1), from datagrams that come twice, late, or not at all.
 * Both forms of recovery are taken at any time, whatever was negotiated. `push` never throws on what a peer sends;
 * datagrams must not be changed after they were pushed, since packets are views of them.
 */
export class UdptlReceiver {
  readonly counts: UdptlCounts = {
    received: 0,
    recovered: 0,
    lost: 0,
    duplicate: 0,
    late: 0,
    malformed: 0,
    malformedRecovery: 0,
    restarts: 0,
  }
  readonly #reorderWindow: number
  readonly #holdMs: number
  /** What is handed over next. Sequence numbers are not wrapped in here; undefined before the first. */
  #next: number | undefined
  /** Packets behind a missing one. */
  readonly #held = new Map<number, { readonly octets: Uint8Array; readonly arrivedMs: number }>()
  /** Which of the last packets were given up. */
  readonly #givenUp = new Uint8Array(BEHIND_MAX)
  readonly #fec = new FecRecovery()
  readonly #strangers = new Strangers()

  constructor(options: UdptlReceiverOptions = {}) {
    this.#reorderWindow = options.reorderWindow ?? REORDER_WINDOW
    this.#holdMs = options.holdMs ?? HOLD_MS
  }

  /** When `advance` has something to give up; Infinity when nothing is held. */
  get wakeMs(): number {
    if (this.#held.size === 0) return Number.POSITIVE_INFINITY
    let earliestMs = Number.POSITIVE_INFINITY
    for (const { arrivedMs } of this.#held.values()) earliestMs = Math.min(earliestMs, arrivedMs)
    return earliestMs + this.#holdMs
  }

  /** What can be handed over now that this datagram is here. */
  push(datagram: Uint8Array, nowMs: number): readonly UdptlReceived[] {
    try {
      const { datagram: read, fault } = readUdptl(datagram)
      this.counts.received++
      if (fault !== undefined) this.counts.malformedRecovery++
      return this.#place(read, fault === undefined, nowMs)
    } catch (error) {
      if (!(error instanceof ParseError)) throw error
      this.counts.malformed++
      return []
    }
  }

  /**
   * What can be handed over now that some packets have been waited for long enough. Push what already lies in
   * the socket first: after a stall it may hold the very packets that are about to be given up.
   */
  advance(nowMs: number): readonly UdptlReceived[] {
    const out: UdptlReceived[] = []
    while (nowMs >= this.wakeMs) this.#giveUp(out)
    return out
  }

  #place(datagram: UdptlDatagram, isWhole: boolean, nowMs: number): readonly UdptlReceived[] {
    const out: UdptlReceived[] = []
    if (this.#next === undefined) {
      // Leftover RTP often comes first: what is not whole needs a second witness.
      this.#restart(this.#strangers.add({ datagram, isWhole }, isWhole ? 1 : FAR_NEEDED), nowMs, out)
      return out
    }
    const ahead = ((datagram.sequence - this.#next) << 16) >> 16
    if (ahead >= 0 && ahead <= AHEAD_MAX) {
      this.#strangers.clear()
      this.#take(datagram, this.#next + ahead, nowMs, out)
      return out
    }
    const isNear = ahead < 0 && ahead >= -BEHIND_MAX
    if (isNear) {
      if (this.#givenUp[(this.#next + ahead) % BEHIND_MAX] === 1) this.counts.late++
      else this.counts.duplicate++
    }
    this.#restart(this.#strangers.add({ datagram, isWhole }, isNear ? NEAR_NEEDED : FAR_NEEDED), nowMs, out)
    return out
  }

  /** Follows the stream that a row of datagrams starts; all held of the old one goes out first. */
  #restart(row: readonly UdptlDatagram[] | undefined, nowMs: number, out: UdptlReceived[]): void {
    const first = row?.[0]
    if (row === undefined || first === undefined) return
    if (this.#next !== undefined) {
      while (this.#held.size > 0) this.#giveUp(out)
      this.counts.restarts++
      this.counts.lost++
      out.push({ kind: 'gap', missing: 1 })
      this.#fec.clear()
      this.#givenUp.fill(0)
    }
    // From the oldest packet it carries. Whether the peer began at 0, at 1 or anywhere is not known.
    const carried = first.recovery.kind === 'redundancy' ? first.recovery.packets.length : 0
    this.#next = SEQUENCES + first.sequence - carried
    for (const datagram of row)
      this.#place(datagram, true, nowMs).forEach((received) => void out.push(received))
  }

  /** A datagram of the stream, at or ahead of what is next. */
  #take(datagram: UdptlDatagram, sequence: number, nowMs: number, out: UdptlReceived[]): void {
    const { recovery } = datagram
    if (recovery.kind === 'fec') this.#fec.add(sequence, recovery.span, recovery.parities)
    if (sequence === this.#next && this.#held.size === 0 && !this.#fec.isWaiting) {
      this.#handOver(sequence, datagram.primary, out)
      return
    }
    const held = this.#held.get(sequence)
    if (held !== undefined) this.counts.duplicate++
    // Its own datagram is the better witness than one that restored it.
    this.#held.set(sequence, { octets: datagram.primary, arrivedMs: held?.arrivedMs ?? nowMs })
    if (recovery.kind === 'redundancy') {
      // Newest first (T.38 §9.1.3). An empty one stands for nothing.
      recovery.packets.forEach((octets, i) => {
        if (octets.length > 0) this.#recover(sequence - 1 - i, octets, nowMs)
      })
    }
    if (this.#fec.isWaiting) {
      this.#fec.solve(
        this.#next!,
        (wanted) => this.#held.get(wanted)?.octets,
        (restored, octets) => this.#recover(restored, octets, nowMs),
      )
    }
    this.#drain(out)
    while (this.#held.size > 0 && this.#highestHeld() - this.#next! > this.#reorderWindow) this.#giveUp(out)
    while (nowMs >= this.wakeMs) this.#giveUp(out)
  }

  #recover(sequence: number, octets: Uint8Array, nowMs: number): void {
    if (sequence < this.#next! || this.#held.has(sequence)) return
    this.counts.recovered++
    this.#held.set(sequence, { octets, arrivedMs: nowMs })
  }

  #drain(out: UdptlReceived[]): void {
    for (let held = this.#held.get(this.#next!); held !== undefined; held = this.#held.get(this.#next!)) {
      this.#held.delete(this.#next!)
      this.#handOver(this.#next!, held.octets, out)
    }
  }

  #handOver(sequence: number, octets: Uint8Array, out: UdptlReceived[]): void {
    if (octets.length > 0) out.push({ kind: 'ifp', octets, sequence: sequence & 0xffff })
    this.#fec.remember(sequence, octets)
    this.#givenUp[sequence % BEHIND_MAX] = 0
    this.#next = sequence + 1
  }

  /** Gives up what is missing before the first held packet, and hands over from there. */
  #giveUp(out: UdptlReceived[]): void {
    const next = this.#next!
    const first = Math.min(...this.#held.keys())
    for (let sequence = next; sequence < first; sequence++) this.#givenUp[sequence % BEHIND_MAX] = 1
    this.counts.lost += first - next
    out.push({ kind: 'gap', missing: first - next })
    this.#next = first
    this.#drain(out)
  }

  #highestHeld(): number {
    return Math.max(...this.#held.keys())
  }
}

const SEQUENCES = 0x10000
/** Half a second of 30 ms packets: more than any path reorders. */
const REORDER_WINDOW = 16
/** Long enough for reordering, short against T.30's 3 s response time. */
const HOLD_MS = 150
/** Some 15 s of packets. Further off, it is not the network but the peer that is elsewhere. */
const AHEAD_MAX = 512
const BEHIND_MAX = 512
