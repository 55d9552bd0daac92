import type { Bitmap } from './bitmap.ts'
import { createChangeRow, findChanges } from './change-row.ts'
import type { RowEncoder } from './row-coding.ts'

/** Runs a fresh encoder over a whole page. */
export function encodePage(encoder: RowEncoder, bitmap: Bitmap): Uint8Array {
  const row = createChangeRow(bitmap.width)
  for (let y = 0; y < bitmap.rows; y++) {
    findChanges(bitmap.words, y * bitmap.stride, row)
    encoder.pushRow(row)
  }
  return encoder.finish()
}
