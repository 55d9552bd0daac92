import type { ChangeRow } from './change-row.ts'
import type { CodingError } from './coding-error.ts'

/** Codes rows as they are pushed; bytes may be taken at any time. */
export interface RowEncoder {
  /** The row is read at once; the caller may reuse it. */
  pushRow(row: ChangeRow): void
  /** The whole bytes coded since the last call. */
  takeBytes(): Uint8Array
  /** Ends the page (RTC or EOFB, pad bits) and returns what was not taken yet. */
  finish(): Uint8Array
}

/** A row, or `starved` (push more bytes, or say there are none with `endInput`), or the page has ended. */
export type PulledRow = ChangeRow | 'starved' | 'ended'

/** Decodes bytes pushed in pieces of any size; rows are pulled. */
export interface RowDecoder {
  push(bytes: Uint8Array): void
  /** No more bytes will come: what is missing now is missing for good. */
  endInput(): void
  /**
   * The next row, valid until the next but one. Where T.4 lets the page go on after an unreadable row, that
   * row comes as the last readable one and `rowFault` says why.
   *
   * @throws {CodingError} where the page cannot go on.
   */
  pull(): PulledRow
  /** What was wrong with the row pulled last. */
  readonly rowFault: CodingError | undefined
}

export interface RowDecoderOptions {
  /** Pixels a row, at least 1. */
  readonly width: number
  /** The page may not have more rows. */
  readonly rowsMax: number
  /** What coded rows after `rowsMax` mean: a fault, or (TIFF strips) nothing. */
  readonly extraRows?: 'refuse' | 'ignore'
}
