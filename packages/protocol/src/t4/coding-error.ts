/** What made a coded row unreadable. A value, so that reception can mark the row bad and go on (T.4 §4.1.2 note). */
export type CodingFault =
  /** No code word of T.4 or T.6 starts with these bits. */
  | 'invalid_code'
  /** The runs of the row, or a vertical mode, pass its last pixel. */
  | 'run_past_width'
  /** The runs of the row end before its last pixel (seen at an EOL). */
  | 'row_too_short'
  /** A vertical mode would move the coding position back. */
  | 'change_moves_back'
  /** The row goes on with zero-length runs for longer than any row can. */
  | 'row_too_long'
  /** The extension code 0000001xxx: uncompressed mode (T.6 §2.2.5) is refused. */
  | 'uncompressed_mode'
  /** The data stops inside a row. */
  | 'data_ended'
  /** An EOL stands where T.6 has none, or is missing where T.4 wants one. */
  | 'eol_misplaced'
  /** A 2-D row follows a row that could not be read, so its reference is unknown. */
  | 'reference_lost'
  /** The page goes on past the caller's limit of rows. */
  | 'too_many_rows'

/** A coded page that cannot be decoded. The message names no image content. */
export class CodingError extends Error {
  override readonly name = 'CodingError'
  readonly reason: CodingFault
  /** In bits from the start of the data: the code that failed, or for a run past the width the bit after it. */
  readonly offset: number
  /** 0-based row the code belongs to. */
  readonly row: number

  constructor(reason: CodingFault, offset: number, row: number) {
    super(`coded row ${row} is unreadable at bit ${offset}: ${reason}`)
    this.reason = reason
    this.offset = offset
    this.row = row
  }
}
