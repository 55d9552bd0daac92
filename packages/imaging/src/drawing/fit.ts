import { POINTS_PER_INCH } from '../page.ts'
import type { RasterTarget } from './page-source.ts'

/** Where a page lands on the raster, in device pixels, and whether it is turned a quarter clockwise to get there. */
export interface Placement {
  readonly turned: boolean
  readonly left: number
  readonly width: number
  readonly height: number
}

/**
 * Fits a page of `widthPt` x `heightPt` points into the target without cropping or distorting it.
 *
 * A page larger than the paper shrinks; a smaller one keeps its own size (as a fax machine's scanner would send it),
 * centred across the line. A wide page is turned when that makes it larger.
 */
export function fitPage(widthPt: number, heightPt: number, target: RasterTarget): Placement {
  const upright = scaleToFit(widthPt, heightPt, target)
  const turned = scaleToFit(heightPt, widthPt, target)
  return turned > upright
    ? place(heightPt, widthPt, turned, target, true)
    : place(widthPt, heightPt, upright, target, false)
}

function scaleToFit(widthPt: number, heightPt: number, target: RasterTarget): number {
  const across = (target.width / target.xDpi) * POINTS_PER_INCH
  const down = (target.rowsMax / target.yDpi) * POINTS_PER_INCH
  return Math.min(across / widthPt, down / heightPt, 1)
}

function place(
  widthPt: number,
  heightPt: number,
  scale: number,
  target: RasterTarget,
  turned: boolean,
): Placement {
  const width = clamp(Math.round((widthPt * scale * target.xDpi) / POINTS_PER_INCH), target.width)
  const height = clamp(Math.round((heightPt * scale * target.yDpi) / POINTS_PER_INCH), target.rowsMax)
  return { turned, left: (target.width - width) >> 1, width, height }
}

function clamp(value: number, max: number): number {
  return Math.max(1, Math.min(value, max))
}
