import { makeUpCodes, type RunCode, type RunColour, terminatingCodes } from './run-codes.ts'

/** The longest code word is 13 bits, so a table of 2^13 entries knows a code from its first 13 bits. */
export const RUN_INDEX_BITS = 13
/** An entry is `run << 5 | more << 4 | length`; 0 is no code. */
export const RUN_SHIFT = 5
/** The entry is a make-up code alone: its terminating code, or another make-up, follows. */
export const RUN_CONTINUES = 16
export const RUN_LENGTH_MASK = 15

/** `RUNS[first 13 bits]` for white, `RUNS[BLACK_AT | first 13 bits]` for black. */
export const BLACK_AT = 1 << RUN_INDEX_BITS
export const RUNS = Int32Array.of(...decodeTable('white'), ...decodeTable('black'))

/** Where a make-up code and its terminating code fit in 13 bits together, one entry holds both. */
function decodeTable(colour: RunColour): Int32Array {
  const table = new Int32Array(1 << RUN_INDEX_BITS)
  const terminating = terminatingCodes(colour)
  for (const code of terminating) fill(table, code, 0)
  for (const makeUp of makeUpCodes(colour)) {
    fill(table, makeUp, RUN_CONTINUES)
    for (const last of terminating) {
      const length = makeUp.length + last.length
      if (length > RUN_INDEX_BITS) continue
      fill(table, { run: makeUp.run + last.run, bits: (makeUp.bits << last.length) | last.bits, length }, 0)
    }
  }
  return table
}

function fill(table: Int32Array, code: RunCode, flag: number): void {
  const spare = RUN_INDEX_BITS - code.length
  const first = code.bits << spare
  table.fill((code.run << RUN_SHIFT) | flag | code.length, first, first + (1 << spare))
}
