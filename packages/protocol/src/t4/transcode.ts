import type { RowDecoder, RowDecoderOptions, RowEncoder } from './row-coding.ts'
import { T4Decoder } from './t4-decoder.ts'
import { T4Encoder, type T4EncoderOptions } from './t4-encoder.ts'
import { T6Decoder } from './t6-decoder.ts'
import { T6Encoder } from './t6-encoder.ts'

/** The two-dimensional coding scheme a DCS names (T.30 table 2): MH, MR or MMR. */
export type CodingScheme = 'MH' | 'MR' | 'MMR'

/** How to code a page; MR needs its K. The other options are T.4's. */
export type PageCoding =
  | ({ readonly scheme: 'MH' } & Omit<T4EncoderOptions, 'width' | 'k'>)
  | ({ readonly scheme: 'MR'; readonly k: number } & Omit<T4EncoderOptions, 'width' | 'k'>)
  | { readonly scheme: 'MMR' }

function createRowEncoder(coding: PageCoding, width: number): RowEncoder {
  return coding.scheme === 'MMR' ? new T6Encoder(width) : new T4Encoder({ ...coding, width })
}

/** The decoder of a scheme as T.30 names it: MH and MR of T.4, MMR of T.6. */
export function createRowDecoder(scheme: CodingScheme, options: RowDecoderOptions): RowDecoder {
  return scheme === 'MMR' ? new T6Decoder(options) : new T4Decoder({ ...options, isMr: scheme === 'MR' })
}

/**
 * Recodes a whole page row by row, from changes to changes: no pixel is painted.
 *
 * @throws {CodingError} on the first unreadable row.
 */
export function transcode(
  data: Uint8Array,
  from: CodingScheme,
  to: PageCoding,
  options: RowDecoderOptions,
): Uint8Array {
  const decoder = createRowDecoder(from, options)
  const encoder = createRowEncoder(to, options.width)
  decoder.push(data)
  decoder.endInput()
  for (;;) {
    const pulled = decoder.pull()
    if (typeof pulled === 'string') return encoder.finish()
    if (decoder.rowFault !== undefined) throw decoder.rowFault
    encoder.pushRow(pulled)
  }
}
