import type { PageSizePt } from '../drawing/page-source.ts'
import { POINTS_PER_INCH } from '../page.ts'

/** Larger than any fax paper, so that the fit to the paper alone decides. */
const FILLS_ANY_PAPER_PT = 100_000
/** Densities that programs write when they know nothing. */
const HABITUAL_DENSITIES: readonly number[] = [72, 96]
/** A pixel is never drawn larger than this: an icon blown up to a page says nothing more and costs minutes. */
const PIXELS_PER_INCH_MIN = 72
/** Scanners go no further; anything above is a mistake in the file. */
const DENSITY_MAX = 4800

/**
 * The size an image should have on paper, before it is fitted to the paper.
 *
 * A scanner's density is believed, so a scan comes out at its own size. A photo or a screenshot, which has none that
 * means anything, fills the paper as far as its pixels go.
 */
export function printedSize(width: number, height: number, density: number | undefined): PageSizePt {
  const believed =
    density !== undefined &&
    density > PIXELS_PER_INCH_MIN &&
    density <= DENSITY_MAX &&
    !HABITUAL_DENSITIES.includes(density)
  const pixelsPerInch = believed ? density : PIXELS_PER_INCH_MIN
  const pointsPerPixel = POINTS_PER_INCH / pixelsPerInch
  const widthPt = Math.min(width * pointsPerPixel, FILLS_ANY_PAPER_PT)
  return { widthPt, heightPt: (height / width) * widthPt }
}
