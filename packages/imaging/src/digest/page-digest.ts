import { createHash } from 'node:crypto'
import { type ChangeRow, createChangeRow } from '@answerback/protocol/t4/change-row'
import { T6Decoder } from '@answerback/protocol/t4/t6-decoder'
import { type CodedPage, LINES_PER_INCH } from '../page.ts'

/** A machine prints its header line, with the time of the call, into or above the first centimetre. */
const HEADER_INCHES = 0.45

/**
 * A digest of what a page shows below its header line: 32 bytes, or `undefined` for a page that shows nothing there. Pages sent twice
 * from the same file have the same one; a page that differs in a single pel has not, so that a form filled in anew is never taken for
 * the one before it. White rows above and below do not count, because a header that is put above a page moves it down.
 *
 * @throws CodingError when the page's data is not T.6
 */
export function pageDigest(page: CodedPage): Uint8Array | undefined {
  const { width, rows, resolution, t6 } = page
  const decoder = new T6Decoder({ width, rowsMax: rows })
  decoder.push(t6)
  decoder.endInput()
  const headerRows = Math.ceil(HEADER_INCHES * LINES_PER_INCH[resolution])
  const hash = createHash('sha256').update(`${resolution} ${width}`)
  const white = createChangeRow(width)
  const shown = { any: false, blankRows: 0 }
  for (let y = 0; ; y++) {
    const row = decoder.pull()
    if (typeof row === 'string') return shown.any ? hash.digest() : undefined
    if (y < headerRows) continue
    if (row.count === 0) {
      shown.blankRows++
      continue
    }
    // White rows count only between rows that show something.
    if (shown.any) for (; shown.blankRows > 0; shown.blankRows--) addRow(hash, white)
    shown.blankRows = 0
    shown.any = true
    addRow(hash, row)
  }
}

function addRow(hash: ReturnType<typeof createHash>, row: ChangeRow): void {
  // The sentinel after the last change ends the row.
  hash.update(new Uint8Array(row.positions.buffer, row.positions.byteOffset, (row.count + 1) * 4))
}
