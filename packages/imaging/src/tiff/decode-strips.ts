import { BitReader } from '@answerback/protocol/t4/bit-reader'
import { type Bitmap, createBitmap } from '@answerback/protocol/t4/bitmap'
import { createChangeRow, paintChanges } from '@answerback/protocol/t4/change-row'
import { CodingError } from '@answerback/protocol/t4/coding-error'
import { decodeRow1d } from '@answerback/protocol/t4/decode-1d'
import { createRowDecoder } from '@answerback/protocol/t4/transcode'
import { DocumentRefusal } from '../intake/refusal.ts'
import { reverseBits } from './bit-order.ts'
import { unpackBits } from './packbits.ts'
import type { BilevelLayout, Strip, TiffCompression } from './page-layout.ts'

/**
 * Decodes a page strip by strip; each is coded on its own (TIFF 6.0 §11). Every row the page declares must be
 * there: a page that ends early would be faxed with its foot missing.
 *
 * @throws {DocumentRefusal} corrupt, or unsupported_type for T.6 uncompressed mode.
 */
export function decodeStrips(file: Uint8Array, layout: BilevelLayout, page: number): Bitmap {
  const bitmap = createBitmap(layout.width, layout.rows)
  let row = 0
  let badRows = 0
  try {
    for (const strip of layout.strips) {
      const stored = file.subarray(strip.offset, strip.offset + strip.length)
      const data = layout.isLsbFirst ? reverseBits(stored) : stored
      badRows += decodeStrip(data, layout.compression, bitmap, row, strip)
      row += strip.rows
    }
  } catch (error) {
    if (error instanceof CodingError) throw refusalFor(error, page)
    throw error
  }
  if (badRows > layout.badRowsDeclared) throw damaged(page)
  if (layout.photometric === 'min_is_black') invert(bitmap)
  return bitmap
}

/** Paints one strip from row `top` on; returns how many of its rows could not be read. */
function decodeStrip(
  data: Uint8Array,
  compression: TiffCompression,
  bitmap: Bitmap,
  top: number,
  strip: Strip,
): number {
  switch (compression) {
    case 'none':
      copyPixels(data, bitmap, top, strip.rows)
      return 0
    case 'packBits':
      copyPixels(
        unpackBits(data, rowBytes(bitmap) * strip.rows) ?? data.subarray(0, 0),
        bitmap,
        top,
        strip.rows,
      )
      return 0
    case 'huffman':
      decodeHuffman(data, bitmap, top, strip.rows)
      return 0
    default:
      return decodeFax(data, compression, bitmap, top, strip.rows)
  }
}

function decodeFax(
  data: Uint8Array,
  scheme: 'MH' | 'MR' | 'MMR',
  bitmap: Bitmap,
  top: number,
  rows: number,
): number {
  const decoder = createRowDecoder(scheme, { width: bitmap.width, rowsMax: rows, extraRows: 'ignore' })
  decoder.push(data)
  decoder.endInput()
  let badRows = 0
  for (let row = 0; row < rows; row++) {
    const pulled = decoder.pull()
    if (typeof pulled === 'string') throw new CodingError('data_ended', data.length * 8, row)
    if (decoder.rowFault !== undefined) badRows++
    paintChanges(pulled, bitmap.words, (top + row) * bitmap.stride)
  }
  return badRows
}

/** Compression 2: MH rows without EOL, each starting on a byte (TIFF 6.0 §10). */
function decodeHuffman(data: Uint8Array, bitmap: Bitmap, top: number, rows: number): void {
  const reader = new BitReader(data)
  const changes = createChangeRow(bitmap.width)
  for (let row = 0; row < rows; row++) {
    const fault = decodeRow1d(reader, changes)
    if (fault !== undefined || reader.position > reader.end) {
      throw new CodingError(fault ?? 'data_ended', reader.position, row)
    }
    reader.position = (reader.position + 7) & ~7
    paintChanges(changes, bitmap.words, (top + row) * bitmap.stride)
  }
}

function rowBytes(bitmap: Bitmap): number {
  return (bitmap.width + 7) >>> 3
}

function copyPixels(data: Uint8Array, bitmap: Bitmap, top: number, rows: number): void {
  const bytesARow = rowBytes(bitmap)
  if (data.length < bytesARow * rows) throw new CodingError('data_ended', data.length * 8, top)
  for (let row = 0; row < rows; row++) {
    const target = (top + row) * bitmap.stride
    const source = row * bytesARow
    for (let i = 0; i < bytesARow; i++) {
      bitmap.words[target + (i >>> 2)]! |= data[source + i]! << (24 - (i & 3) * 8)
    }
    clearPadding(bitmap, target)
  }
}

function invert(bitmap: Bitmap): void {
  for (let i = 0; i < bitmap.words.length; i++) bitmap.words[i] = ~bitmap.words[i]!
  for (let row = 0; row < bitmap.rows; row++) clearPadding(bitmap, row * bitmap.stride)
}

/** Bits past the width are 0 in a `Bitmap`. */
function clearPadding(bitmap: Bitmap, rowOffset: number): void {
  const used = bitmap.width & 31
  if (used !== 0) bitmap.words[rowOffset + bitmap.stride - 1]! &= -1 << (32 - used)
}

function refusalFor(error: CodingError, page: number): DocumentRefusal {
  if (error.reason !== 'uncompressed_mode') return damaged(page)
  const message = `Page ${page} uses the uncompressed mode of fax coding, which is not supported.`
  return new DocumentRefusal('document.unsupported_type', message, page)
}

function damaged(page: number): DocumentRefusal {
  return new DocumentRefusal('document.corrupt', `Page ${page} of the TIFF is damaged or cut off.`, page)
}
