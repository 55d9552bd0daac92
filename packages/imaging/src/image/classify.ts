import type { PageKind } from '../page.ts'
import type { GreyImage } from './grey-image.ts'

/** Cells small enough that paper under uneven light is even within one, large enough to hold a letter. */
const CELL = 24
/** A cell's paper is what its lightest tenth shows; noise and ink are below. */
const PAPER_SHARE = 0.1
/** How much darker than its paper a pixel may be and still be paper with noise on it. */
const PAPER_TOLERANCE = 0.8
/** Paper darker than this is not paper that anyone can write on. */
const PAPER_LEVEL_MIN = 90

/** Pages of text seldom have more than a fifth of ink; the least papery scans measured stay above the first bound. */
const SCAN_PAPER_PIXELS_MIN = 0.7
const SCAN_PAPER_CELLS_MIN = 0.75

/**
 * Tells a page of writing (`scan`) from a picture (`photo`) by histograms of small cells.
 *
 * In writing nearly every cell has light paper and nearly every pixel is that paper. One histogram of the whole page
 * would not do: a scan lit from one side has as many greys as a photograph.
 */
export function classifyImage(image: GreyImage): PageKind {
  const histogram = new Uint32Array(256)
  let cells = 0
  let paperCells = 0
  let paperPixels = 0
  let pixels = 0
  for (let top = 0; top < image.height; top += CELL) {
    for (let left = 0; left < image.width; left += CELL) {
      const count = countCell(image, left, top, histogram)
      const paper = levelOfShare(histogram, count * PAPER_SHARE)
      cells++
      pixels += count
      if (paper < PAPER_LEVEL_MIN) continue
      paperCells++
      paperPixels += countFrom(histogram, Math.round(paper * PAPER_TOLERANCE))
    }
  }
  const isScan = paperCells >= cells * SCAN_PAPER_CELLS_MIN && paperPixels >= pixels * SCAN_PAPER_PIXELS_MIN
  return isScan ? 'scan' : 'photo'
}

/** Fills the histogram from one cell and returns how many pixels it has. */
function countCell(
  { width, height, pixels }: GreyImage,
  left: number,
  top: number,
  histogram: Uint32Array,
): number {
  histogram.fill(0)
  const right = Math.min(left + CELL, width)
  const bottom = Math.min(top + CELL, height)
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) histogram[pixels[y * width + x]!]!++
  }
  return (right - left) * (bottom - top)
}

/** The level that `count` pixels are at or above. */
function levelOfShare(histogram: Uint32Array, count: number): number {
  let lighter = 0
  for (let level = 255; level >= 0; level--) {
    lighter += histogram[level]!
    if (lighter >= count) return level
  }
  return 0
}

function countFrom(histogram: Uint32Array, from: number): number {
  let count = 0
  for (let level = from; level < 256; level++) count += histogram[level]!
  return count
}
