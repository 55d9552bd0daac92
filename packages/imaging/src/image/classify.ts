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

/** Pages of text seldom have more than a fifth of ink; unevenly lit scans stay above both bounds. */
const PAPER_PIXELS_MIN = 0.7
const PAPER_CELLS_MIN = 0.75
/**
 * Light on paper changes slowly, shapes in a picture do not: from one cell to the next, in three cells of four, the
 * paper of a page changes by no more than this share of itself.
 */
const PAPER_STEP_MAX = 0.04
const STEP_QUANTILE = 0.75

/** What the cells of an image look like. */
interface CellFacts {
  readonly paperLevels: Uint8Array
  readonly cellsAcross: number
  /** Shares of the cells that have paper, and of the pixels that are it. */
  readonly paperCells: number
  readonly paperPixels: number
}

/**
 * Tells a page of writing (`scan`) from a picture (`photo`) by histograms of small cells.
 *
 * In writing nearly every cell has light paper, nearly every pixel is that paper, and the paper of neighbours is
 * alike. One histogram of the whole page would not do: a scan lit from one side has as many greys as a photograph.
 */
export function classifyImage(image: GreyImage): PageKind {
  const facts = measureCells(image)
  const isWriting =
    facts.paperCells >= PAPER_CELLS_MIN &&
    facts.paperPixels >= PAPER_PIXELS_MIN &&
    paperStep(facts) <= PAPER_STEP_MAX
  return isWriting ? 'scan' : 'photo'
}

function measureCells(image: GreyImage): CellFacts {
  const cellsAcross = Math.ceil(image.width / CELL)
  const paperLevels = new Uint8Array(cellsAcross * Math.ceil(image.height / CELL))
  const histogram = new Uint32Array(256)
  let paperCells = 0
  let paperPixels = 0
  for (const index of paperLevels.keys()) {
    const left = (index % cellsAcross) * CELL
    const top = Math.floor(index / cellsAcross) * CELL
    const count = countCell(image, left, top, histogram)
    const paper = levelOfShare(histogram, count * PAPER_SHARE)
    paperLevels[index] = paper
    if (paper < PAPER_LEVEL_MIN) continue
    paperCells++
    paperPixels += countFrom(histogram, Math.round(paper * PAPER_TOLERANCE))
  }
  const pixels = image.width * image.height
  return {
    paperLevels,
    cellsAcross,
    paperCells: paperCells / paperLevels.length,
    paperPixels: paperPixels / pixels,
  }
}

/** The change of paper from a cell to the one beside or below it that most changes do not exceed. */
function paperStep({ paperLevels, cellsAcross }: CellFacts): number {
  const steps: number[] = []
  const addStep = (from: number, to: number) =>
    steps.push(Math.abs(paperLevels[from]! - paperLevels[to]!) / Math.max(1, paperLevels[from]!))
  for (const index of paperLevels.keys()) {
    if ((index + 1) % cellsAcross !== 0 && index + 1 < paperLevels.length) addStep(index, index + 1)
    if (index + cellsAcross < paperLevels.length) addStep(index, index + cellsAcross)
  }
  steps.sort((a, b) => a - b)
  return steps[Math.floor(steps.length * STEP_QUANTILE)] ?? 0
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
