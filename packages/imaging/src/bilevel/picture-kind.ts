import type { Box } from '../raster/page-source.ts'
import { type BackgroundMap, backgroundMap } from './background.ts'
import { histogram } from './histogram.ts'
import type { GreyRaster } from './threshold.ts'

/**
 * Whether a picture shows writing on paper or a continuous-tone photograph.
 *
 * The brightness of paper changes slowly, however bad the light; a photograph's changes abruptly, or is dark over
 * whole regions. Both show in the map of the local background.
 */
const DARK_LEVEL = 90
const DARK_SHARE_MAX = 0.12
const ROUGHNESS_MAX = 9

export function isPhotograph(page: GreyRaster, box: Box): boolean {
  if (!hasMiddleTones(page, box)) return false
  const map = backgroundMap(crop(page, box))
  return darkShare(map) > DARK_SHARE_MAX || roughness(map) > ROUGHNESS_MAX
}

/** A logo, a chart or a screenshot has few grey values between ink and paper. */
function hasMiddleTones(page: GreyRaster, box: Box): boolean {
  const counts = histogram(page, box, 2)
  const total = counts.reduce((sum, count) => sum + count, 0)
  let middle = 0
  let bins = 0
  for (let bin = 2; bin < 14; bin++) {
    let count = 0
    for (let value = bin * 16; value < bin * 16 + 16; value++) count += counts[value]!
    middle += count
    if (count > total * 0.01) bins++
  }
  return bins >= 6 && middle > total * 0.2
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
