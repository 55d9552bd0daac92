import type { BitWriter } from './bit-writer.ts'
import type { ChangeRow } from './change-row.ts'
import { putRun } from './encode-1d.ts'
import { LONGEST_MAKE_UP } from './run-codes.ts'
import { BLACK_RUNS_AT, LENGTH_BITS, LENGTH_MASK } from './run-encode-table.ts'

/** Vertical modes VL3 … VR3 by `a1 - b1 + 3` (T.4 table 4), as `code << 5 | length`. */
const VERTICAL_CODES = Int32Array.from(
  [0b0000010, 0b000010, 0b010, 0b1, 0b011, 0b000011, 0b0000011],
  (code, index) => (code << LENGTH_BITS) | [7, 6, 3, 1, 3, 6, 7][index]!,
)
const ZERO_DISTANCE = 3
const LARGEST_VERTICAL = 6
const PASS_CODE = 0b0001
const PASS_LENGTH = 4
const HORIZONTAL_CODE = 0b001
const HORIZONTAL_LENGTH = 3

/**
 * Codes `coding` against the row above it (T.4 §4.2.1.3, T.6 §2.2). Both rows have the same width.
 *
 * `code` and `length` are what one turn of the loop writes; horizontal mode writes its flag and first run
 * by itself before.
 */
export function encodeRow2d(writer: BitWriter, coding: ChangeRow, reference: ChangeRow): void {
  const { width, positions: cur } = coding
  const ref = reference.positions
  // The dearest change is half a horizontal mode: (3 + 20 + 25) / 2 bits; a pass costs less than a change above.
  writer.reserve((coding.count + 4) * 25 + reference.count * 4 + (width / LONGEST_MAKE_UP + 1) * 12)
  let a0 = 0
  let c = 0
  let r = 0
  while (a0 < width) {
    const a1 = cur[c]!
    const distance = a1 - ref[r]! + ZERO_DISTANCE
    if (ref[r + 1]! < a1) {
      writer.putReserved(PASS_CODE, PASS_LENGTH)
      a0 = ref[r + 1]!
      r += 2
    } else if (distance >>> 0 <= LARGEST_VERTICAL) {
      const entry = VERTICAL_CODES[distance]!
      writer.putReserved(entry >>> LENGTH_BITS, entry & LENGTH_MASK)
      a0 = a1
      c++
      // The other colour's b1: the next change, or after a step to the left perhaps the one before.
      r++
      if (r > 1 && ref[r - 2]! > a1) r -= 2
      else while (ref[r]! <= a1 && a1 < width) r += 2
    } else {
      const a2 = cur[c + 1]!
      const colour = (c & 1) * BLACK_RUNS_AT
      writer.putReserved(HORIZONTAL_CODE, HORIZONTAL_LENGTH)
      putRun(writer, colour, a1 - a0)
      putRun(writer, BLACK_RUNS_AT - colour, a2 - a1)
      a0 = a2
      c += 2
      while (ref[r]! <= a0 && a0 < width) r += 2
    }
  }
}
