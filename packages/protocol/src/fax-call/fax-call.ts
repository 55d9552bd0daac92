import type { HostPort } from '../sip/address.ts'
import type { UserAgentEvent } from '../sip/agent/events.ts'
import type { MediaOffer, NegotiatedMedia } from '../sip/sdp/media.ts'
import { T38Session, type T38SessionEffect } from '../t38/session.ts'
import { AudioLeadIn } from '../tones/audio-lead-in.ts'
import type { HeardTone } from '../tones/tone-listener.ts'
import type {
  FaxCallEffect,
  FaxCallEnd,
  FaxCallOutcome,
  FaxCallProfile,
  Heard,
  OwnerAnswer,
} from './fax-call-types.ts'
import { audioMedia, correctionFor, datagramOctetsFor, t38Media } from './local-media.ts'
import { MediaPath } from './media-path.ts'
import { buildMachine, type FaxRole } from './role.ts'
import type { Signalling } from './signalling.ts'
import { T38Patience } from './t38-patience.ts'
import { TimelineRecorder } from './timeline-recorder.ts'

export interface FaxCallOptions {
  /** The owner's name for the call, in all its effects. */
  readonly key: string
  readonly role: FaxRole
  readonly profile: FaxCallProfile
  /** Where the owner listens for the media of this call. */
  readonly port: HostPort
  readonly entropy: (count: number) => Uint8Array
}

/** Hundreds of pages at the lowest speed. A far end that is not done by then, such as one that trains for ever, is hung up on. */
const CALL_MS_MAX = 3 * 3_600_000
/** The far end hangs up first as a rule; then we do. */
const BYE_AFTER_MS = 1_000
const ENTROPY_OCTETS = 10
/** CED that was sent as sound for this long need not be said again in T.38. */
const CED_HEARD_MS = 2_600

/**
 * One call from its INVITE to its end: sound until T.38 is up, then a fax, then BYE. Pure as its parts are: events of the
 * dialog, datagrams and time in; effects out. Whoever drives it gives non-decreasing times.
 */
export class FaxCall {
  readonly #options: FaxCallOptions
  readonly #signalling: Signalling
  readonly #path: MediaPath
  readonly #timeline: TimelineRecorder
  readonly #startMs: number
  #nowMs: number
  #effects: FaxCallEffect[] = []
  #audio: AudioLeadIn | undefined
  #session: T38Session | undefined
  #answeredMs: number | undefined
  readonly #patience: T38Patience
  #heardFaxTone = false
  #refusedWith: number | undefined
  #hasTakenOffer = false
  #t38AskedBy: FaxCallEnd['t38AskedBy']
  /** When we say BYE, the far end having had its time to. */
  #byeAtMs = Number.POSITIVE_INFINITY
  #hangUpAtMs: number
  #outcome: FaxCallOutcome | undefined
  #hasEnded = false

  constructor(options: FaxCallOptions, signalling: Signalling, nowMs: number) {
    this.#options = options
    this.#signalling = signalling
    this.#path = new MediaPath(options.profile.isSymmetric)
    this.#timeline = new TimelineRecorder(nowMs)
    this.#patience = new T38Patience(options.role.kind, options.profile.t38)
    this.#startMs = nowMs
    this.#nowMs = nowMs
    this.#hangUpAtMs = nowMs + CALL_MS_MAX
    const isCaller = options.role.kind === 'caller'
    this.#timeline.tell(nowMs, isCaller ? 'sent' : 'received', 'INVITE')
  }

  get hasEnded(): boolean {
    return this.#hasEnded
  }

  get wakeMs(): number {
    if (this.#hasEnded) return Number.POSITIVE_INFINITY
    const mediaMs = this.#session?.wakeMs ?? this.#audio?.wakeMs ?? Number.POSITIVE_INFINITY
    const { offerAtMs, giveUpAtMs } = this.#patience
    return Math.min(mediaMs, offerAtMs, giveUpAtMs, this.#byeAtMs, this.#hangUpAtMs)
  }

  takeEffects(): readonly FaxCallEffect[] {
    const effects = this.#effects
    this.#effects = []
    return effects
  }

  /** What the user agent says of this call's dialog. */
  signal(event: UserAgentEvent, nowMs: number): void {
    this.#nowMs = nowMs
    if (this.#hasEnded) return
    switch (event.kind) {
      case 'progress':
        this.#timeline.tell(nowMs, 'received', String(event.status))
        break
      case 'answered':
        this.#onAnswered(event.media)
        break
      case 'media_offered':
        this.#onOffer(event.offer)
        break
      case 'media_changed':
        this.#onMedia(event.media)
        break
      case 't38_refused':
        this.#onRefused(event.status)
        break
      case 'failed':
        this.#onFailed(event)
        break
      case 'ended':
        this.#onDialogOver(event)
        break
      default:
        break
    }
    this.#drainSession()
  }

  receiveMedia(datagram: Uint8Array, from: HostPort, nowMs: number): void {
    this.#nowMs = nowMs
    if (this.#hasEnded || !this.#path.admits(from)) return
    if (this.#session) this.#session.receive(datagram, nowMs)
    else for (const tone of this.#audio?.push(datagram) ?? []) this.#onTone(tone)
    this.#drainSession()
  }

  answer(answer: OwnerAnswer, nowMs: number): void {
    this.#nowMs = nowMs
    this.#session?.answer(answer, nowMs)
    this.#drainSession()
  }

  /** Our side wants out: DCN while a fax is under way, else CANCEL or BYE at once. */
  hangUp(nowMs: number): void {
    this.#nowMs = nowMs
    if (this.#hasEnded) return
    if (this.#session && !this.#session.hasEnded) this.#session.answer({ kind: 'hang_up' }, nowMs)
    else this.#finish({ kind: 'canceled' })
    this.#drainSession()
  }

  advance(nowMs: number): void {
    this.#nowMs = nowMs
    if (this.#hasEnded) return
    if (this.#session) this.#session.advance(nowMs)
    else for (const packet of this.#audio?.advance(nowMs) ?? []) this.#sendMedia(packet)
    this.#drainSession()
    if (this.#patience.offerAtMs <= nowMs) this.#offerT38()
    if (this.#patience.giveUpAtMs <= nowMs) {
      this.#finish({ kind: 'no_t38', refusedWith: this.#refusedWith, heard: this.#heard() })
    }
    if (this.#byeAtMs <= nowMs && this.#outcome) this.#finish(this.#outcome)
    if (this.#hangUpAtMs <= nowMs) {
      this.#hangUpAtMs = Number.POSITIVE_INFINITY
      this.#timeline.tell(nowMs, 'local', 'call too long')
      this.hangUp(nowMs)
    }
  }

  #onAnswered(media: NegotiatedMedia): void {
    const isCaller = this.#options.role.kind === 'caller'
    this.#answeredMs = this.#nowMs
    this.#timeline.tell(this.#nowMs, isCaller ? 'received' : 'sent', '200', { media: media.kind })
    this.#effects.push({ call: this.#options.key, kind: 'connected' })
    this.#patience.answered(this.#nowMs)
    this.#onMedia(media)
  }

  #onMedia(media: NegotiatedMedia): void {
    this.#path.tell({ host: media.host, port: media.port })
    if (media.kind === 't38') this.#startSession(media)
    else if (this.#session) this.#backToAudio()
    else this.#startAudio(media)
  }

  #startAudio(media: Extract<NegotiatedMedia, { kind: 'audio' }>): void {
    const random = new DataView(Uint8Array.from(this.#options.entropy(ENTROPY_OCTETS)).buffer)
    const isCaller = this.#options.role.kind === 'caller'
    this.#audio = new AudioLeadIn({
      law: media.codec,
      startMs: this.#nowMs,
      tone: isCaller ? { kind: 'cng', afterMs: 0 } : { kind: 'ced', afterMs: 200 },
      ssrc: random.getUint32(0),
      sequence: random.getUint16(4),
      timestamp: random.getUint32(6),
    })
    this.#timeline.tell(this.#nowMs, 'sent', isCaller ? 'CNG' : 'CED', { codec: media.codec })
  }

  #startSession(media: Extract<NegotiatedMedia, { kind: 't38' }>): void {
    this.#patience.up()
    // A refresh, or a new address for the media: the fax goes on.
    if (this.#session) return
    this.#t38AskedBy = this.#patience.hasOffered && !this.#hasTakenOffer ? 'us' : 'them'
    const { role, profile } = this.#options
    const { parameters } = media
    const audioMs = this.#audio && this.#answeredMs !== undefined ? this.#nowMs - this.#answeredMs : 0
    this.#audio = undefined
    const { version, maxBitRateBps, errorCorrection } = parameters
    this.#timeline.tell(this.#nowMs, 'local', 'T.38 up', { version, errorCorrection, maxBitRateBps })
    this.#session = new T38Session({
      machine: buildMachine(role, { bitRateMax: maxBitRateBps, isCedHeard: audioMs >= CED_HEARD_MS }),
      version: profile.t38Version < version ? profile.t38Version : (version as FaxCallProfile['t38Version']),
      errorCorrection: correctionFor(parameters, profile),
      datagramOctetsMax: datagramOctetsFor(parameters, profile),
    })
    this.#session.start(this.#nowMs, this.#startMs)
  }

  /** The peer took the media back to sound: its fax is over, whether ours knows or not. */
  #backToAudio(): void {
    this.#timeline.tell(this.#nowMs, 'local', 'back to audio')
    if (this.#session && !this.#session.hasEnded) {
      this.#session.answer({ kind: 'carrier_lost' }, this.#nowMs)
    }
  }

  #onOffer(offer: MediaOffer): void {
    this.#timeline.tell(this.#nowMs, 'received', 're-INVITE', { media: offer.preferred })
    const { port, profile } = this.#options
    if (offer.t38 && profile.t38 !== 'off') this.#takeT38()
    else if (offer.audio) this.#signalling.acceptOffer(audioMedia(port), this.#nowMs)
    else this.#signalling.refuseOffer(488, this.#nowMs)
  }

  #takeT38(): void {
    this.#hasTakenOffer = true
    this.#signalling.acceptOffer(this.#t38Media(), this.#nowMs)
  }

  #offerT38(): void {
    this.#patience.offered()
    this.#timeline.tell(this.#nowMs, 'sent', 're-INVITE', { media: 't38' })
    this.#signalling.offerT38(this.#t38Media(), this.#nowMs)
  }

  #t38Media() {
    const { port, profile, role } = this.#options
    return t38Media(port, profile, role.bitRateMax)
  }

  #onRefused(status: number): void {
    this.#refusedWith = status
    this.#timeline.tell(this.#nowMs, 'received', String(status), { refused: 't38' })
    this.#patience.refused(this.#nowMs)
  }

  #onTone(tone: HeardTone): void {
    this.#timeline.tell(this.#nowMs, 'received', TONE_NAMES[tone])
    if (tone !== 'cng') this.#heardFaxTone = true
    this.#patience.heard(tone, this.#nowMs)
  }

  #onFailed(event: Extract<UserAgentEvent, { kind: 'failed' }>): void {
    const { status, q850Cause, cause } = event
    this.#timeline.tell(this.#nowMs, 'received', String(status), {
      cause,
      ...(q850Cause !== undefined && { q850Cause }),
    })
    this.#finish(
      this.#outcome ??
        (cause === 'canceled' ? { kind: 'canceled' } : { kind: 'not_answered', status, q850Cause, cause }),
    )
  }

  #onDialogOver(event: Extract<UserAgentEvent, { kind: 'ended' }>): void {
    const { by, q850Cause } = event
    if (by === 'local') return
    this.#timeline.tell(this.#nowMs, 'received', by === 'remote' ? 'BYE' : 'dialog lost', {
      ...(q850Cause !== undefined && { q850Cause }),
    })
    if (this.#session && !this.#session.hasEnded) {
      this.#session.answer({ kind: 'carrier_lost' }, this.#nowMs)
      this.#drainSession()
    }
    this.#finish(this.#outcome ?? { kind: 'dropped', q850Cause, heard: this.#heard() })
  }

  #heard(): Heard {
    return { faxTone: this.#heardFaxTone, voiceMs: Math.round(this.#audio?.voiceMs ?? 0) }
  }

  #drainSession(): void {
    for (const effect of this.#session?.takeEffects() ?? []) this.#perform(effect)
  }

  #perform(effect: T38SessionEffect): void {
    switch (effect.kind) {
      case 'datagram':
        this.#sendMedia(effect.octets)
        break
      case 'timeline':
        this.#timeline.add(effect.entry)
        break
      case 'end':
        this.#outcome = { kind: 'fax', t30: effect.end }
        this.#byeAtMs = this.#nowMs + BYE_AFTER_MS
        break
      default:
        this.#effects.push({ call: this.#options.key, ...effect })
    }
  }

  #sendMedia(octets: Uint8Array): void {
    const to = this.#path.target
    if (to) this.#effects.push({ call: this.#options.key, kind: 'media', to, octets })
  }

  /** Hangs up if the dialog still stands, and says the last word. */
  #finish(outcome: FaxCallOutcome): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#outcome = outcome
    this.#signalling.hangUp(this.#nowMs)
    this.#timeline.tell(this.#nowMs, 'local', 'call ended')
    const answeredMs = this.#answeredMs
    const end: FaxCallEnd = {
      outcome,
      answeredAfterMs: answeredMs === undefined ? undefined : Math.round(answeredMs - this.#startMs),
      t38AskedBy: this.#t38AskedBy,
      timeline: this.#timeline.entries,
      timelineCut: this.#timeline.cut,
    }
    this.#effects.push({ call: this.#options.key, kind: 'call_ended', end })
  }
}

const TONE_NAMES: Readonly<Record<HeardTone, string>> = {
  cng: 'CNG',
  ced: 'CED',
  v21_preamble: 'V.21 preamble',
}
