import { LONGEST_MAKE_UP, makeUpCodes, type RunColour, terminatingCodes } from './run-codes.ts'

/** Runs with an entry of their own: one make-up code and one terminating code, written at once. */
export const LONGEST_MERGED_RUN = LONGEST_MAKE_UP + 63

/** Low bits of an entry that hold the code's length; the code itself (at most 25 bits) stands above. */
export const LENGTH_BITS = 5
export const LENGTH_MASK = 31

/** Where the black runs begin in `RUN_CODES`; the white ones begin at 0. */
export const BLACK_RUNS_AT = LONGEST_MERGED_RUN + 1

/**
 * `RUN_CODES[run + (black ? BLACK_RUNS_AT : 0)] = code << 5 | length`, make-up and terminating code joined.
 * One table for both colours, because picking one of two by a colour that changes all the time costs more.
 */
export const RUN_CODES = Int32Array.of(...mergedCodes('white'), ...mergedCodes('black'))

function mergedCodes(colour: RunColour): Int32Array {
  const terminating = terminatingCodes(colour)
  const makeUp = makeUpCodes(colour)
  const table = new Int32Array(LONGEST_MERGED_RUN + 1)
  for (let run = 0; run < table.length; run++) {
    const last = terminating[run & 63]!
    const first = run < 64 ? undefined : makeUp[(run >>> 6) - 1]!
    const code = first === undefined ? last.bits : (first.bits << last.length) | last.bits
    const length = last.length + (first?.length ?? 0)
    table[run] = (code << LENGTH_BITS) | length
  }
  return table
}
