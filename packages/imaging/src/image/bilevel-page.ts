import { type Bitmap, createBitmap } from '@answerback/protocol/t4/bitmap'
import type { RasterTarget } from '../drawing/page-source.ts'
import type { GreyImage } from './grey-image.ts'

/** 200 dpi scans and 204 x 196 faxes are the same page to the eye; nothing is gained by resampling one. */
const DPI_TOLERANCE = 0.04
/** From standard to fine and superfine, and from fine to superfine: whole rows repeated. */
const ROW_REPEATS: readonly number[] = [1, 2, 4]

/** A bilevel image with its own resolution. */
export interface BilevelImage {
  readonly bitmap: Bitmap
  readonly xDpi: number
  readonly yDpi: number
}

/**
 * The image on the line's raster with its very pixels, rows repeated for a higher resolution, or undefined when that
 * cannot be done and the image has to be resampled.
 *
 * White rows at the foot are given up when the page would be too long otherwise; nothing else ever is.
 */
export function pixelExactPage(
  { bitmap, xDpi, yDpi }: BilevelImage,
  target: RasterTarget,
): Bitmap | undefined {
  if (bitmap.width > target.width || !isAbout(target.xDpi / xDpi, 1)) return undefined
  const repeats = ROW_REPEATS.find((factor) => isAbout(target.yDpi / yDpi, factor))
  if (repeats === undefined) return undefined
  const rows = bitmap.rows * repeats > target.rowsMax ? inkedRows(bitmap) : bitmap.rows
  if (rows * repeats > target.rowsMax) return undefined
  return repeatRows(bitmap, Math.max(1, rows), repeats, target.width)
}

function isAbout(ratio: number, factor: number): boolean {
  return Math.abs(ratio / factor - 1) <= DPI_TOLERANCE
}

/** Rows down to the last one with a black pixel. */
function inkedRows({ rows, stride, words }: Bitmap): number {
  let last = rows * stride
  while (last > 0 && words[last - 1] === 0) last--
  return Math.ceil(last / stride)
}

/** Repeats each row, near the middle of a line of `width`: whole words off it, so that no bit moves within its word. */
function repeatRows(bitmap: Bitmap, rows: number, repeats: number, width: number): Bitmap {
  const page = createBitmap(width, rows * repeats)
  const leftWords = (width - bitmap.width) >>> 6
  for (let row = 0; row < rows; row++) {
    const source = bitmap.words.subarray(row * bitmap.stride, (row + 1) * bitmap.stride)
    for (let copy = 0; copy < repeats; copy++) {
      page.words.set(source, (row * repeats + copy) * page.stride + leftWords)
    }
  }
  return page
}

/**
 * A bitmap as 8-bit grey, to be resampled: each grey pixel is the share of white in `factor` x `factor` pixels.
 *
 * Shrinking by whole steps here is what keeps a page of a hundred million pixels from becoming as many bytes.
 */
export function greyFromBitmap({ width, rows, stride, words }: Bitmap, factor: number): GreyImage {
  const across = Math.ceil(width / factor)
  const down = Math.ceil(rows / factor)
  const pixels = new Uint8Array(across * down)
  const black = new Uint32Array(across)
  for (let y = 0; y < down; y++) {
    black.fill(0)
    const bottom = Math.min((y + 1) * factor, rows)
    for (let row = y * factor; row < bottom; row++) {
      countBlack(words.subarray(row * stride, (row + 1) * stride), factor, black)
    }
    for (let x = 0; x < across; x++) {
      const area = (Math.min((x + 1) * factor, width) - x * factor) * (bottom - y * factor)
      pixels[y * across + x] = 255 - Math.round((255 * black[x]!) / area)
    }
  }
  return { width: across, height: down, pixels }
}

/** Adds a row's black pixels to their columns of `factor` pixels, walking the set bits: most of a page is white. */
function countBlack(row: Uint32Array, factor: number, black: Uint32Array): void {
  for (let word = 0; word < row.length; word++) {
    let bits = row[word]!
    while (bits !== 0) {
      const bit = Math.clz32(bits)
      black[Math.floor((word * 32 + bit) / factor)]!++
      bits &= ~(0x80000000 >>> bit)
    }
  }
}
