import type { BitReader } from './bit-reader.ts'
import { type ChangeRow, closeRow } from './change-row.ts'
import type { CodingFault } from './coding-error.ts'
import { NO_RUN, readRun } from './decode-1d.ts'
import { BLACK_AT } from './run-decode-table.ts'

/** The longest mode code is 7 bits (T.4 table 4). */
const MODE_INDEX_BITS = 7
/** An entry is `kind << 4 | length`; vertical modes have the kinds 0..6 for VL3 … VR3, the others stand above. */
const MODE_SHIFT = 4
const MODE_LENGTH_MASK = 15
const ZERO_DISTANCE = 3
const FIRST_NOT_VERTICAL = 7 << MODE_SHIFT
const PASS = 7
const HORIZONTAL = 8
const EXTENSION = 9
const NO_MODE = 10
const HORIZONTAL_LENGTH = 3
const PASS_LENGTH = 4

const MODES = modeTable()

function modeTable(): Uint8Array {
  const table = new Uint8Array(1 << MODE_INDEX_BITS).fill(NO_MODE << MODE_SHIFT)
  const vertical = ['0000010', '000010', '010', '1', '011', '000011', '0000011']
  const words = [...vertical, '0001', '001', '0000001']
  words.forEach((word, kind) => {
    const spare = MODE_INDEX_BITS - word.length
    const first = Number.parseInt(word, 2) << spare
    table.fill((kind << MODE_SHIFT) | word.length, first, first + (1 << spare))
  })
  return table
}

/**
 * Reads one row coded against `reference` (T.4 §4.2.1.3, T.6 §2.2) into `coding`; both have the same width.
 * On a fault the reader stands on the mode that failed and `coding` is not to be used.
 *
 * The colour at a0 is the parity of `count`: every change appended flips it, and one taken back (a run of
 * no length joins its neighbours) flips it too. `r` always has that parity, so `ref[r]` is b1.
 */
export function decodeRow2d(
  reader: BitReader,
  coding: ChangeRow,
  reference: ChangeRow,
): CodingFault | undefined {
  const { width, positions: cur } = coding
  const ref = reference.positions
  const { view } = reader
  let bit = reader.position
  let a0 = 0
  let count = 0
  let r = 0
  // Modes that may fail to move on; a row of `width` pixels needs no more, and each costs the sender bits.
  let idleModesLeft = 2 * width + 2
  while (a0 < width) {
    // At least 25 bits, which any mode code fits in.
    const window = view.getInt32(bit >>> 3) << (bit & 7)
    const mode = MODES[window >>> (32 - MODE_INDEX_BITS)]!
    const kind = mode >>> MODE_SHIFT
    if (mode < FIRST_NOT_VERTICAL) {
      const a1 = ref[r]! + kind - ZERO_DISTANCE
      if (a1 <= a0 || a1 > width) {
        // No progress is right only for a first pixel that is black; elsewhere it is odd, and backwards is wrong.
        if (a1 !== a0 || --idleModesLeft < 0) {
          return failAt(
            reader,
            bit,
            a1 < a0 ? 'change_moves_back' : a1 > width ? 'run_past_width' : 'row_too_long',
          )
        }
        if (count > 0 && cur[count - 1] === a1) count -= 2
        else cur[count] = a1
      } else {
        cur[count] = a1
      }
      count++
      bit += mode & MODE_LENGTH_MASK
      a0 = a1
      if (a1 === width) break
      // b1 of the other colour: the next change, or after a step to the left perhaps the one before. Asking
      // without looking at the mode is cheaper, for the answer is nearly always no.
      r++
      if (r > 1 && ref[r - 2]! > a1) r -= 2
    } else if (kind === HORIZONTAL) {
      const colour = (count & 1) * BLACK_AT
      reader.position = bit + HORIZONTAL_LENGTH
      const firstRun = readRun(reader, colour, width)
      const secondRun = firstRun === NO_RUN ? NO_RUN : readRun(reader, colour ^ BLACK_AT, width)
      if (secondRun === NO_RUN) return 'invalid_code'
      bit = reader.position
      const a1 = a0 + firstRun
      const a2 = a1 + secondRun
      if (a2 > width || --idleModesLeft < 0) {
        return failAt(reader, bit, a2 > width ? 'run_past_width' : 'row_too_long')
      }
      if (count > 0 && cur[count - 1] === a1) count--
      else cur[count++] = a1
      if (count > 0 && cur[count - 1] === a2) count--
      else cur[count++] = a2
      a0 = a2
      if (a2 === width) break
    } else if (kind === PASS) {
      bit += PASS_LENGTH
      a0 = ref[r + 1]!
      r += 2
      continue
    } else {
      return failAt(reader, bit, kind === EXTENSION ? 'uncompressed_mode' : 'invalid_code')
    }
    while (ref[r]! <= a0) r += 2
  }
  if (count > 0 && cur[count - 1] === width) count--
  reader.position = bit
  closeRow(coding, count)
  return undefined
}

function failAt(reader: BitReader, bit: number, fault: CodingFault): CodingFault {
  reader.position = bit
  return fault
}
