import type { Bitmap } from './bitmap.ts'
import { type ChangeRow, paintChanges } from './change-row.ts'

const FIRST_ROWS = 256

/** Collects decoded rows into a bitmap whose height is not known before the end of the page. */
export class BitmapBuilder {
  readonly #width: number
  readonly #stride: number
  readonly #rowsMax: number
  #words: Uint32Array
  #rows = 0

  /** Memory grows with the rows that arrive, not with `rowsMax`. */
  constructor(width: number, rowsMax: number) {
    this.#width = width
    this.#rowsMax = rowsMax
    this.#stride = (width + 31) >>> 5
    this.#words = new Uint32Array(this.#stride * Math.min(rowsMax, FIRST_ROWS))
  }

  append(row: ChangeRow): void {
    const offset = this.#rows * this.#stride
    if (offset + this.#stride > this.#words.length) this.#grow()
    paintChanges(row, this.#words, offset)
    this.#rows++
  }

  build(): Bitmap {
    const words = this.#words.slice(0, this.#rows * this.#stride)
    return { width: this.#width, rows: this.#rows, stride: this.#stride, words }
  }

  #grow(): void {
    const rows = Math.min(Math.max(this.#rows * 2, FIRST_ROWS), Math.max(this.#rowsMax, this.#rows + 1))
    const grown = new Uint32Array(this.#stride * rows)
    grown.set(this.#words)
    this.#words = grown
  }
}
