import type { BitReader } from './bit-reader.ts'
import { type ChangeRow, closeRow } from './change-row.ts'
import type { CodingFault } from './coding-error.ts'
import {
  BLACK_AT,
  RUN_CONTINUES,
  RUN_INDEX_BITS,
  RUN_LENGTH_MASK,
  RUN_SHIFT,
  RUNS,
} from './run-decode-table.ts'

export const NO_RUN = -1

/**
 * Reads one run with all its make-up codes (`colour` is 0 or `BLACK_AT`), or `NO_RUN` with the reader on the code that is none.
 * A sum past `longest` is returned as it stands then, so that endless make-up codes end.
 */
export function readRun(reader: BitReader, colour: number, longest: number): number {
  let run = 0
  for (;;) {
    const entry = RUNS[colour | (reader.peek25() >>> (32 - RUN_INDEX_BITS))]!
    if (entry === 0) return NO_RUN
    reader.position += entry & RUN_LENGTH_MASK
    run += entry >>> RUN_SHIFT
    if ((entry & RUN_CONTINUES) === 0 || run > longest) return run
  }
}

/**
 * Reads the runs of one row into `row` until they fill its width. On a fault the reader stands on the
 * code that failed and `row` is not to be used.
 */
export function decodeRow1d(reader: BitReader, row: ChangeRow): CodingFault | undefined {
  const { width, positions } = row
  const { view } = reader
  let bit = reader.position
  let position = 0
  let count = 0
  let colour = 0
  // A row needs no more codes than that, unless they stand for nothing.
  let codesLeft = 2 * width + 2
  let entry = 0
  // A make-up code never ends a row: a terminating code, if only for 0, follows.
  while (position < width || (entry & RUN_CONTINUES) !== 0) {
    // At least 25 bits.
    const window = view.getInt32(bit >>> 3) << (bit & 7)
    entry = RUNS[colour | (window >>> (32 - RUN_INDEX_BITS))]!
    position += entry >>> RUN_SHIFT
    if (entry === 0 || position > width || --codesLeft < 0) {
      reader.position = bit
      return entry === 0 ? 'invalid_code' : position > width ? 'run_past_width' : 'row_too_long'
    }
    bit += entry & RUN_LENGTH_MASK
    if ((entry & RUN_CONTINUES) !== 0) continue
    // A zero-length run in the middle joins its neighbours.
    if (count > 0 && positions[count - 1] === position) count--
    else positions[count++] = position
    colour ^= BLACK_AT
  }
  reader.position = bit
  if (count > 0 && positions[count - 1] === width) count--
  closeRow(row, count)
  return undefined
}
