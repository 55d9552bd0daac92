import { CED_HZ, CNG_HZ } from './fax-tones.ts'
import { FULL_SCALE_DBM0, FULL_SCALE_PEAK } from './g711.ts'
import { BLOCK_MS, BLOCK_SAMPLES, blockPower, powerShareAt } from './goertzel.ts'
import { ToneRun } from './tone-run.ts'
import { VoiceMeter } from './voice-meter.ts'

/**
 * `cng`: a burst of the calling tone has ended. `ced`: an answer tone has lasted half a second, with or without
 * reversals or ANSam's modulation. `v21_preamble`: flags of the answerer's V.21 have been heard for 0.4 s, so a DIS comes.
 */
export type HeardTone = 'cng' | 'ced' | 'v21_preamble'

/** Listens to 8 kHz samples for what a fax machine sends, and for speech. */
export class ToneListener {
  readonly #block = new Float64Array(BLOCK_SAMPLES)
  #filled = 0
  readonly #cng = new ToneRun()
  readonly #ced = new ToneRun()
  readonly #v21 = new ToneRun()
  /** V.21 blocks of the run in which each of its two frequencies was strong. */
  #marks = 0
  #spaces = 0
  readonly #voice = new VoiceMeter()

  /** Speech heard so far: sound that moves as speech does and is none of the tones. */
  get voiceMs(): number {
    return this.#voice.voiceMs
  }

  /** What these samples complete, in order. */
  push(samples: Int16Array): readonly HeardTone[] {
    const heard: HeardTone[] = []
    for (let i = 0; i < samples.length; i++) {
      this.#block[this.#filled++] = samples[i]!
      if (this.#filled < BLOCK_SAMPLES) continue
      this.#filled = 0
      this.#hearBlock(heard)
    }
    return heard
  }

  #hearBlock(heard: HeardTone[]): void {
    const power = blockPower(this.#block)
    const isLoud = power >= POWER_MIN
    const cng = isLoud ? powerShareAt(this.#block, power, CNG_HZ) : 0
    const ced = isLoud ? powerShareAt(this.#block, power, CED_HZ) : 0
    const mark = isLoud ? powerShareAt(this.#block, power, V21_MARK_HZ) : 0
    const space = isLoud ? powerShareAt(this.#block, power, V21_SPACE_HZ) : 0

    const burstMs = this.#cng.hear(cng >= SHARE_MIN)
    if (burstMs !== undefined && burstMs >= CNG_MS_MIN && burstMs <= CNG_MS_MAX) heard.push('cng')
    this.#ced.hear(ced >= SHARE_MIN)
    if (this.#ced.reaches(CED_MS_MIN)) heard.push('ced')
    this.#hearV21(mark, space, heard)
    this.#voice.hear(power, isLoud && cng < SHARE_MIN && ced < SHARE_MIN && mark + space < V21_SHARE_MIN)
  }

  /** Flags are six marks and two spaces, over and over: both frequencies in turn and nothing else (V.21; T.30 §5.3). */
  #hearV21(mark: number, space: number, heard: HeardTone[]): void {
    this.#v21.hear(mark + space >= V21_SHARE_MIN)
    if (this.#v21.ms === 0) {
      this.#marks = 0
      this.#spaces = 0
      return
    }
    if (mark >= V21_STRONG) this.#marks++
    if (space >= V21_STRONG) this.#spaces++
    const blocks = this.#v21.ms / BLOCK_MS
    const bothHeard = this.#marks >= blocks * V21_MARKS_MIN && this.#spaces >= blocks * V21_SPACES_MIN
    if (bothHeard && this.#v21.reaches(V21_MS_MIN)) heard.push('v21_preamble')
  }
}

/** The second channel of V.21, in which the answerer's and all other T.30 frames are sent. */
const V21_MARK_HZ = 1650
const V21_SPACE_HZ = 1850

/** -43 dBm0, the least a T.30 receiver must hear. */
const POWER_MIN = (FULL_SCALE_PEAK ** 2 / 2) * 10 ** ((-43 - FULL_SCALE_DBM0) / 10)
/** A CNG 38 Hz off keeps 0.61 of its power in our band; noise 10 dB below leaves 0.55. Speech does not hold it. */
const SHARE_MIN = 0.45
/** T.30 §4: 0.5 s ± 15 %, and a block or two lost at the ends. */
const CNG_MS_MIN = 400
const CNG_MS_MAX = 600
const CED_MS_MIN = 500
const V21_SHARE_MIN = 0.45
const V21_STRONG = 0.3
const V21_MARKS_MIN = 0.4
const V21_SPACES_MIN = 0.1
const V21_MS_MIN = 400
