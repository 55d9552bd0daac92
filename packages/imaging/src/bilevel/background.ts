/**
 * Paper as a scanner or a phone saw it: a coarse map of the background's brightness, and the page divided by it.
 *
 * Blocks of 24 pixels, the level that the brightest 30 % of a block reach, the maximum of each block and its eight
 * neighbours (so that a block full of ink takes its paper from beside it), bilinear in between. Measured against
 * Sauvola and Wolf it reads better on poor scans at a fraction of their time.
 */
import type { GreyRaster } from './threshold.ts'

const BLOCK = 24
const BRIGHTEST_SHARE = 0.3
/** Every second row and column is enough for a percentile of a block. */
const SAMPLE_STEP = 2
/** Paper darker than this is taken as this: dividing by less would blow noise up to ink. */
const LEVEL_MIN = 48

export interface BackgroundMap {
  readonly columns: number
  readonly rows: number
  /** Paper brightness at each block's centre, 48..255. */
  readonly levels: Uint8Array
}

/**
 * The grey of the paper, block by block, 0 (black) to 255: the lightest level in a block's neighbourhood, so that ink does not darken it.
 */
export function backgroundMap(page: GreyRaster): BackgroundMap {
  const columns = Math.ceil(page.width / BLOCK)
  const rows = Math.ceil(page.rows / BLOCK)
  const own = new Uint8Array(columns * rows)
  const counts = new Uint16Array(256)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      own[row * columns + column] = blockLevel(page, column, row, counts)
  }
  return { columns, rows, levels: neighbourhoodMaximum(own, columns, rows) }
}

function blockLevel(page: GreyRaster, column: number, row: number, counts: Uint16Array): number {
  const right = Math.min((column + 1) * BLOCK, page.width)
  const bottom = Math.min((row + 1) * BLOCK, page.rows)
  let total = 0
  counts.fill(0)
  for (let y = row * BLOCK; y < bottom; y += SAMPLE_STEP) {
    const line = y * page.stride
    for (let x = column * BLOCK; x < right; x += SAMPLE_STEP, total++) counts[page.pixels[line + x]!]!++
  }
  let level = 255
  for (let reached = counts[level]!; reached < total * BRIGHTEST_SHARE && level > LEVEL_MIN; ) {
    level--
    reached += counts[level]!
  }
  return level
}

function neighbourhoodMaximum(own: Uint8Array, columns: number, rows: number): Uint8Array {
  const levels = new Uint8Array(own.length)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let best = 0
      for (let y = Math.max(0, row - 1); y <= Math.min(rows - 1, row + 1); y++) {
        for (let x = Math.max(0, column - 1); x <= Math.min(columns - 1, column + 1); x++) {
          best = Math.max(best, own[y * columns + x]!)
        }
      }
      levels[row * columns + column] = best
    }
  }
  return levels
}

/** `pixel * 256 / level`, capped at 255, for every level and pixel: a division a pixel costs more than the table. */
const NORMALISED = new Uint8Array(65_536)
for (let level = 0; level < 256; level++) {
  for (let pixel = 0; pixel < 256; pixel++) {
    NORMALISED[(level << 8) | pixel] = Math.min(255, Math.round((pixel * 255) / Math.max(level, LEVEL_MIN)))
  }
}

/** Divides the page by its background into `out` (`outStride` bytes a row); returns the histogram of the result. */
export function normalise(
  page: GreyRaster,
  map: BackgroundMap,
  out: Uint8Array,
  outStride: number,
): Uint32Array {
  const counts = new Uint32Array(256)
  const rowLevels = new Uint16Array(page.width)
  for (let y = 0; y < page.rows; y++) {
    interpolateRow(map, y, page.width, rowLevels)
    const line = y * page.stride
    const outLine = y * outStride
    for (let x = 0; x < page.width; x++) {
      const value = NORMALISED[(rowLevels[x]! & 0xff00) | page.pixels[line + x]!]!
      out[outLine + x] = value
      counts[value]!++
    }
  }
  return counts
}

/** Background levels along row `y` in 8.8 fixed point, bilinear between block centres. */
function interpolateRow(map: BackgroundMap, y: number, width: number, out: Uint16Array): void {
  const { columns, rows, levels } = map
  const position = Math.max(0, Math.min(rows - 1, (y - BLOCK / 2) / BLOCK))
  const upper = Math.floor(position)
  const lower = Math.min(rows - 1, upper + 1)
  const weight = position - upper
  const at = (column: number) =>
    256 * (levels[upper * columns + column]! * (1 - weight) + levels[lower * columns + column]! * weight)
  let left = at(0)
  out.fill(left, 0, Math.min(width, BLOCK / 2))
  for (let column = 0; column < columns; column++) {
    const from = column * BLOCK + BLOCK / 2
    const right = column + 1 < columns ? at(column + 1) : left
    const step = (right - left) / BLOCK
    const end = Math.min(width, from + BLOCK)
    for (let x = from, level = left; x < end; x++, level += step) out[x] = level
    left = right
  }
}
