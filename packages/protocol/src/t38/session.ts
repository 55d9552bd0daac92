import { ParseError } from '../parse-error.ts'
import type { DriverAnswer, T30Effect, T30Input, T30Machine, Transmission } from '../t30/machine.ts'
import type { TimelineEntry } from '../t30/timeline.ts'
import type { TimerName } from '../t30/timers.ts'
import { decodeIfp, encodeIfp, type Ifp, type T38Version } from './ifp.ts'
import { Listener } from './listener.ts'
import { tellFrame, tellHeard, tellSignal } from './session-timeline.ts'
import { Transmitter, type TransmitterEvent } from './transmitter.ts'
import { type ErrorCorrection, type UdptlReceived, UdptlReceiver, UdptlSender } from './udptl.ts'

export interface T38SessionOptions {
  readonly machine: T30Machine
  /** As agreed in SDP. */
  readonly version: T38Version
  readonly errorCorrection: ErrorCorrection
  /** The peer's `T38FaxMaxDatagram`. */
  readonly datagramOctetsMax: number
}

/** Effects of the T.30 machine that its owner must see to. */
export type OwnerEffect = Extract<
  T30Effect,
  { kind: 'check_identity' | 'announce_page' | 'record_page' | 'commit_page' | 'end' }
>

export type T38SessionEffect =
  | { readonly kind: 'datagram'; readonly octets: Uint8Array }
  | { readonly kind: 'timeline'; readonly entry: TimelineEntry }
  | OwnerEffect

/** IFP and UDPTL octets around the data of a packet. */
const PACKET_OVERHEAD_OCTETS = 8
/** Says that we are here, before anything else and while both ends are silent: opens NATs, and some gateways wait for it. */
const KEEP_ALIVE_MS = 2_000
const OPENING_COPIES = 3
const NO_SIGNAL: Ifp = { kind: 'indicator', indicator: 'no_signal' }

/**
 * One T.38 terminal in a call: datagrams and time in, datagrams and the machine's effects out. Holds the machine's timers;
 * nothing happens in it but in a call of its methods, which all take the time in milliseconds of one rising clock.
 */
export class T38Session {
  readonly #options: T38SessionOptions
  readonly #sender: UdptlSender
  readonly #receiver = new UdptlReceiver()
  readonly #transmitter: Transmitter
  readonly #listener: Listener
  readonly #timers = new Map<TimerName, number>()
  #effects: T38SessionEffect[] = []
  #startMs = 0
  #nowMs = 0
  #keepAliveMs = Number.POSITIVE_INFINITY
  #hasEnded = false

  constructor(options: T38SessionOptions) {
    const { errorCorrection, datagramOctetsMax } = options
    this.#options = options
    this.#sender = new UdptlSender({ errorCorrection, datagramOctetsMax })
    this.#transmitter = new Transmitter(Math.max(1, this.#sender.ifpOctetsMax - PACKET_OVERHEAD_OCTETS))
    this.#listener = new Listener((input) => this.#hear(input))
  }

  get hasEnded(): boolean {
    return this.#hasEnded
  }

  /** @param callStartMs what the timeline counts from, when the call began before T.38 did */
  start(nowMs: number, callStartMs = nowMs): void {
    this.#startMs = callStartMs
    this.#nowMs = nowMs
    for (let copy = 0; copy < OPENING_COPIES; copy++) this.#sendPacket(NO_SIGNAL)
    this.#feed({ kind: 'start' })
    this.#runTransmitter()
  }

  receive(datagram: Uint8Array, nowMs: number): void {
    if (this.#hasEnded) return
    this.#nowMs = nowMs
    this.#takeReceived(this.#receiver.push(datagram, nowMs))
    this.#runTransmitter()
  }

  /** The owner's answer to an effect, or its wish to end the call. */
  answer(input: DriverAnswer | { readonly kind: 'hang_up' | 'carrier_lost' }, nowMs: number): void {
    if (this.#hasEnded) return
    this.#nowMs = nowMs
    this.#hear(input)
    this.#runTransmitter()
  }

  /** Does what is due at `nowMs`. */
  advance(nowMs: number): void {
    this.#nowMs = nowMs
    if (this.#hasEnded) {
      // What is left of a last DCN: without it the far end might wait for the end of the signal.
      this.#runTransmitter()
      return
    }
    this.#takeReceived(this.#receiver.advance(nowMs))
    this.#listener.advance(nowMs)
    for (const [timer, dueMs] of this.#timers) {
      if (dueMs > nowMs) continue
      this.#timers.delete(timer)
      this.#hear({ kind: 'timer', timer })
    }
    this.#runTransmitter()
    // Amid a signal (CED has no packets for seconds) it would end the signal at the far end.
    if (this.#keepAliveMs <= nowMs && this.#transmitter.isIdle) this.#sendPacket(NO_SIGNAL)
  }

  /** When `advance` has something to do; infinity once the session has ended and its last packet has left. */
  get wakeMs(): number {
    if (this.#hasEnded) return this.#transmitter.wakeMs
    return Math.min(
      this.#transmitter.wakeMs,
      this.#receiver.wakeMs,
      this.#listener.wakeMs,
      this.#transmitter.isIdle ? this.#keepAliveMs : Number.POSITIVE_INFINITY,
      ...this.#timers.values(),
    )
  }

  /** What happened since the last call, in order. */
  takeEffects(): readonly T38SessionEffect[] {
    const effects = this.#effects
    this.#effects = []
    return effects
  }

  #takeReceived(received: readonly UdptlReceived[]): void {
    for (const packet of received) {
      if (packet.kind === 'gap') {
        this.#listener.takeGap(packet.missing)
        continue
      }
      const ifp = this.#read(packet.octets)
      if (ifp) this.#listener.take(ifp, this.#nowMs)
    }
    if (!this.#listener.isHearing) return
    this.#transmitter.farEndStarted()
  }

  #read(octets: Uint8Array): Ifp | undefined {
    try {
      return decodeIfp(octets, this.#options.version)
    } catch (error) {
      if (error instanceof ParseError) return undefined
      throw error
    }
  }

  #hear(input: T30Input): void {
    if (input.kind === 'signal_ended') this.#transmitter.farEndEnded(this.#nowMs)
    this.#tell(tellHeard(input))
    this.#feed(input)
  }

  #feed(input: T30Input): void {
    if (this.#hasEnded) return
    for (const effect of this.#options.machine.take(input)) this.#perform(effect)
  }

  #perform(effect: T30Effect): void {
    switch (effect.kind) {
      case 'transmit':
        this.#transmit(effect.transmissions)
        return
      case 'start_timer':
        this.#timers.set(effect.timer, this.#nowMs + effect.delayMs)
        return
      case 'stop_timer':
        this.#timers.delete(effect.timer)
        return
      case 'note':
        this.#tell({ direction: 'local', what: effect.what, ...(effect.detail && { detail: effect.detail }) })
        return
      case 'end':
        this.#hasEnded = true
        this.#timers.clear()
        // Nobody waits any more for what was on the line.
        this.#transmit([])
        this.#tell({ direction: 'local', what: 'end', detail: { result: effect.end.result } })
        this.#effects.push(effect)
        return
      default:
        this.#effects.push(effect)
    }
  }

  #transmit(transmissions: readonly Transmission[]): void {
    for (const event of this.#transmitter.transmit(transmissions, this.#nowMs)) this.#emit(event)
  }

  #runTransmitter(): void {
    for (const event of this.#transmitter.advance(this.#nowMs)) this.#emit(event)
  }

  #emit(event: TransmitterEvent): void {
    switch (event.kind) {
      case 'packet':
        this.#sendPacket(event.ifp)
        return
      case 'signal':
        this.#tell(tellSignal(event.transmission))
        return
      case 'frame':
        this.#tell(tellFrame('sent', event.octets))
        return
      case 'sent':
        this.#feed({ kind: 'sent' })
        return
    }
  }

  /** Control packets are few and each matters: they go twice, under the same number, besides their redundancy. */
  #sendPacket(ifp: Ifp): void {
    this.#keepAliveMs = this.#nowMs + KEEP_ALIVE_MS
    const octets = this.#sender.pack(encodeIfp(ifp, this.#options.version))
    this.#effects.push({ kind: 'datagram', octets })
    const isControl = ifp.kind === 'data' && ifp.dataType === 'v21'
    if (isControl) this.#effects.push({ kind: 'datagram', octets })
  }

  #tell(told: Omit<TimelineEntry, 'atMs'> | undefined): void {
    if (told)
      this.#effects.push({
        kind: 'timeline',
        entry: { atMs: Math.round(this.#nowMs - this.#startMs), ...told },
      })
  }
}
