/** Grey page → one bit, by what the page is made of. One method does not suit all. */
import type { Bitmap } from '@answerback/protocol/t4/bitmap'
import type { Box, GreyPage } from '../drawing/page-source.ts'
import type { PageKind } from '../page.ts'
import { backgroundMap, normalise } from './background.ts'
import { despeckle } from './despeckle.ts'
import { keepFaintInk } from './faint-ink.ts'
import { halftone } from './halftone.ts'
import { histogram, otsuLevel } from './histogram.ts'
import type { PageBuffers } from './page-buffers.ts'
import { threshold } from './threshold.ts'

/** Measured best for drawn pages: grey (#999) and coloured letters stay whole, light fills vanish. */
const VECTOR_LEVEL = 160
/** Ink lighter than this on an otherwise white page is a tint, not writing. */
const PALE_INK_MAX = 235
/** Otsu splits half way between ink and paper; a little nearer to the paper, thin and grey strokes stay whole. */
const SCAN_LEVEL_BIAS = 8
/**
 * Bounds of a scan's level. Below, an empty page has only noise to split. Above, OCR of a poor scan still finds more
 * words, but its noise costs seconds faster than it gains them (204: +2 % words, +4 % seconds; 214: +11 %, +15 %).
 */
const SCAN_LEVEL_MIN = 96
const SCAN_LEVEL_MAX = 200

export type HalftoneChoice = 'auto' | 'text' | 'photo'

/**
 * The page as one-bit rows. `text` never halftones; `photo` halftones every picture.
 * The bitmap belongs to `buffers`: code it before converting another page.
 */
export function toBilevel(
  page: GreyPage,
  choice: HalftoneChoice,
  buffers: PageBuffers,
): { readonly bitmap: Bitmap; readonly kind: PageKind } {
  const bitmap = buffers.page.bitmap(page.width, page.rows)
  const photoBoxes = photoBoxesOf(page, choice)
  if (page.kind === 'scan' || page.kind === 'photo') scanToBilevel(page, bitmap, buffers)
  else vectorToBilevel(page, bitmap, buffers)
  for (const box of photoBoxes) halftone(page, box, bitmap)
  const kind = photoBoxes.length > 0 ? 'photo' : page.kind === 'photo' ? 'scan' : page.kind
  return { bitmap, kind }
}

function photoBoxesOf(page: GreyPage, choice: HalftoneChoice): readonly Box[] {
  if (choice === 'text') return []
  const known = choice === 'photo' ? (page.pictures ?? page.photoBoxes) : page.photoBoxes
  if (known.length > 0) return known
  const wholePage = page.kind === 'photo' || (choice === 'photo' && page.kind === 'scan')
  return wholePage ? [{ left: 0, top: 0, right: page.width, bottom: page.rows }] : []
}

function vectorToBilevel(page: GreyPage, bitmap: Bitmap, buffers: PageBuffers): void {
  if (page.threshold) page.threshold(VECTOR_LEVEL, bitmap)
  else threshold(page, VECTOR_LEVEL, bitmap)
  keepFaintInk(page, page.faintInk ?? [], bitmap)
  buffers.page.fillDents(bitmap)
  if (!isWhite(bitmap)) return
  const darkest = histogram(page, { left: 0, top: 0, right: page.width, bottom: page.rows }).findIndex(
    (n) => n > 0,
  )
  // All the page's ink is pale: it is what the sender wants read, so it is not lost to the threshold.
  if (darkest >= VECTOR_LEVEL && darkest <= PALE_INK_MAX) threshold(page, (darkest + 255) >> 1, bitmap)
}

function isWhite({ words }: Bitmap): boolean {
  for (let i = 0; i < words.length; i++) if (words[i] !== 0) return false
  return true
}

function scanToBilevel(page: GreyPage, bitmap: Bitmap, buffers: PageBuffers): void {
  const stride = (page.width + 3) & ~3
  const pixels = buffers.grey(stride * page.rows)
  const counts = normalise(page, backgroundMap(page), pixels, stride)
  const level = Math.min(SCAN_LEVEL_MAX, Math.max(SCAN_LEVEL_MIN, otsuLevel(counts) + SCAN_LEVEL_BIAS))
  threshold({ width: page.width, rows: page.rows, stride, pixels }, level, bitmap)
  despeckle(bitmap)
}
