import type { Bitmap } from '@answerback/protocol/t4/bitmap'
import type { Box } from '../drawing/page-source.ts'
import type { GreyRaster } from './threshold.ts'

/**
 * Clustered-dot thresholds, 8 x 8, two 45° dots a cell. Black grows from each dot's centre outwards, so that runs stay
 * long: MMR codes it in half the bits of dispersed dither, and it survives a second copier.
 */
const CELL = 8
const ORDER = [
  [24, 10, 12, 26, 35, 47, 49, 37],
  [8, 0, 2, 14, 45, 59, 61, 51],
  [22, 6, 4, 16, 43, 57, 63, 53],
  [30, 20, 18, 28, 33, 41, 55, 39],
  [34, 46, 48, 36, 25, 11, 13, 27],
  [44, 58, 60, 50, 9, 1, 3, 15],
  [42, 56, 62, 52, 23, 7, 5, 17],
  [32, 40, 54, 38, 31, 21, 19, 29],
] as const

/** Lighter than this is white: a sprinkle of dots in a highlight costs seconds and shows nothing. */
const WHITE_FROM = 232
/** Darker than this is solid black, for the same reason. */
const BLACK_BELOW = 24

const LEVELS = Uint8Array.from(ORDER.flat(), (rank) =>
  Math.round(BLACK_BELOW + ((63 - rank + 0.5) / 64) * (WHITE_FROM - BLACK_BELOW)),
)

/** Redraws a box of the page as a halftone. */
export function halftone(page: GreyRaster, box: Box, bitmap: Bitmap): void {
  for (let y = box.top; y < box.bottom; y++) {
    const levelRow = (y % CELL) * CELL
    for (let x = box.left; x < box.right; x++) {
      const at = y * bitmap.stride + (x >>> 5)
      const bit = 0x80000000 >>> (x & 31)
      const black = page.pixels[y * page.stride + x]! < LEVELS[levelRow + (x % CELL)]!
      bitmap.words[at] = black ? bitmap.words[at]! | bit : bitmap.words[at]! & ~bit
    }
  }
}
