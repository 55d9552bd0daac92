import type { Bitmap } from './bitmap.ts'
import { decodePage } from './decode-page.ts'
import { encodePage } from './encode-page.ts'
import type { RowDecoderOptions } from './row-coding.ts'
import { T4Decoder } from './t4-decoder.ts'
import { T4Encoder, type T4EncoderOptions } from './t4-encoder.ts'

export type MhOptions = Omit<T4EncoderOptions, 'width' | 'k'>

/** A whole page in MH (T.4 1-D), with EOLs and, unless told otherwise, RTC. */
export function encodeMh(bitmap: Bitmap, options: MhOptions = {}): Uint8Array {
  return encodePage(new T4Encoder({ ...options, width: bitmap.width }), bitmap)
}

/**
 * Decodes a whole page of MH, strictly: to keep a page with damaged rows use `T4Decoder`.
 *
 * @throws {CodingError} at the first unreadable row, and on more than `rowsMax` rows.
 */
export function decodeMh(data: Uint8Array, options: RowDecoderOptions): Bitmap {
  return decodePage(new T4Decoder({ ...options, isMr: false }), data, options)
}
