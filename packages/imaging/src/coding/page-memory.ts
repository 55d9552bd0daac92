import type { Bitmap } from '@answerback/protocol/t4/bitmap'
import { FREE_FROM, KERNEL_WIDTH_MAX, type PageKernels, startPageKernels } from './kernels.ts'

const WASM_PAGE_BYTES = 65_536
/** Four times the largest page of the line, legal paper at 391 lines per inch, were every row the worst. */
const MEMORY_MAX_BYTES = 32 * 2 ** 20
/** The loops read and write whole vectors: up to 16 bytes behind what is theirs. */
const SLACK_BYTES = 16

/** Room for one page in one bit, with the loops that fill its dents and code it. Reused from page to page. */
export class PageMemory {
  readonly #memory = new WebAssembly.Memory({
    initial: 1,
    maximum: MEMORY_MAX_BYTES / WASM_PAGE_BYTES,
  })
  readonly #kernels: PageKernels = startPageKernels(this.#memory)

  /** A bitmap with arbitrary content. It is the caller's until the next call. Throws `RangeError` for a page too large. */
  bitmap(width: number, rows: number): Bitmap {
    if (width > KERNEL_WIDTH_MAX) throw new RangeError(`a row may have ${KERNEL_WIDTH_MAX} pixels`)
    const stride = (width + 31) >>> 5
    const needed = outAt(stride * rows) + codedBytesMax(width, rows) + SLACK_BYTES
    const missing = needed - this.#memory.buffer.byteLength
    if (missing > 0) this.#memory.grow(Math.ceil(missing / WASM_PAGE_BYTES))
    return { width, rows, stride, words: new Uint32Array(this.#memory.buffer, FREE_FROM, stride * rows) }
  }

  /**
   * In the bitmap that was handed out last, fills white pixels that dent a level edge by one: black to the left and right,
   * one side of the three all black and the other all white.
   *
   * Drawing letters in one bit leaves such dents where a stem meets an arch. MMR codes each as two changes in a row and
   * two more in the next, 2 % of a page of text, and OCR finds the same words without them.
   */
  fillDents({ stride, rows }: Bitmap): void {
    this.#kernels.fillDents(FREE_FROM, stride, rows)
  }

  /** The page as MMR (T.6), bit for bit what `encodeT6` of the protocol package makes of it. */
  encodeT6(bitmap: Bitmap): Uint8Array<ArrayBuffer> {
    const { width, rows, stride, words } = this.#own(bitmap)
    const out = outAt(words.length)
    const length = this.#kernels.encodeT6(FREE_FROM, stride, rows, width, out)
    return new Uint8Array(this.#memory.buffer).slice(out, out + length)
  }

  #own(bitmap: Bitmap): Bitmap {
    if (bitmap.words.buffer === this.#memory.buffer) return bitmap
    const own = this.bitmap(bitmap.width, bitmap.rows)
    own.words.set(bitmap.words)
    return own
  }
}

function outAt(words: number): number {
  return FREE_FROM + words * 4 + SLACK_BYTES
}

/**
 * More than any page takes, with EOFB and what is still in hand. A vertical mode, 7 bits at most, moves on by a pixel or
 * more, but for one at a row's first pixel; a pass, 4 bits, by two or more. A horizontal mode for runs of 1 pixel or more
 * takes 6 bits a pixel at most (3 + 6 + 3 for a white and a black one); with an empty run at the left or right end of a row
 * at most 12 more than 7 bits a pixel.
 */
export function codedBytesMax(width: number, rows: number): number {
  return Math.ceil((rows * (7 * width + 24)) / 8) + 8
}
