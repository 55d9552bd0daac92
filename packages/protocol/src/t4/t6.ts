import { BitWriter } from './bit-writer.ts'
import type { Bitmap } from './bitmap.ts'
import { createChangeRow, findChanges } from './change-row.ts'
import { decodePage } from './decode-page.ts'
import { encodeRow2d } from './encode-2d.ts'
import { putEofb } from './end-codes.ts'
import type { RowDecoderOptions } from './row-coding.ts'
import { T6Decoder } from './t6-decoder.ts'

/** A whole page in MMR (T.6): its rows, EOFB, zeros up to a byte. */
export function encodeT6(bitmap: Bitmap): Uint8Array {
  const { width, rows, stride, words } = bitmap
  const writer = new BitWriter()
  let coding = createChangeRow(width)
  let reference = createChangeRow(width)
  for (let row = 0; row < rows; row++) {
    findChanges(words, row * stride, coding)
    encodeRow2d(writer, coding, reference)
    const next = reference
    reference = coding
    coding = next
  }
  putEofb(writer)
  return writer.toBytes()
}

/**
 * Decodes a whole page of MMR (T.6). The bitmap has as many rows as the data holds.
 *
 * @throws {CodingError} on anything T.6 does not allow, and on more than `rowsMax` rows.
 */
export function decodeT6(data: Uint8Array, options: RowDecoderOptions): Bitmap {
  return decodePage(new T6Decoder(options), data, options)
}
