import type { BitWriter } from './bit-writer.ts'
import type { ChangeRow } from './change-row.ts'
import { putRun } from './encode-1d.ts'
import { LONGEST_MAKE_UP } from './run-codes.ts'
import { BLACK_RUNS_AT, LENGTH_BITS, LENGTH_MASK, LONGEST_MERGED_RUN, RUN_CODES } from './run-encode-table.ts'

/** Vertical modes VL3 … VR3 by `a1 - b1 + 3` (T.4 table 4), as `code << 5 | length`. */
const VERTICAL_CODES = Int32Array.from(
  [0b0000010, 0b000010, 0b010, 0b1, 0b011, 0b000011, 0b0000011],
  (code, index) => (code << LENGTH_BITS) | [7, 6, 3, 1, 3, 6, 7][index]!,
)
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
  const { words } = writer
  let { index, pending, free } = writer
  let a0 = 0
  let c = 0
  let r = 0
  while (a0 < width) {
    const a1 = cur[c]!
    const b1 = ref[r]!
    const distance = a1 - b1 + 3
    let code: number
    let length: number
    if (ref[r + 1]! < a1) {
      code = PASS_CODE
      length = PASS_LENGTH
      a0 = ref[r + 1]!
      r += 2
    } else if (distance >>> 0 <= 6) {
      const entry = VERTICAL_CODES[distance]!
      code = entry >>> LENGTH_BITS
      length = entry & LENGTH_MASK
      a0 = a1
      c++
      // The other colour's b1: the next change, or after a step to the left perhaps the one before.
      r++
      if (r > 1 && ref[r - 2]! > a1) r -= 2
      else while (ref[r]! <= a1 && a1 < width) r += 2
    } else {
      const a2 = cur[c + 1]!
      const colour = (c & 1) * BLACK_RUNS_AT
      const otherColour = BLACK_RUNS_AT - colour
      if (a1 - a0 > LONGEST_MERGED_RUN || a2 - a1 > LONGEST_MERGED_RUN) {
        writer.index = index
        writer.pending = pending
        writer.free = free
        writer.put(HORIZONTAL_CODE, HORIZONTAL_LENGTH)
        putRun(writer, colour, a1 - a0)
        putRun(writer, otherColour, a2 - a1)
        index = writer.index
        pending = writer.pending
        free = writer.free
        code = 0
        length = 0
      } else {
        const first = RUN_CODES[colour + a1 - a0]!
        const firstLength = first & LENGTH_MASK
        const flagged = (HORIZONTAL_CODE << firstLength) | (first >>> LENGTH_BITS)
        free -= HORIZONTAL_LENGTH + firstLength
        if (free >= 0) {
          pending |= flagged << free
        } else {
          words[index++] = pending | (flagged >>> -free)
          free += 32
          pending = flagged << free
        }
        const second = RUN_CODES[otherColour + a2 - a1]!
        code = second >>> LENGTH_BITS
        length = second & LENGTH_MASK
      }
      a0 = a2
      c += 2
      while (ref[r]! <= a0 && a0 < width) r += 2
    }
    free -= length
    if (free >= 0) {
      pending |= code << free
    } else {
      words[index++] = pending | (code >>> -free)
      free += 32
      pending = code << free
    }
  }
  writer.index = index
  writer.pending = pending
  writer.free = free
}
