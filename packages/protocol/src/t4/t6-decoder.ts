import { BitReader } from './bit-reader.ts'
import { type ChangeRow, createChangeRow } from './change-row.ts'
import { CodingError, type CodingFault } from './coding-error.ts'
import { decodeRow2d } from './decode-2d.ts'

/** EOFB as the top 24 bits of a window. */
const EOFB = 0x001001
const EOFB_LENGTH = 24
/** A fault this near to the end of the data may be a code cut in two. */
const LONGEST_CODE = 13

export interface T6DecoderOptions {
  /** Pixels a row, at least 1. */
  readonly width: number
  /** The page may not have more rows. */
  readonly rowsMax: number
  /** What coded rows after `rowsMax` mean: a fault, or (TIFF strips) nothing. */
  readonly extraRows?: 'refuse' | 'ignore'
}

/** `starved`: push more bytes, or say there are none with `endInput`. */
export type T6Pull = ChangeRow | 'starved' | 'ended'

/** Decodes MMR (T.6) from bytes pushed in pieces of any size; rows are pulled. */
export class T6Decoder {
  readonly #reader = new BitReader()
  readonly #rowsMax: number
  readonly #ignoresExtraRows: boolean
  #coding: ChangeRow
  #reference: ChangeRow
  #inputEnded = false
  #rows = 0

  constructor(options: T6DecoderOptions) {
    this.#rowsMax = options.rowsMax
    this.#ignoresExtraRows = options.extraRows === 'ignore'
    this.#coding = createChangeRow(options.width)
    this.#reference = createChangeRow(options.width)
  }

  push(bytes: Uint8Array): void {
    this.#reader.append(bytes)
  }

  /** No more bytes will come: what is missing now is missing for good. */
  endInput(): void {
    this.#inputEnded = true
  }

  /**
   * The next row, valid until the pull after the next. The page ends with EOFB, or where the data ends after
   * a whole row with nothing but zeros (writers of TIFF may leave EOFB out).
   *
   * @throws {CodingError} T.6 has no means to go on after a fault: do not pull again.
   */
  pull(): T6Pull {
    const reader = this.#reader
    const start = reader.position
    if (reader.peek() >>> (32 - EOFB_LENGTH) === EOFB && start + EOFB_LENGTH <= reader.end) return 'ended'
    if (this.#rows >= this.#rowsMax) return this.#atRowLimit()
    const fault = decodeRow2d(reader, this.#coding, this.#reference)
    const isWhole = fault === undefined && reader.position <= reader.end
    if (!isWhole) {
      const mayBeCut = fault === undefined || reader.position + LONGEST_CODE > reader.end
      return this.#handleFault(mayBeCut ? 'data_ended' : fault, start)
    }
    const row = this.#coding
    this.#coding = this.#reference
    this.#reference = row
    this.#rows++
    return row
  }

  #handleFault(fault: CodingFault, rowStart: number): T6Pull {
    const reader = this.#reader
    const faultAt = reader.position
    reader.position = rowStart
    if (fault === 'data_ended' && !this.#inputEnded) return 'starved'
    if (this.#inputEnded && onlyZerosLeft(reader)) return 'ended'
    throw this.#error(fault, faultAt)
  }

  #atRowLimit(): T6Pull {
    if (this.#ignoresExtraRows) return 'ended'
    const reader = this.#reader
    if (reader.end - reader.position < EOFB_LENGTH && !this.#inputEnded) return 'starved'
    if (onlyZerosLeft(reader)) return 'ended'
    throw this.#error('too_many_rows', reader.position)
  }

  #error(fault: CodingFault, position: number): CodingError {
    return new CodingError(fault, this.#reader.dropped + position, this.#rows)
  }
}

function onlyZerosLeft(reader: BitReader): boolean {
  const start = reader.position
  for (; reader.position < reader.end; reader.position += 32) {
    if (reader.peek() !== 0) {
      reader.position = start
      return false
    }
  }
  reader.position = reader.end
  return true
}
