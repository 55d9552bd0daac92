import type { PdfEngine } from './engine.ts'

/** FPDFBitmap_Gray, fpdfview.h: one byte a pixel. */
const FORMAT_GREY = 1

/** The 8-bit bitmap pages are drawn on. It lives in the engine's heap and is reused from page to page. */
export class GreyCanvas {
  readonly #engine: PdfEngine
  #scan0 = 0
  #capacity = 0
  #bytes = 0
  #bitmap = 0

  constructor(engine: PdfEngine) {
    this.#engine = engine
  }

  /** An all-white bitmap. Throws when the engine has no memory left for it. */
  prepare(width: number, rows: number): { readonly bitmap: number; readonly stride: number } {
    const { calls } = this.#engine
    const stride = (width + 3) & ~3
    this.#bytes = stride * rows
    if (this.#bitmap !== 0) calls.FPDFBitmap_Destroy(this.#bitmap)
    this.#bitmap = 0
    if (this.#bytes > this.#capacity) this.#grow()
    this.#bitmap = calls.FPDFBitmap_CreateEx(width, rows, FORMAT_GREY, this.#scan0, stride)
    if (this.#bitmap === 0) throw new Error('The PDF engine could not make a bitmap.')
    this.pixels().fill(255)
    return { bitmap: this.#bitmap, stride }
  }

  /** The pixels as they are now: a view that the engine's next allocation may detach. */
  pixels(): Uint8Array {
    return this.#engine.heap().subarray(this.#scan0, this.#scan0 + this.#bytes)
  }

  close(): void {
    const { calls } = this.#engine
    if (this.#bitmap !== 0) calls.FPDFBitmap_Destroy(this.#bitmap)
    calls.free(this.#scan0)
    this.#bitmap = 0
    this.#scan0 = 0
    this.#capacity = 0
  }

  #grow(): void {
    const { calls } = this.#engine
    calls.free(this.#scan0)
    this.#capacity = 0
    this.#scan0 = calls.malloc(this.#bytes)
    if (this.#scan0 === 0) throw new Error('The PDF engine has no memory for a page.')
    this.#capacity = this.#bytes
  }
}
