import { toPlainLetters } from './plain-letters.ts'

/** What 47 CFR 68.318(d) wants on each page: when it is sent, by whom and from what number. */
export interface TtiFields {
  /** Date and time of sending as the sender's clock on the wall shows it, ready to print. */
  readonly at: string
  /** The sender, a business or person, with the telephone number of the sending machine. */
  readonly from: string
  readonly to?: string
  /** 1-based. */
  readonly page: number
  readonly pageCount: number
}

/** Empty columns at either edge, where many machines do not print. */
const MARGIN_COLUMNS = 3
const GAP = '  '
const AT_COLUMNS_MAX = 25
const TO_COLUMNS_MAX = 30
const ELISION = '...'

/** The line in `columns` letters of ASCII: time at the left, page at the right, sender and receiver between. */
export function layOutHeaderLine(fields: TtiFields, columns: number): string {
  const available = Math.max(columns - 2 * MARGIN_COLUMNS, 0)
  const at = elide(toPlainLetters(fields.at), AT_COLUMNS_MAX)
  const page = `Page ${fields.page} of ${fields.pageCount}`
  const to = fields.to ? `To: ${elide(toPlainLetters(fields.to), TO_COLUMNS_MAX)}` : ''
  const forParties = available - at.length - page.length - 2 * GAP.length
  const forFrom = forParties - (to ? to.length + GAP.length : 0)
  const from = elide(`From: ${toPlainLetters(fields.from)}`, Math.max(forFrom, 0))
  const parties = to ? from + GAP + to : from
  const line = at + GAP + parties.padEnd(Math.max(forParties, 0)) + GAP + page
  return ' '.repeat(MARGIN_COLUMNS) + line.slice(0, available)
}

/** Both ends are kept: a name stands first and its number last. */
function elide(text: string, columnsMax: number): string {
  if (text.length <= columnsMax) return text
  const kept = Math.max(columnsMax - ELISION.length, 0)
  const tail = kept >>> 1
  return text.slice(0, kept - tail) + ELISION.slice(0, columnsMax) + text.slice(text.length - tail)
}
