import type { Bitmap } from './bitmap.ts'
import { type ChangeRow, paintChanges } from './change-row.ts'

/** Taken at once where `rowsMax` allows: more than a superfine A4 page, and little enough to waste. */
const FIRST_WORDS = 1 << 18

/** Collects decoded rows into a bitmap whose height is not known before the end of the page. */
export class BitmapBuilder {
  readonly #width: number
  readonly #stride: number
  #words: Uint32Array
  #rows = 0

  /** Past the first megabyte memory grows with the rows that arrive, not with `rowsMax`. */
  constructor(width: number, rowsMax: number) {
    this.#width = width
    this.#stride = (width + 31) >>> 5
    this.#words = new Uint32Array(Math.min(rowsMax * this.#stride, Math.max(FIRST_WORDS, this.#stride)))
  }

  append(row: ChangeRow): void {
    const offset = this.#rows * this.#stride
    if (offset + this.#stride > this.#words.length) this.#grow()
    paintChanges(row, this.#words, offset)
    this.#rows++
  }

  build(): Bitmap {
    const used = this.#rows * this.#stride
    // A copy only where much would be wasted.
    const words = used < this.#words.length >>> 1 ? this.#words.slice(0, used) : this.#words.subarray(0, used)
    return { width: this.#width, rows: this.#rows, stride: this.#stride, words }
  }

  #grow(): void {
    const grown = new Uint32Array(Math.max(this.#words.length * 2, this.#stride))
    grown.set(this.#words)
    this.#words = grown
  }
}
