import type { Bitmap } from '@answerback/protocol/t4/bitmap'
import type { GreyPage } from '../drawing/page-source.ts'

export type GreyRaster = Pick<GreyPage, 'width' | 'rows' | 'stride' | 'pixels'>

const WHITE = -1
const PIXELS_PER_WORD = 32
const QUADS_PER_WORD = PIXELS_PER_WORD / 4

/**
 * Black where a pixel is darker than `level` (1..255). Fills and returns `bitmap`, which has the page's size.
 *
 * This touches every pixel of every page: four are compared at once inside a 32-bit word, and a stretch of white,
 * which most of a page is, is passed over 32 pixels at a time.
 */
export function threshold(page: GreyRaster, level: number, bitmap: Bitmap): Bitmap {
  const { quads, perRow } = quadView(page)
  const compare = level >= 128 ? darkAbove : darkBelow
  const addend = Math.imul(level >= 128 ? 256 - level : 128 - level, 0x01010101)
  const wholeWords = page.width >>> 5
  for (let row = 0; row < page.rows; row++) {
    compare(quads, row * perRow, bitmap.words, row * bitmap.stride, wholeWords, addend)
    if (page.width & 31) {
      bitmap.words[row * bitmap.stride + wholeWords] = tailWord(page, row, wholeWords << 5, level)
    }
  }
  return bitmap
}

/**
 * For levels from 128: a pixel is light when its top bit is set and its low seven bits reach the level's, which is
 * when `(pixel & 0x7f) + (256 - level)` carries into bit 7.
 */
function darkAbove(
  quads: Int32Array,
  from: number,
  words: Uint32Array,
  to: number,
  count: number,
  addend: number,
): void {
  for (let word = to, at = from; word < to + count; word++, at += QUADS_PER_WORD) {
    const a = quads[at]!
    const b = quads[at + 1]!
    const c = quads[at + 2]!
    const d = quads[at + 3]!
    const e = quads[at + 4]!
    const f = quads[at + 5]!
    const g = quads[at + 6]!
    const h = quads[at + 7]!
    words[word] =
      (a & b & c & d & e & f & g & h) === WHITE
        ? 0
        : (gather(((a & LOW_BITS) + addend) & a) << 28) |
          (gather(((b & LOW_BITS) + addend) & b) << 24) |
          (gather(((c & LOW_BITS) + addend) & c) << 20) |
          (gather(((d & LOW_BITS) + addend) & d) << 16) |
          (gather(((e & LOW_BITS) + addend) & e) << 12) |
          (gather(((f & LOW_BITS) + addend) & f) << 8) |
          (gather(((g & LOW_BITS) + addend) & g) << 4) |
          gather(((h & LOW_BITS) + addend) & h)
  }
}

/** For levels below 128: a pixel is light when its top bit is set, or when its low bits reach the level. */
function darkBelow(
  quads: Int32Array,
  from: number,
  words: Uint32Array,
  to: number,
  count: number,
  addend: number,
): void {
  for (let word = to, at = from; word < to + count; word++) {
    let bits = 0
    for (let shift = 28; shift >= 0; shift -= 4) {
      const quad = quads[at++]!
      bits |= gather(((quad & LOW_BITS) + addend) | quad) << shift
    }
    words[word] = bits
  }
}

const LOW_BITS = 0x7f7f7f7f

/** Bits 7, 15, 23 and 31 of `light`, inverted and moved to bits 3..0: the leftmost pixel is the low byte. */
function gather(light: number): number {
  return Math.imul((~light >>> 7) & 0x01010101, 0x08040201) >>> 24
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
function quadView(page: GreyRaster): { readonly quads: Int32Array; readonly perRow: number } {
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
