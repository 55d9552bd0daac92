import { type Bitmap, createBitmap } from '@answerback/protocol/t4/bitmap'
import { seededChance } from './seeded-chance.ts'

export interface ChartOptions {
  /** Another seed is another page. Default 1. */
  readonly seed?: number
  /** Default 1728. */
  readonly width?: number
  /** Default 2200. */
  readonly rows?: number
}

const GLYPH_COLUMNS = 5
const GLYPH_ROWS = 7
const GLYPH_COUNT = 26
/** Pels of one dot of a glyph, across and down. */
const DOT = 3
const CELL = (GLYPH_COLUMNS + 1) * DOT
const LINE_PITCH = 88
const MARGIN = 120

/**
 * A page with what test charts have: lines of text in words (here invented letters), rules, a filled disc and
 * a patch of halftone. At its default size T.6 makes some 20 kB of it, as of ITU-T chart 1.
 */
export function chartPage({ seed = 1, width = 1728, rows = 2200 }: ChartOptions = {}): Bitmap {
  const page = createBitmap(width, rows)
  const chance = seededChance(seed)
  const font = Array.from({ length: GLYPH_COUNT }, () =>
    Array.from({ length: GLYPH_ROWS }, () => 1 + Math.floor(chance() * (2 ** GLYPH_COLUMNS - 1))),
  )
  fillRectangle(page, MARGIN, MARGIN / 2, width - 2 * MARGIN, 2)
  for (let top = MARGIN; top + GLYPH_ROWS * DOT < rows - MARGIN; top += LINE_PITCH) {
    // Paragraphs of a few lines; the third line of three is short.
    const right = (width - MARGIN) * (((top / LINE_PITCH) | 0) % 3 === 2 ? 0.4 : 0.85)
    for (let left = MARGIN; left + CELL < right; left += CELL) {
      if (chance() > 0.2) drawGlyph(page, font[Math.floor(chance() * GLYPH_COUNT)]!, left, top)
    }
  }
  fillDisc(page, width * 0.8, rows * 0.75, Math.min(width, rows) * 0.06)
  drawHalftone(page, Math.round(width * 0.7), Math.round(rows * 0.3), 64)
  fillRectangle(page, MARGIN, rows - MARGIN / 2, width - 2 * MARGIN, 2)
  return page
}

function drawGlyph(page: Bitmap, glyph: readonly number[], left: number, top: number): void {
  glyph.forEach((dots, row) => {
    for (let column = 0; column < GLYPH_COLUMNS; column++) {
      if ((dots >>> column) & 1) fillRectangle(page, left + column * DOT, top + row * DOT, DOT, DOT)
    }
  })
}

function fillDisc(page: Bitmap, centreX: number, centreY: number, radius: number): void {
  for (let y = Math.ceil(-radius); y < radius; y++) {
    const half = Math.round(Math.sqrt(radius * radius - y * y))
    fillRectangle(page, Math.round(centreX) - half, Math.round(centreY) + y, 2 * half, 1)
  }
}

function drawHalftone(page: Bitmap, left: number, top: number, size: number): void {
  for (let y = 0; y < size; y++) {
    for (let x = y & 1; x < size; x += 2) fillRectangle(page, left + x, top + y, 1, 1)
  }
}

/** What lies outside the page is left out. */
function fillRectangle(page: Bitmap, left: number, top: number, width: number, height: number): void {
  for (let y = Math.max(0, top); y < Math.min(page.rows, top + height); y++) {
    for (let x = Math.max(0, left); x < Math.min(page.width, left + width); x++) {
      page.words[y * page.stride + (x >>> 5)]! |= 0x80000000 >>> (x & 31)
    }
  }
}
