import type { Grey } from '../reading/square-grey.ts'

/**
 * Each pixel becomes black or white as most of the nine around it are. Single wrong pels and missing rows vanish, and
 * squares six pels wide keep all but their corners.
 */
export function smooth({ width, height, pixels }: Grey): Grey {
  const blackInThree = new Uint8Array(width * height)
  for (let at = 0; at < pixels.length; at++) {
    const x = at % width
    blackInThree[at] =
      (x > 0 && pixels[at - 1]! < 128 ? 1 : 0) +
      (pixels[at]! < 128 ? 1 : 0) +
      (x + 1 < width && pixels[at + 1]! < 128 ? 1 : 0)
  }
  const smoothed = new Uint8Array(width * height)
  for (let at = 0; at < pixels.length; at++) {
    const black = (blackInThree[at - width] ?? 0) + blackInThree[at]! + (blackInThree[at + width] ?? 0)
    smoothed[at] = black >= 5 ? 0 : 255
  }
  return { width, height, pixels: smoothed }
}
