import { FRAMES_PER_BLOCK_MAX } from '../partial-page.ts'

/** The frames of one ECM block as they arrive, in any order and repeatedly (T.30 A.3.6). */
export class BlockBuffer {
  readonly #frames: (Uint8Array | undefined)[] = []
  /** Known from the first PPS heard for the block; later ones count only what was sent again. */
  #count = 0

  /** @param number 0–255, as the frame says */
  put(number: number, image: Uint8Array): void {
    this.#frames[number] = image.slice()
  }

  /** @param frames 1–256 */
  settleCount(frames: number): void {
    this.#count = Math.max(this.#count, frames, this.#frames.length)
  }

  isMissing(number: number): boolean {
    return number >= this.#count || this.#frames[number] === undefined
  }

  get isWhole(): boolean {
    for (let number = 0; number < this.#count; number++) if (this.isMissing(number)) return false
    return this.#count > 0
  }

  get missingCount(): number {
    let missing = 0
    for (let number = 0; number < Math.min(this.#count, FRAMES_PER_BLOCK_MAX); number++) {
      if (this.isMissing(number)) missing++
    }
    return missing
  }

  /** The image octets up to the first frame that is missing. */
  octets(): Uint8Array {
    const present: Uint8Array[] = []
    for (let number = 0; number < this.#frames.length && this.#frames[number]; number++) {
      present.push(this.#frames[number]!)
    }
    return concatenate(present)
  }
}

/** Pieces in a row, copied. */
export function concatenate(pieces: readonly Uint8Array[]): Uint8Array {
  const octets = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    octets.set(piece, at)
    at += piece.length
  }
  return octets
}
