import { BitWriter } from './bit-writer.ts'
import { type ChangeRow, copyChanges, createChangeRow } from './change-row.ts'
import { encodeRow1d } from './encode-1d.ts'
import { encodeRow2d } from './encode-2d.ts'
import { EOL_CODE, EOL_LENGTH, EOLS_IN_RTC } from './end-codes.ts'
import type { RowEncoder } from './row-coding.ts'

export interface T4EncoderOptions {
  readonly width: number
  /**
   * MR's parameter K: one 1-D row, then at most K-1 rows coded against the one above (T.4 §4.2.1.2: 2 at
   * standard resolution, 4 at fine). Absent: MH, every row 1-D and no tag bits.
   */
  readonly k?: number
  /** Fill so that each EOL ends on a byte boundary (TIFF's T4Options bit 2). */
  readonly alignsEol?: boolean
  /**
   * Shortest row in bits, EOL included, so that the receiver's printer keeps up (T.4 §4.1.3):
   * minimum scan line time × bit rate. Shorter rows get fill.
   */
  readonly rowBitsMin?: number
  /** Close the page with RTC. TIFF wants none (RFC 2306 §2.2.3), the line does. Default true. */
  readonly hasRtc?: boolean
}

/** Codes a page as MH or MR (T.4): EOL, tag bit, row, fill for each row, and RTC. */
export class T4Encoder implements RowEncoder {
  readonly #writer = new BitWriter()
  readonly #reference: ChangeRow
  readonly #options: T4EncoderOptions
  readonly #isMr: boolean
  /** Rows until the next 1-D one. */
  #rowsTo1d = 0

  constructor(options: T4EncoderOptions) {
    this.#options = options
    this.#isMr = options.k !== undefined
    this.#reference = createChangeRow(options.width)
  }

  pushRow(row: ChangeRow): void {
    const writer = this.#writer
    const is1d = this.#rowsTo1d === 0
    this.#putEol(is1d)
    const start = writer.bitLength - EOL_LENGTH - (this.#isMr ? 1 : 0)
    if (is1d) encodeRow1d(writer, row)
    else encodeRow2d(writer, row, this.#reference)
    if (this.#isMr) {
      copyChanges(row, this.#reference)
      this.#rowsTo1d = is1d ? this.#options.k! - 1 : this.#rowsTo1d - 1
    }
    this.#fillTo(start + (this.#options.rowBitsMin ?? 0))
  }

  takeBytes(): Uint8Array {
    return this.#writer.takeBytes()
  }

  finish(): Uint8Array {
    if (this.#options.hasRtc ?? true) {
      for (let i = 0; i < EOLS_IN_RTC; i++) this.#putEol(true)
    }
    this.#writer.alignTo()
    return this.#writer.takeBytes()
  }

  /** The tag bit after EOL says how the next row is coded: 1 for 1-D (T.4 §4.2.1.5). */
  #putEol(is1d: boolean): void {
    if (this.#options.alignsEol) this.#writer.alignTo(8 - (EOL_LENGTH & 7))
    this.#writer.put(EOL_CODE, EOL_LENGTH)
    if (this.#isMr) this.#writer.put(is1d ? 1 : 0, 1)
  }

  #fillTo(bitLength: number): void {
    let missing = bitLength - this.#writer.bitLength
    for (; missing > 0; missing -= 16) this.#writer.put(0, Math.min(missing, 16))
  }
}
