import type { PageText, Rotation } from '../page-text.ts'
import { ADVANCE, ASCENT, DESCENT, UNITS_PER_EM } from './glyphless-font.ts'
import { placeWords } from './placed-words.ts'
import type { TextFont } from './text-font.ts'
import { alignLines } from './text-lines.ts'

/** The resource name of the font. */
export const FONT = '/T'
/** Where the base line is in a line's box, as a share from below. */
const BELOW_BASE = -DESCENT / (ASCENT - DESCENT)
/** How wide a glyph is, as a share of its square. */
const GLYPH = ADVANCE / UNITS_PER_EM

/** Units a point. Whole numbers are shorter than decimals and three times as fast to write. */
const UNITS_PER_POINT = 100

/** A received page: its pels and its printed size. */
export interface PageFrame {
  readonly width: number
  readonly rows: number
  /** Points. */
  readonly printedWidth: number
  readonly printedHeight: number
}

/**
 * Operators that put the words, invisible, over their boxes (ISO 32000-1 §9.3.6, mode 3), each followed by a space. Empty
 * where there are none.
 */
export function textLayer(text: PageText, frame: PageFrame, font: TextFont): string {
  const words = alignLines(placeWords(text, frame))
  if (words.length === 0) return ''
  const across = (frame.printedWidth * UNITS_PER_POINT) / frame.width
  const up = (frame.printedHeight * UNITS_PER_POINT) / frame.rows
  const [along, down] = text.rotation % 180 === 0 ? [across, up] : [up, across]
  const page = { width: Math.round(across * frame.width), height: Math.round(up * frame.rows) }
  const space = font.code(' ')
  let operators = `q ${1 / UNITS_PER_POINT} 0 0 ${1 / UNITS_PER_POINT} 0 0 cm BT 3 Tr ${FONT} 1 Tf\n`
  for (const { word, height, bottom } of words) {
    const { characters, start, end } = word
    const wide = Math.max(1, Math.round(((end - start) * along) / (characters.length * GLYPH)))
    const high = Math.max(1, Math.round(height * down))
    const at = { along: Math.round(start * along), down: Math.round((bottom - BELOW_BASE * height) * down) }
    let codes = ''
    for (const character of characters) codes += font.code(character)
    operators += `${matrix(text.rotation, wide, high, at, page)} Tm (${codes}${space}) Tj\n`
  }
  return `${operators}ET Q`
}

/** The text matrix: from a glyph's square to a place on the page as it was received, so turned the other way than the page. */
function matrix(
  rotation: Rotation,
  wide: number,
  high: number,
  at: { readonly along: number; readonly down: number },
  page: { readonly width: number; readonly height: number },
): string {
  switch (rotation) {
    case 0:
      return `${wide} 0 0 ${high} ${at.along} ${page.height - at.down}`
    case 90:
      return `0 ${wide} ${-high} 0 ${at.down} ${at.along}`
    case 180:
      return `${-wide} 0 0 ${-high} ${page.width - at.along} ${at.down}`
    case 270:
      return `0 ${-wide} ${high} 0 ${page.width - at.down} ${page.height - at.along}`
  }
}
