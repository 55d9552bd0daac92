import type { Bitmap } from './bitmap.ts'
import { decodePage } from './decode-page.ts'
import { encodePage } from './encode-page.ts'
import type { RowDecoderOptions } from './row-coding.ts'
import { T4Decoder } from './t4-decoder.ts'
import { T4Encoder, type T4EncoderOptions } from './t4-encoder.ts'

export type MrOptions = Omit<T4EncoderOptions, 'width' | 'k'> & { readonly k: number }

/** A whole page in MR (T.4 2-D), with EOLs, tag bits and, unless told otherwise, RTC. */
export function encodeMr(bitmap: Bitmap, options: MrOptions): Uint8Array {
  return encodePage(new T4Encoder({ ...options, width: bitmap.width }), bitmap)
}

/**
 * Decodes a whole page of MR, strictly: to keep a page with damaged rows use `T4Decoder`.
 *
 * @throws {CodingError} at the first unreadable row, and on more than `rowsMax` rows.
 */
export function decodeMr(data: Uint8Array, options: RowDecoderOptions): Bitmap {
  return decodePage(new T4Decoder({ ...options, isMr: true }), data, options)
}
