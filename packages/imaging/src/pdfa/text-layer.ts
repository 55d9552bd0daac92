import type { PageText, Rotation } from '../page-text.ts'
import { decimal } from '../pdf-file/values.ts'
import { ADVANCE, ASCENT, DESCENT, UNITS_PER_EM } from './glyphless-font.ts'
import { type PageFrame, placeWords } from './placed-words.ts'
import type { TextFont } from './text-font.ts'
import { alignLines } from './text-lines.ts'

/** The resource name of the font. */
export const FONT = '/T'
/** Where the base line is in a line's box, as a share from below. */
const BELOW_BASE = -DESCENT / (ASCENT - DESCENT)

/** First two columns of the matrix that turns text the other way than the page is turned. */
const DIRECTIONS: Readonly<Record<Rotation, string>> = {
  0: '1 0 0 1',
  90: '0 1 -1 0',
  180: '-1 0 0 -1',
  270: '0 -1 1 0',
}

/**
 * Operators that put the words, invisible, over their boxes (ISO 32000-1 §9.3.6, mode 3), each followed by a space. Empty
 * where there are none.
 */
export function textLayer(text: PageText, frame: PageFrame, font: TextFont): string {
  const words = alignLines(placeWords(text, frame))
  if (words.length === 0) return ''
  const direction = DIRECTIONS[text.rotation]
  const space = font.code(' ')
  const operators = ['BT 3 Tr']
  let heightNow: number | undefined
  for (const { word, height, bottom } of words) {
    if (height !== heightNow) operators.push(`${FONT} ${decimal(height)} Tf`)
    heightNow = height
    const natural = (word.characters.length * ADVANCE * height) / UNITS_PER_EM
    const stretch = decimal((100 * (word.end - word.start)) / natural)
    const at = onPage(word.start, bottom - BELOW_BASE * height, text.rotation, frame)
    const codes = word.characters.map((character) => font.code(character)).join('')
    operators.push(`${stretch} Tz ${direction} ${at} Tm <${codes}${space}> Tj`)
  }
  operators.push('ET')
  return operators.join('\n')
}

/** A point of the turned page, counted from its top left, in the coordinates of the page as it was received. */
function onPage(along: number, down: number, rotation: Rotation, frame: PageFrame): string {
  const { printedWidth, printedHeight } = frame
  switch (rotation) {
    case 0:
      return `${decimal(along)} ${decimal(printedHeight - down)}`
    case 90:
      return `${decimal(down)} ${decimal(along)}`
    case 180:
      return `${decimal(printedWidth - along)} ${decimal(down)}`
    case 270:
      return `${decimal(printedWidth - down)} ${decimal(printedHeight - along)}`
  }
}
