import { ParseError } from '../parse-error.ts'
import { type FaxTone, faxToneSample, SAMPLES_PER_SECOND } from './fax-tones.ts'
import { decodeG711, encodeG711, type G711Law } from './g711.ts'
import { encodeRtp, parseRtp, type RtpPacket } from './rtp.ts'
import { type HeardTone, ToneListener } from './tone-listener.ts'

export interface AudioLeadInOptions {
  /** What we send in; both are understood. */
  readonly law: G711Law
  /** When the first packet is due. */
  readonly startMs: number
  /** Sent from `afterMs` after the start; silence otherwise. T.30 wants 1.8 to 2.5 s of it before CED. */
  readonly tone?: { readonly kind: FaxTone; readonly afterMs: number }
  /** From a random source (RFC 3550 §5.1). */
  readonly ssrc: number
  readonly sequence: number
  readonly timestamp: number
}

export interface AudioCounts {
  sent: number
  /** Packets of G.711 that were listened to. */
  received: number
  /** Readable, but another payload: comfort noise, telephone events. */
  other: number
  /** Copies, and packets whose time had passed. */
  late: number
  malformed: number
}

/**
 * The G.711 part of a fax call, until T.38 is up: sends the tone plan as RTP, 20 ms a packet, and silence where there
 * is no tone, so that media relays learn our address; listens to what comes for fax tones and speech.
 */
export class AudioLeadIn {
  readonly counts: AudioCounts = { sent: 0, received: 0, other: 0, late: 0, malformed: 0 }
  readonly #options: AudioLeadInOptions
  #packets = 0
  readonly #listener = new ToneListener()
  /** The timestamp that comes next from the peer. */
  #expected: number | undefined
  #ssrc: number | undefined

  constructor(options: AudioLeadInOptions) {
    this.#options = options
  }

  /** When the next packet is due. */
  get wakeMs(): number {
    return this.#options.startMs + this.#packets * PACKET_MS
  }

  /** Speech heard so far. */
  get voiceMs(): number {
    return this.#listener.voiceMs
  }

  /** The packets due by now. After a long stall the oldest are left out, as sending them late would help nobody. */
  advance(nowMs: number): readonly Uint8Array[] {
    const behind = Math.floor((nowMs - this.wakeMs) / PACKET_MS) + 1 - BEHIND_PACKETS_MAX
    if (behind > 0) this.#packets += behind
    const packets: Uint8Array[] = []
    while (this.wakeMs <= nowMs) packets.push(this.#nextPacket())
    return packets
  }

  /** What a datagram from the peer completes. Never throws on what it holds. */
  push(datagram: Uint8Array): readonly HeardTone[] {
    try {
      return this.#listen(parseRtp(datagram))
    } catch (error) {
      if (!(error instanceof ParseError)) throw error
      this.counts.malformed++
      return []
    }
  }

  #nextPacket(): Uint8Array {
    const { law, tone, ssrc, sequence, timestamp } = this.#options
    const samples = new Int16Array(PACKET_SAMPLES)
    if (tone !== undefined) {
      const start = this.#packets * PACKET_SAMPLES - (tone.afterMs * SAMPLES_PER_SECOND) / 1000
      for (let i = 0; i < PACKET_SAMPLES; i++) samples[i] = faxToneSample(tone.kind, start + i)
    }
    const packet = encodeRtp({
      payloadType: PAYLOAD_TYPE[law],
      marker: this.counts.sent === 0,
      sequence: (sequence + this.counts.sent) & 0xffff,
      timestamp: (timestamp + this.#packets * PACKET_SAMPLES) >>> 0,
      ssrc,
      payload: encodeG711(law, samples),
    })
    this.#packets++
    this.counts.sent++
    return packet
  }

  #listen(packet: RtpPacket): readonly HeardTone[] {
    const law = LAWS.find((each) => PAYLOAD_TYPE[each] === packet.payloadType)
    if (law === undefined) {
      this.counts.other++
      return []
    }
    if (packet.ssrc !== this.#ssrc) this.#expected = undefined
    this.#ssrc = packet.ssrc
    const aheadSamples = this.#expected === undefined ? 0 : (packet.timestamp - this.#expected) | 0
    if (aheadSamples < 0 && aheadSamples > -JUMP_SAMPLES) {
      this.counts.late++
      return []
    }
    this.counts.received++
    this.#expected = (packet.timestamp + packet.payload.length) >>> 0
    const heard: HeardTone[] = []
    // What was lost, or not sent because it was silent, takes its time; a far jump is another stream.
    if (aheadSamples > 0 && aheadSamples < JUMP_SAMPLES)
      heard.push(...this.#listener.push(new Int16Array(aheadSamples)))
    heard.push(...this.#listener.push(decodeG711(law, packet.payload)))
    return heard
  }
}

const LAWS: readonly G711Law[] = ['PCMU', 'PCMA']
/** RFC 3551 §6. */
const PAYLOAD_TYPE = { PCMU: 0, PCMA: 8 } as const
const PACKET_MS = 20
const PACKET_SAMPLES = 160
const BEHIND_PACKETS_MAX = 10
const JUMP_SAMPLES = 5 * SAMPLES_PER_SECOND
