import type { Bitmap } from '@answerback/protocol/t4/bitmap'
import type { GreyPage } from '../raster/page-source.ts'

export type GreyRaster = Pick<GreyPage, 'width' | 'rows' | 'stride' | 'pixels'>

const WHITE_QUAD = 0xffffffff | 0
/** Moves bits 0, 8, 16 and 24 of a byte-wise mask to bits 27..24, leftmost pixel highest. */
const GATHER = 0x08040201

/**
 * Black where a pixel is darker than `level` (1..255). Fills and returns `bitmap`, which has the page's size.
 *
 * Four pixels are compared at once inside a 32-bit word, because this touches every pixel of every page: the sum
 * `(pixel & 0x7f) + (128 - level mod 128)` carries into bit 7 exactly when the low seven bits reach the level's.
 */
export function threshold(page: GreyRaster, level: number, bitmap: Bitmap): Bitmap {
  const words = bitmap.words
  const { quads, perRow } = quadView(page)
  const wholeWords = page.width >>> 5
  const addend = Math.imul(level >= 128 ? 256 - level : 128 - level, 0x01010101)
  const highNeeded = level >= 128
  for (let row = 0; row < page.rows; row++) {
    let at = row * perRow
    let out = row * bitmap.stride
    for (let word = 0; word < wholeWords; word++, out++) {
      let bits = 0
      for (let shift = 28; shift >= 0; shift -= 4) {
        const quad = quads[at++]!
        if (quad === WHITE_QUAD) continue
        const carried = (quad & 0x7f7f7f7f) + addend
        const light = highNeeded ? carried & quad : carried | quad
        bits |= (Math.imul((~light >>> 7) & 0x01010101, GATHER) >>> 24) << shift
      }
      words[out] = bits
    }
    if (page.width & 31) words[out] = tailWord(page, row, wholeWords << 5, level)
  }
  return bitmap
}

/** The last, partly filled word of a row. */
function tailWord(page: GreyRaster, row: number, from: number, level: number): number {
  let bits = 0
  for (let x = from; x < page.width; x++) {
    if (page.pixels[row * page.stride + x]! < level) bits |= 0x80000000 >>> (x - from)
  }
  return bits
}

/** The pixels four at a time (little-endian: the leftmost pixel is the low byte), copied only if they are unaligned. */
export function quadView(page: GreyRaster): { readonly quads: Int32Array; readonly perRow: number } {
  const { pixels, stride, rows, width } = page
  if (((pixels.byteOffset | stride) & 3) === 0) {
    return {
      quads: new Int32Array(pixels.buffer, pixels.byteOffset, (stride * rows) >>> 2),
      perRow: stride >>> 2,
    }
  }
  const perRow = (width + 3) >>> 2
  const aligned = new Uint8Array(perRow * 4 * rows).fill(255)
  for (let row = 0; row < rows; row++) {
    aligned.set(pixels.subarray(row * stride, row * stride + width), row * perRow * 4)
  }
  return { quads: new Int32Array(aligned.buffer), perRow }
}
