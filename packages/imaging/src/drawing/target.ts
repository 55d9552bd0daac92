import { LINES_PER_INCH, PAGE_WIDTH_PELS, type PaperSize, PELS_PER_INCH, type Resolution } from '../page.ts'
import type { RasterTarget } from './page-source.ts'

/** ISO 216 and ANSI sizes; the width is the line's own, only the height differs. */
const PAPER_HEIGHT_INCHES: Readonly<Record<PaperSize, number>> = { letter: 11, a4: 297 / 25.4, legal: 14 }

/** The raster a page may fill. `rowsReserved` lines of the paper are kept free for the header line. */
export function rasterTarget(paper: PaperSize, resolution: Resolution, rowsReserved: number): RasterTarget {
  const yDpi = LINES_PER_INCH[resolution]
  const rows = Math.floor(PAPER_HEIGHT_INCHES[paper] * yDpi)
  return { width: PAGE_WIDTH_PELS, rowsMax: rows - rowsReserved, xDpi: PELS_PER_INCH, yDpi }
}
