import { BitReader } from './bit-reader.ts'
import { type ChangeRow, createChangeRow } from './change-row.ts'
import { CodingError, type CodingFault } from './coding-error.ts'
import { decodeRow1d } from './decode-1d.ts'
import { decodeRow2d } from './decode-2d.ts'
import { EOL_LENGTH, EOLS_IN_RTC } from './end-codes.ts'
import { EolScanner } from './eol-scanner.ts'
import type { PulledRow, RowDecoder, RowDecoderOptions } from './row-coding.ts'

export interface T4DecoderOptions extends RowDecoderOptions {
  /** Rows carry tag bits and may be 2-D (MR). */
  readonly isMr: boolean
}

/**
 * Decodes MH and MR (T.4). Each row lies between two EOLs, so damage costs that row and, in MR, those coded
 * against it; the next 1-D row is sound again (T.4 §4.2.1.2).
 *
 * What precedes the first EOL is line noise and is dropped. Fewer than six EOLs in a row are rows lost
 * without a trace: they give no row.
 */
export class T4Decoder implements RowDecoder {
  readonly #reader = new BitReader()
  readonly #scanner = new EolScanner(this.#reader)
  readonly #options: T4DecoderOptions
  #coding: ChangeRow
  #lastGood: ChangeRow
  #rowFault: CodingError | undefined
  #inputEnded = false
  #isSynchronised = false
  #hasEnded = false
  #eolsInARow = 0
  #rows = 0

  constructor(options: T4DecoderOptions) {
    this.#options = options
    this.#coding = createChangeRow(options.width)
    this.#lastGood = createChangeRow(options.width)
  }

  get rowFault(): CodingError | undefined {
    return this.#rowFault
  }

  push(bytes: Uint8Array): void {
    this.#reader.append(bytes)
  }

  endInput(): void {
    this.#inputEnded = true
  }

  pull(): PulledRow {
    while (!this.#hasEnded) {
      const eolEnd = this.#scanner.next()
      if (eolEnd === undefined && !this.#inputEnded) return 'starved'
      if (eolEnd === undefined) this.#hasEnded = true
      const row = this.#takeSegment(eolEnd ?? this.#reader.end)
      if (row !== undefined) return row
    }
    return 'ended'
  }

  /** What stands between the last EOL and `segmentEnd` (behind the next EOL, or the end of the data). */
  #takeSegment(segmentEnd: number): ChangeRow | undefined {
    const reader = this.#reader
    const wasSynchronised = this.#isSynchronised
    this.#isSynchronised = true
    const hasEol = !this.#hasEnded
    if (!wasSynchronised) {
      reader.position = segmentEnd
      this.#eolsInARow = 1
      return undefined
    }
    if (isEmpty(reader, segmentEnd, hasEol, this.#options.isMr)) {
      reader.position = segmentEnd
      if (hasEol && ++this.#eolsInARow === EOLS_IN_RTC) this.#hasEnded = true
      return undefined
    }
    this.#eolsInARow = 1
    if (this.#rows >= this.#options.rowsMax) {
      this.#hasEnded = true
      if (this.#options.extraRows === 'ignore') return undefined
      throw new CodingError('too_many_rows', reader.dropped + reader.position, this.#rows)
    }
    return this.#decodeSegment(segmentEnd, hasEol)
  }

  #decodeSegment(segmentEnd: number, hasEol: boolean): ChangeRow {
    const reader = this.#reader
    const is2d = this.#options.isMr && reader.peek() >= 0
    if (this.#options.isMr) reader.position++
    // After damage the row above is not known; only a 1-D row can do without it.
    const isLost = is2d && this.#rowFault !== undefined
    const fault = isLost ? 'reference_lost' : this.#decodeRow(is2d, segmentEnd, hasEol)
    this.#rowFault = fault && new CodingError(fault, reader.dropped + reader.position, this.#rows)
    reader.position = segmentEnd
    this.#rows++
    if (fault !== undefined) return this.#lastGood
    const row = this.#coding
    this.#coding = this.#lastGood
    this.#lastGood = row
    return row
  }

  /** The row must end before the EOL, and only fill may stand between the two. */
  #decodeRow(is2d: boolean, segmentEnd: number, hasEol: boolean): CodingFault | undefined {
    const reader = this.#reader
    const fault = is2d ? decodeRow2d(reader, this.#coding, this.#lastGood) : decodeRow1d(reader, this.#coding)
    const dataEnd = hasEol ? segmentEnd - EOL_LENGTH : segmentEnd
    const ranOut = hasEol ? 'row_too_short' : 'data_ended'
    if (reader.position > dataEnd) return ranOut
    const isFillAhead = isZeroUntil(reader, hasEol ? segmentEnd - 1 : segmentEnd)
    if (fault === 'invalid_code' && isFillAhead) return ranOut
    if (fault === undefined && !isFillAhead) return 'run_past_width'
    return fault
  }
}

/** Nothing but fill (and MR's tag bit) before the EOL's closing one, or before the end of the data. */
function isEmpty(reader: BitReader, segmentEnd: number, hasEol: boolean, isMr: boolean): boolean {
  const start = reader.position
  if (isMr && start < segmentEnd) reader.position++
  const isAllZero = isZeroUntil(reader, segmentEnd - (hasEol ? 1 : 0))
  reader.position = start
  return isAllZero
}

/** Leaves the reader where it is. */
function isZeroUntil(reader: BitReader, end: number): boolean {
  const start = reader.position
  let isZero = true
  for (; isZero && reader.position < end; reader.position += 32) {
    const bits = Math.min(end - reader.position, 32)
    isZero = reader.peek() >>> (32 - bits) === 0
  }
  reader.position = start
  return isZero
}
