import { BLOCK_MS } from './goertzel.ts'

/**
 * Measures how long speech was heard, to tell a person from silence, ringing or a dial tone. Speech changes its level
 * by several decibels from one 50 ms to the next; call progress tones, modems and hiss do not. (50 ms hold whole
 * beats of the two-frequency tones.) Music and announcements count as speech: nobody will fax there either.
 */
export class VoiceMeter {
  voiceMs = 0
  #framePower = 0
  #frameBlocks = 0
  #frameCandidates = 0
  /** Level of the last frame, if it was a candidate. */
  #lastDb: number | undefined
  /** Frames, steps between neighbours and their sum, in the current second. */
  #frames = 0
  #active = 0
  #steps = 0
  #stepsDb = 0

  /** Takes one block; a candidate is loud and none of the fax tones. */
  hear(power: number, isCandidate: boolean): void {
    this.#framePower += power
    if (isCandidate) this.#frameCandidates++
    if (++this.#frameBlocks < FRAME_BLOCKS) return
    this.#endFrame()
    this.#framePower = 0
    this.#frameBlocks = 0
    this.#frameCandidates = 0
  }

  #endFrame(): void {
    const isActive = this.#frameCandidates > FRAME_BLOCKS / 2
    const db = isActive ? 10 * Math.log10(this.#framePower) : undefined
    if (db !== undefined) {
      this.#active++
      if (this.#lastDb !== undefined) {
        this.#steps++
        this.#stepsDb += Math.abs(db - this.#lastDb)
      }
    }
    this.#lastDb = db
    if (++this.#frames < WINDOW_FRAMES) return
    if (this.#steps >= STEPS_MIN && this.#stepsDb / this.#steps >= STEP_DB_MIN) {
      this.voiceMs += this.#active * FRAME_BLOCKS * BLOCK_MS
    }
    this.#frames = 0
    this.#active = 0
    this.#steps = 0
    this.#stepsDb = 0
  }
}

const FRAME_BLOCKS = 5
const WINDOW_FRAMES = 20
const STEPS_MIN = 5
const STEP_DB_MIN = 1.8
