import type { BitWriter } from './bit-writer.ts'
import type { ChangeRow } from './change-row.ts'
import { LONGEST_MAKE_UP, makeUpCodes } from './run-codes.ts'
import { BLACK_RUNS_AT, LENGTH_BITS, LENGTH_MASK, LONGEST_MERGED_RUN, RUN_CODES } from './run-encode-table.ts'

/** The 2560 make-up code is the same for both colours. */
const LONGEST = makeUpCodes('white').at(-1)!

/** Appends one run; `colour` is where its colour begins in `RUN_CODES`. The caller has reserved room. */
export function putRun(writer: BitWriter, colour: number, run: number): void {
  let rest = run
  for (; rest > LONGEST_MERGED_RUN; rest -= LONGEST_MAKE_UP) writer.putReserved(LONGEST.bits, LONGEST.length)
  const entry = RUN_CODES[colour + rest]!
  writer.putReserved(entry >>> LENGTH_BITS, entry & LENGTH_MASK)
}

/** A row's runs, white first, without EOL (T.4 §4.1.1). */
export function encodeRow1d(writer: BitWriter, row: ChangeRow): void {
  const { positions, count, width } = row
  // Two colours of at most 25 bits a pair, and the long runs' repeated make-up.
  writer.reserve((count + 2) * 25 + (width / LONGEST_MAKE_UP + 1) * 12)
  let start = 0
  for (let i = 0; i <= count; i++) {
    const end = positions[i]!
    putRun(writer, (i & 1) * BLACK_RUNS_AT, end - start)
    start = end
  }
}
