import type { Box } from '../drawing/page-source.ts'
import { type BackgroundMap, backgroundMap } from './background.ts'
import { histogram } from './histogram.ts'
import type { GreyRaster } from './threshold.ts'

/** No paper that anyone writes on is darker. */
const DARK_LEVEL = 90
const DARK_SHARE_MAX = 0.12
/** A picture this dark is a photograph even where its tones are few. */
const DARK_SHARE_MOST = 0.5
const ROUGHNESS_MAX = 9

/** Pixels between ink and paper that a photograph has at least. */
const MIDDLE_SHARE_MIN = 0.2
/** A logo, a chart or a screenshot has few grey values between ink and paper. */
const PHOTO_TONES_MIN = 6
/** A single tone is a flat ground, however dark. */
const DARK_TONES_MIN = 2

/**
 * Whether a picture shows a continuous-tone photograph, rather than writing on paper.
 *
 * The brightness of paper changes slowly, however bad the light; a photograph's changes abruptly, or is dark over
 * whole regions. Both show in the map of the local background.
 */
export function isPhotograph(page: GreyRaster, box: Box): boolean {
  const { share, tones } = middleTones(page, box)
  if (share <= MIDDLE_SHARE_MIN || tones < DARK_TONES_MIN) return false
  const map = backgroundMap(crop(page, box))
  const dark = darkShare(map)
  if (dark > DARK_SHARE_MOST) return true
  return tones >= PHOTO_TONES_MIN && (dark > DARK_SHARE_MAX || roughness(map) > ROUGHNESS_MAX)
}

interface MiddleTones {
  /** Share of the pixels that are neither ink nor paper. */
  readonly share: number
  /** How many of the twelve steps between ink and paper at least one pixel in a hundred has. */
  readonly tones: number
}

function middleTones(page: GreyRaster, box: Box): MiddleTones {
  const counts = histogram(page, box, 2)
  const total = counts.reduce((sum, count) => sum + count, 0)
  let middle = 0
  let tones = 0
  for (let bin = 2; bin < 14; bin++) {
    let count = 0
    for (let value = bin * 16; value < bin * 16 + 16; value++) count += counts[value]!
    middle += count
    if (count > total * 0.01) tones++
  }
  return { share: middle / total, tones }
}

function darkShare({ levels }: BackgroundMap): number {
  return levels.filter((level) => level < DARK_LEVEL).length / levels.length
}

/** Mean difference in brightness between neighbouring blocks. */
function roughness({ columns, rows, levels }: BackgroundMap): number {
  let sum = 0
  let pairs = 0
  for (let row = 0; row < rows; row++) {
    for (let column = 1; column < columns; column++, pairs++) {
      sum += Math.abs(levels[row * columns + column]! - levels[row * columns + column - 1]!)
    }
  }
  return pairs === 0 ? 0 : sum / pairs
}

function crop(page: GreyRaster, box: Box): GreyRaster {
  return {
    width: box.right - box.left,
    rows: box.bottom - box.top,
    stride: page.stride,
    pixels: page.pixels.subarray(box.top * page.stride + box.left),
  }
}
