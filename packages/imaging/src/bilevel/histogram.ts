import type { Box } from '../drawing/page-source.ts'
import type { GreyRaster } from './threshold.ts'

/** How often each grey value occurs in the box, counting every pixel of every `step`-th row. */
export function histogram(page: GreyRaster, box: Box, step = 1): Uint32Array {
  const counts = new Uint32Array(256)
  for (let y = box.top; y < box.bottom; y += step) {
    const end = y * page.stride + box.right
    for (let at = y * page.stride + box.left; at < end; at++) counts[page.pixels[at]!]!++
  }
  return counts
}

/** Otsu's level: the split of the histogram with the greatest variance between its two classes. */
export function otsuLevel(counts: Uint32Array): number {
  let total = 0
  let sum = 0
  for (let value = 0; value < 256; value++) {
    total += counts[value]!
    sum += value * counts[value]!
  }
  let best = -1
  let level = 128
  let darker = 0
  let darkerSum = 0
  for (let value = 0; value < 255; value++) {
    darker += counts[value]!
    darkerSum += value * counts[value]!
    const lighter = total - darker
    if (darker === 0 || lighter === 0) continue
    const difference = darkerSum / darker - (sum - darkerSum) / lighter
    const variance = darker * lighter * difference * difference
    if (variance > best) {
      best = variance
      level = value + 1
    }
  }
  return level
}
