import type { Bitmap } from '@answerback/protocol/t4/bitmap'
import type { Box } from '../drawing/page-source.ts'
import type { PdfEngine } from './engine.ts'

/** FPDFBitmap_Gray, fpdfview.h: one byte a pixel. */
const FORMAT_GREY = 1

/** The 8-bit bitmap pages are drawn on. It lives in the engine's heap and is reused from page to page. */
export class GreyCanvas {
  readonly #engine: PdfEngine
  #scan0 = 0
  #capacity = 0
  #width = 0
  #rows = 0
  #bitmap = 0

  constructor(engine: PdfEngine) {
    this.#engine = engine
  }

  /** Bytes from one row to the next. */
  get stride(): number {
    return (this.#width + 3) & ~3
  }

  /** An all-white bitmap. Throws when the engine has no memory left for it. */
  prepare(width: number, rows: number): number {
    const { calls } = this.#engine
    this.#width = width
    this.#rows = rows
    if (this.#bitmap !== 0) calls.FPDFBitmap_Destroy(this.#bitmap)
    this.#bitmap = 0
    if (this.#bytesNeeded > this.#capacity) this.#grow()
    this.#bitmap = calls.FPDFBitmap_CreateEx(width, rows, FORMAT_GREY, this.#scan0, this.stride)
    if (this.#bitmap === 0) throw new Error('The PDF engine could not make a bitmap.')
    this.pixels().fill(255)
    return this.#bitmap
  }

  /** The pixels as they are now: a view that the engine's next allocation may detach. */
  pixels(): Uint8Array {
    return this.#engine.heap().subarray(this.#scan0, this.#scan0 + this.#pixelBytes)
  }

  isWhite({ left, top, right, bottom }: Box): boolean {
    for (let y = top; y < bottom; y++) {
      const at = this.#scan0 + y * this.stride
      if (this.#engine.kernels.isWhite(at + left, right - left) === 0) return false
    }
    return true
  }

  /**
   * What `threshold` of `bilevel/` does, where the pixels are and five times as fast; undefined for a page whose rows
   * do not fill whole words.
   */
  get threshold(): ((level: number, bitmap: Bitmap) => void) | undefined {
    if (this.#width % 32 !== 0) return undefined
    return (level, bitmap) => {
      const words = this.#scan0 + this.#pixelBytes
      this.#engine.kernels.threshold(this.#scan0, level, words, bitmap.words.length)
      bitmap.words.set(new Uint32Array(this.#engine.heap().buffer, words, bitmap.words.length))
    }
  }

  close(): void {
    const { calls } = this.#engine
    if (this.#bitmap !== 0) calls.FPDFBitmap_Destroy(this.#bitmap)
    calls.free(this.#scan0)
    this.#bitmap = 0
    this.#scan0 = 0
    this.#capacity = 0
  }

  get #pixelBytes(): number {
    return this.stride * this.#rows
  }

  /** The grey pixels, a multiple of four bytes, and behind them room for the same page in one bit. */
  get #bytesNeeded(): number {
    return this.#pixelBytes + ((this.#width + 31) >>> 5) * 4 * this.#rows
  }

  #grow(): void {
    const { calls } = this.#engine
    calls.free(this.#scan0)
    this.#capacity = 0
    this.#scan0 = calls.malloc(this.#bytesNeeded)
    if (this.#scan0 === 0) throw new Error('The PDF engine has no memory for a page.')
    this.#capacity = this.#bytesNeeded
  }
}
