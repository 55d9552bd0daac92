import { BitReader } from './bit-reader.ts'
import { type ChangeRow, createChangeRow } from './change-row.ts'
import { CodingError, type CodingFault } from './coding-error.ts'
import { decodeRow2d } from './decode-2d.ts'
import { EOFB_CODE, EOFB_LENGTH } from './end-codes.ts'
import type { PulledRow, RowDecoder, RowDecoderOptions } from './row-coding.ts'

const LONGEST_CODE = 13
/** Zeros a page without EOFB may end in; more are no padding, and looking through them again would cost. */
const PADDING_BITS_MAX = 8192

/** Decodes MMR (T.6). */
export class T6Decoder implements RowDecoder {
  /** T.6 has no means to go on after a damaged row: a fault is thrown instead. */
  readonly rowFault = undefined
  readonly #reader = new BitReader()
  readonly #rowsMax: number
  readonly #ignoresExtraRows: boolean
  #coding: ChangeRow
  #reference: ChangeRow
  #inputEnded = false
  #rows = 0

  constructor(options: RowDecoderOptions) {
    this.#rowsMax = options.rowsMax
    this.#ignoresExtraRows = options.extraRows === 'ignore'
    this.#coding = createChangeRow(options.width)
    this.#reference = createChangeRow(options.width)
  }

  push(bytes: Uint8Array): void {
    this.#reader.append(bytes)
  }

  endInput(): void {
    this.#inputEnded = true
  }

  /**
   * The page ends with EOFB, or where the data ends after a whole row with nothing but zeros (writers of
   * TIFF may leave EOFB out). Do not pull again after a fault.
   */
  pull(): PulledRow {
    const reader = this.#reader
    const start = reader.position
    if (reader.peek() >>> (32 - EOFB_LENGTH) === EOFB_CODE && start + EOFB_LENGTH <= reader.end)
      return 'ended'
    if (this.#rows >= this.#rowsMax) return this.#atRowLimit()
    const fault = decodeRow2d(reader, this.#coding, this.#reference)
    const isWhole = fault === undefined && reader.position <= reader.end
    if (!isWhole) {
      // So near to the end it may be a code cut in two, or EOFB while more may come.
      const longest = this.#inputEnded ? LONGEST_CODE : EOFB_LENGTH
      const mayBeCut = fault === undefined || reader.position + longest > reader.end
      return this.#handleFault(mayBeCut ? 'data_ended' : fault, start)
    }
    const row = this.#coding
    this.#coding = this.#reference
    this.#reference = row
    this.#rows++
    return row
  }

  #handleFault(fault: CodingFault, rowStart: number): PulledRow {
    const reader = this.#reader
    const faultAt = reader.position
    reader.position = rowStart
    if (!this.#inputEnded && (fault === 'data_ended' || isPaddingLeft(reader))) return 'starved'
    if (isPaddingLeft(reader)) return 'ended'
    throw this.#error(fault, faultAt)
  }

  #atRowLimit(): PulledRow {
    if (this.#ignoresExtraRows) return 'ended'
    const reader = this.#reader
    if (reader.end - reader.position < EOFB_LENGTH && !this.#inputEnded) return 'starved'
    if (isPaddingLeft(reader)) return this.#inputEnded ? 'ended' : 'starved'
    throw this.#error('too_many_rows', reader.position)
  }

  #error(fault: CodingFault, position: number): CodingError {
    return new CodingError(fault, this.#reader.dropped + position, this.#rows)
  }
}

/** Nothing but zeros to the end of the data so far, and not too many. Leaves the reader where it is. */
function isPaddingLeft(reader: BitReader): boolean {
  const start = reader.position
  if (reader.end - start > PADDING_BITS_MAX) return false
  let isPadding = true
  for (; isPadding && reader.position < reader.end; reader.position += 32) isPadding = reader.peek() === 0
  reader.position = start
  return isPadding
}
