import type { Bitmap } from '@answerback/protocol/t4/bitmap'
import { decodeT6 } from '@answerback/protocol/t4/t6'
import { type CodedPage, LINES_PER_INCH, PELS_PER_INCH } from '../page.ts'
import type { Rotation } from '../page-text.ts'
import { encodePng } from './png.ts'
import { turnRows } from './turn-rows.ts'

export type ThumbnailSize = 'small' | 'large'

/** `small` for lists, `large` for reading a page at about 100 pixels an inch. */
const THUMBNAIL_WIDTH: Readonly<Record<ThumbnailSize, number>> = { small: 200, large: 850 }

/**
 * A page as a 1-bit PNG at full width. Fax pixels are not square; rows are repeated or merged until they are, and a
 * merged row keeps every black pixel, so no thin line is lost.
 *
 * @param rotation degrees clockwise to turn it by
 *
 * Throws `CodingError` when the page's data is not T.6.
 */
export async function pagePng(page: CodedPage, rotation: Rotation = 0): Promise<Uint8Array> {
  const bitmap = decode(page)
  const height = squareRows(page, page.width)
  const rowBytes = (page.width + 7) >>> 3
  const bytes = new Uint8Array(rowBytes * height)
  const row = new Uint32Array(bitmap.stride)
  for (let y = 0; y < height; y++) {
    row.fill(0)
    const [from, to] = sourceRows(y, height, bitmap.rows)
    for (let source = from; source < to; source++) {
      const at = source * bitmap.stride
      for (let word = 0; word < bitmap.stride; word++) row[word]! |= bitmap.words[at + word]!
    }
    // PNG says 1 for white where T.6 says 1 for black.
    for (let index = 0; index < rowBytes; index++) {
      bytes[y * rowBytes + index] = ~(row[index >>> 2]! >>> (24 - 8 * (index & 3)))
    }
  }
  const upright = turnRows({ width: page.width, height, bitDepth: 1, bytes }, rotation)
  return encodePng(upright, PELS_PER_INCH)
}

/** A page as a small grey PNG, every grey the share of black pixels under it. Throws `CodingError`. */
export async function thumbnailPng(
  page: CodedPage,
  size: ThumbnailSize,
  rotation: Rotation = 0,
): Promise<Uint8Array> {
  const bitmap = decode(page)
  const width = Math.min(THUMBNAIL_WIDTH[size], page.width)
  const height = squareRows(page, width)
  const bytes = shrink(bitmap, width, height)
  const upright = turnRows({ width, height, bitDepth: 8, bytes }, rotation)
  return encodePng(upright, (PELS_PER_INCH * width) / page.width)
}

function decode(page: CodedPage): Bitmap {
  return decodeT6(page.t6, { width: page.width, rowsMax: page.rows })
}

/** How many square-pixel rows the page has when it is `width` pixels wide. */
function squareRows(page: CodedPage, width: number): number {
  const inches = page.rows / LINES_PER_INCH[page.resolution]
  return Math.max(1, Math.round((inches * PELS_PER_INCH * width) / page.width))
}

/** The rows that row `y` of `height` shows: at least one of them. */
function sourceRows(y: number, height: number, rows: number): [from: number, to: number] {
  const from = Math.min(Math.floor((y * rows) / height), rows - 1)
  return [from, Math.min(Math.max(from + 1, Math.floor(((y + 1) * rows) / height)), rows)]
}

function shrink(bitmap: Bitmap, width: number, height: number): Uint8Array {
  const columnOf = Uint16Array.from({ length: bitmap.width }, (_, x) =>
    Math.floor((x * width) / bitmap.width),
  )
  const columnWidth = new Uint16Array(width)
  for (const column of columnOf) columnWidth[column]!++
  const grey = new Uint8Array(width * height)
  const black = new Uint32Array(width)
  for (let y = 0; y < height; y++) {
    black.fill(0)
    const [from, to] = sourceRows(y, height, bitmap.rows)
    for (let row = from; row < to; row++) countBlack(bitmap, row, columnOf, black)
    for (let x = 0; x < width; x++) {
      grey[y * width + x] = 255 - Math.round((255 * black[x]!) / (columnWidth[x]! * (to - from)))
    }
  }
  return grey
}

/** Adds one row's black pixels to the columns they fall in, by walking the set bits: most of a page is white. */
function countBlack(bitmap: Bitmap, row: number, columnOf: Uint16Array, black: Uint32Array): void {
  for (let word = 0; word < bitmap.stride; word++) {
    let bits = bitmap.words[row * bitmap.stride + word]!
    while (bits !== 0) {
      const bit = Math.clz32(bits)
      black[columnOf[word * 32 + bit]!]!++
      bits &= ~(0x80000000 >>> bit)
    }
  }
}
