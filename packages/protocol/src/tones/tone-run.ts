import { BLOCK_MS } from './goertzel.ts'

/** How long a tone has been there. A block without it in between is a dropout: a lost packet, a turned phase. */
export class ToneRun {
  /** Of the current run; 0 when there is none. */
  ms = 0
  #missingMs = 0
  #isReported = false

  /** Takes one block. Returns how long a run was that has ended with it. */
  hear(isThere: boolean): number | undefined {
    if (isThere) {
      this.ms += this.#missingMs + BLOCK_MS
      this.#missingMs = 0
      return undefined
    }
    if (this.ms === 0) return undefined
    this.#missingMs += BLOCK_MS
    if (this.#missingMs <= DROPOUT_MS_MAX) return undefined
    const lengthMs = this.ms
    this.ms = 0
    this.#missingMs = 0
    this.#isReported = false
    return lengthMs
  }

  /** True once in a run, when it has become this long. */
  reaches(lengthMs: number): boolean {
    if (this.#isReported || this.ms < lengthMs) return false
    this.#isReported = true
    return true
  }
}

const DROPOUT_MS_MAX = 30
