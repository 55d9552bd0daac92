import type { Resolution } from '../page.ts'
import { DOTS_HIGH } from './glyphs.ts'

/** Rows a dot of the font takes: letters keep their height of 2.3 mm whatever the resolution. */
export const ROWS_PER_DOT: Readonly<Record<Resolution, number>> = { standard: 1, fine: 2, superfine: 4 }
/** White above the letters and below them, in dots. */
export const MARGIN_ABOVE_DOTS = 1
const MARGIN_BELOW_DOTS = 2

/** Rows that the TTI line adds above a page: 3.1 mm. */
export function ttiBandRows(resolution: Resolution): number {
  return (MARGIN_ABOVE_DOTS + DOTS_HIGH + MARGIN_BELOW_DOTS) * ROWS_PER_DOT[resolution]
}
