import { type Bitmap, createBitmap } from '@answerback/protocol/t4/bitmap'
import { concatenateT6 } from '@answerback/protocol/t4/concatenate'
import { encodeT6 } from '@answerback/protocol/t4/t6'
import type { CodedPage, Resolution } from '../page.ts'
import { MARGIN_ABOVE_DOTS, ROWS_PER_DOT, ttiBandRows } from './band-rows.ts'
import { CELL_PELS, coarseGlyph, DOTS_HIGH, type Glyph, smoothGlyph } from './glyphs.ts'
import { layOutHeaderLine, type TtiFields } from './header-line.ts'

/**
 * The page with the sender's line (TTI) above it, `ttiBandRows(page.resolution)` rows taller. The page itself
 * is neither decoded nor coded again, so every attempt can carry its own time.
 */
export function stampTti(page: CodedPage, fields: TtiFields): CodedPage {
  const band = drawTtiBand(page.width, page.resolution, fields)
  // The band ends in white rows, which is what joining needs.
  return { ...page, rows: page.rows + band.rows, t6: concatenateT6(encodeT6(band), page.t6) }
}

/** The line as pixels; its last rows are white. */
export function drawTtiBand(width: number, resolution: Resolution, fields: TtiFields): Bitmap {
  const band = createBitmap(width, ttiBandRows(resolution))
  const rowsPerDot = ROWS_PER_DOT[resolution]
  const glyphOf = rowsPerDot === 1 ? coarseGlyph : smoothGlyph
  const line = layOutHeaderLine(fields, Math.floor(width / CELL_PELS))
  const glyphs = Array.from(line, (letter) => glyphOf(letter.charCodeAt(0)))
  const top = MARGIN_ABOVE_DOTS * rowsPerDot
  for (let row = 0; row < DOTS_HIGH * rowsPerDot; row++) {
    // Superfine shows each row of the smooth letters twice.
    const glyphRow = rowsPerDot === 4 ? row >>> 1 : row
    drawRow(band.words, (top + row) * band.stride, glyphs, glyphRow)
  }
  return band
}

function drawRow(words: Uint32Array, offset: number, glyphs: readonly Glyph[], glyphRow: number): void {
  for (let i = 0; i < glyphs.length; i++) {
    const bits = glyphs[i]![glyphRow]!
    if (bits === 0) continue
    const x = i * CELL_PELS
    const word = offset + (x >>> 5)
    const spare = 32 - CELL_PELS - (x & 31)
    if (spare >= 0) {
      words[word]! |= bits << spare
    } else {
      words[word]! |= bits >>> -spare
      words[word + 1]! |= bits << (32 + spare)
    }
  }
}
