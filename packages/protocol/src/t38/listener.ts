import type { Carrier, T30Input } from '../t30/machine.ts'
import { carrierOfDataType, carrierOfIndicator } from './carriers.ts'
import type { DataField, Ifp, Indicator } from './ifp-types.ts'

/** The longest frame a terminal sends is an FCD of 260 octets; NSF may be longer. */
const FRAME_OCTETS_MAX = 1_024
/** A signal whose end was lost ends after this much silence; gateways pause for less. */
const SIGNAL_SILENCE_MS = 1_500
/** Before its first data: the longest training, V.17's with echo protection and the flags of a block, is 1.8 s. */
const TRAINING_SILENCE_MS = 3_000

/** Turns IFP packets in order into what a T.30 machine hears (T.38 §7.3–7.5). Tolerates what peers leave out or say twice. */
export class Listener {
  readonly #hear: (input: T30Input) => void
  #carrier: Carrier | undefined
  #hasData = false
  /** The tone indicated last, while it lasts. */
  #tone: 'cng' | 'ced' | undefined
  #lastMs = 0
  readonly #frame = new Uint8Array(FRAME_OCTETS_MAX)
  #frameLength = 0
  #isFrameDamaged = false

  constructor(hear: (input: T30Input) => void) {
    this.#hear = hear
  }

  get isHearing(): boolean {
    return this.#carrier !== undefined
  }

  /** When a signal is taken to have ended by itself; infinity when there is none. */
  get wakeMs(): number {
    if (this.#carrier === undefined) return Number.POSITIVE_INFINITY
    return this.#lastMs + (this.#hasData ? SIGNAL_SILENCE_MS : TRAINING_SILENCE_MS)
  }

  advance(nowMs: number): void {
    if (this.wakeMs <= nowMs) this.#end(true)
  }

  take(ifp: Ifp, nowMs: number): void {
    this.#lastMs = nowMs
    if (ifp.kind === 'indicator') {
      this.#takeIndicator(ifp.indicator)
      return
    }
    const carrier = carrierOfDataType(ifp.dataType)
    if (carrier === undefined) return
    for (const field of ifp.fields) this.#takeField(carrier, field)
  }

  /** Packets are lost for good: the frame they were part of cannot be trusted. */
  takeGap(packets: number): void {
    this.#isFrameDamaged = true
    this.#hear({ kind: 'gap', packets })
  }

  #takeIndicator(indicator: Indicator): void {
    if (indicator !== 'ced' && indicator !== 'cng') this.#tone = undefined
    if (indicator === 'no_signal') {
      this.#end()
      return
    }
    if (indicator === 'cng' || indicator === 'ced') {
      this.#end()
      // Copies of an indicator say nothing new.
      if (indicator !== this.#tone) this.#hear({ kind: 'tone', tone: indicator === 'cng' ? 'CNG' : 'CED' })
      this.#tone = indicator
      return
    }
    const carrier = carrierOfIndicator(indicator)
    // Copies of an indicator say nothing new; after data it is a new signal whose predecessor's end was lost.
    if (carrier === undefined || (carrier === this.#carrier && !this.#hasData)) return
    this.#start(carrier)
  }

  #takeField(carrier: Carrier, { type, octets }: DataField): void {
    switch (type) {
      case 'hdlc_data':
        this.#continue(carrier)
        this.#append(octets)
        return
      case 't4_non_ecm_data':
        this.#continue(carrier)
        this.#hear({ kind: 'image', octets })
        return
      case 'hdlc_fcs_ok':
        this.#closeFrame(true)
        return
      case 'hdlc_fcs_bad':
        this.#closeFrame(false)
        return
      case 'hdlc_fcs_ok_sig_end':
        this.#closeFrame(true)
        this.#end()
        return
      case 'hdlc_fcs_bad_sig_end':
        this.#closeFrame(false)
        this.#end()
        return
      case 't4_non_ecm_sig_end':
        // Some gateways put the page's last octets into this field.
        if (octets.length > 0) {
          this.#continue(carrier)
          this.#hear({ kind: 'image', octets })
        }
        this.#end()
        return
      case 'hdlc_sig_end':
        // Seen after hdlc_fcs_ok_sig_end too: a second end ends nothing.
        this.#end()
        return
      default:
        return
    }
  }

  /** Data tells of a signal even where its indicator was lost. */
  #continue(carrier: Carrier): void {
    if (carrier !== this.#carrier) {
      // Without its indicator, what was lost before this may have been the frame's head.
      const isHeadLost = this.#isFrameDamaged
      this.#start(carrier)
      this.#isFrameDamaged = isHeadLost
    }
    this.#hasData = true
  }

  #append(octets: Uint8Array): void {
    if (this.#frameLength + octets.length > FRAME_OCTETS_MAX) {
      this.#isFrameDamaged = true
      return
    }
    this.#frame.set(octets, this.#frameLength)
    this.#frameLength += octets.length
  }

  #closeFrame(isSound: boolean): void {
    const length = this.#frameLength
    const isDamaged = this.#isFrameDamaged || !isSound
    this.#frameLength = 0
    this.#isFrameDamaged = false
    if (length === 0) return
    if (isDamaged) this.#hear({ kind: 'frame_damaged' })
    else this.#hear({ kind: 'frame', octets: this.#frame.slice(0, length) })
  }

  #start(carrier: Carrier): void {
    this.#end()
    this.#carrier = carrier
    this.#hasData = false
    this.#hear({ kind: 'signal_started', carrier })
  }

  #end(isCutOff = false): void {
    this.#frameLength = 0
    this.#isFrameDamaged = false
    if (this.#carrier === undefined) return
    this.#carrier = undefined
    this.#hear({ kind: 'signal_ended', ...(isCutOff && { isCutOff }) })
  }
}
