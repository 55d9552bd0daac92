import type { PageText, Rotation } from '../page-text.ts'
import { ADVANCE, ASCENT, DESCENT, UNITS_PER_EM } from './glyphless-font.ts'
import { type PageFrame, placeWords } from './placed-words.ts'
import type { TextFont } from './text-font.ts'
import { alignLines } from './text-lines.ts'

/** The resource name of the font. */
export const FONT = '/T'
/** Where the base line is in a line's box, as a share from below. */
const BELOW_BASE = -DESCENT / (ASCENT - DESCENT)

/** Units a point. Whole numbers are shorter than decimals and three times as fast to write. */
const UNITS_PER_POINT = 100

/**
 * Operators that put the words, invisible, over their boxes (ISO 32000-1 §9.3.6, mode 3), each followed by a space. Empty
 * where there are none.
 */
export function textLayer(text: PageText, frame: PageFrame, font: TextFont): string {
  const words = alignLines(placeWords(text, frame))
  if (words.length === 0) return ''
  const space = font.code(' ')
  const operators = [`q ${1 / UNITS_PER_POINT} 0 0 ${1 / UNITS_PER_POINT} 0 0 cm BT 3 Tr ${FONT} 1 Tf`]
  for (const { word, height, bottom } of words) {
    const { characters, start, end } = word
    const glyph = ADVANCE / UNITS_PER_EM
    const wide = Math.max(1, units((end - start) / (characters.length * glyph)))
    const high = Math.max(1, units(height))
    const at = { along: units(start), down: units(bottom - BELOW_BASE * height) }
    let codes = ''
    for (const character of characters) codes += font.code(character)
    operators.push(`${matrix(text.rotation, wide, high, at, frame)} Tm <${codes}${space}> Tj`)
  }
  operators.push('ET Q')
  return operators.join('\n')
}

/** The text matrix: from a glyph's square to a place on the page as it was received, so turned the other way than the page. */
function matrix(
  rotation: Rotation,
  wide: number,
  high: number,
  at: { readonly along: number; readonly down: number },
  frame: PageFrame,
): string {
  const width = units(frame.printedWidth)
  const height = units(frame.printedHeight)
  switch (rotation) {
    case 0:
      return `${wide} 0 0 ${high} ${at.along} ${height - at.down}`
    case 90:
      return `0 ${wide} ${-high} 0 ${at.down} ${at.along}`
    case 180:
      return `${-wide} 0 0 ${-high} ${width - at.along} ${at.down}`
    case 270:
      return `0 ${-wide} ${high} 0 ${width - at.down} ${height - at.along}`
  }
}

function units(points: number): number {
  return Math.round(points * UNITS_PER_POINT)
}
