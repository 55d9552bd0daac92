import type { Placement } from '../drawing/fit.ts'
import type { Box } from '../drawing/page-source.ts'
import type { PdfEngine } from './engine.ts'
import { type Matrix, multiply, type PageObject, transform } from './page-objects.ts'

/** FPDF rotate argument: a quarter turn clockwise. */
export const QUARTER_CLOCKWISE = 1

/** Maps what is placed on a page to pixels of its raster, as the drawing itself does. */
export class DeviceSpace {
  readonly #engine: PdfEngine
  readonly #page: number
  readonly #placement: Placement
  readonly #width: number

  constructor(engine: PdfEngine, page: number, placement: Placement, width: number) {
    this.#engine = engine
    this.#page = page
    this.#placement = placement
    this.#width = width
  }

  /** The page itself. */
  get pageBox(): Box {
    const { left, width, height } = this.#placement
    return { left, top: 0, right: left + width, bottom: height }
  }

  /** The pixels a rectangle of an object's container space touches, or undefined when it is off the page. */
  box(object: PageObject, x0: number, y0: number, x1: number, y1: number): Box | undefined {
    return this.boxOf(object.container, [x0, y0, x1, y0, x0, y1, x1, y1])
  }

  /** The pixels a line of a path touches; `own` is the path's matrix into its container space. */
  boxOfPath(object: PageObject, own: Matrix, points: readonly number[]): Box | undefined {
    return this.boxOf(object.container === undefined ? own : multiply(own, object.container), points)
  }

  /** The bounding box of points (x, y, x, y …), clipped to the raster. */
  boxOf(matrix: Matrix | undefined, points: readonly number[]): Box | undefined {
    let left = Number.POSITIVE_INFINITY
    let top = Number.POSITIVE_INFINITY
    let right = Number.NEGATIVE_INFINITY
    let bottom = Number.NEGATIVE_INFINITY
    for (let i = 0; i < points.length; i += 2) {
      const inner = { x: points[i]!, y: points[i + 1]! }
      const [x, y] = this.#toDevice(matrix === undefined ? inner : transform(matrix, inner.x, inner.y))
      left = Math.min(left, x)
      right = Math.max(right, x + 1)
      top = Math.min(top, y)
      bottom = Math.max(bottom, y + 1)
    }
    left = Math.max(left, 0)
    top = Math.max(top, 0)
    right = Math.min(right, this.#width)
    bottom = Math.min(bottom, this.#placement.height)
    return left < right && top < bottom ? { left, top, right, bottom } : undefined
  }

  #toDevice({ x, y }: { readonly x: number; readonly y: number }): readonly [number, number] {
    const { left, width, height, turned } = this.#placement
    const rotate = turned ? QUARTER_CLOCKWISE : 0
    const device = this.#engine.integers(2, (p) =>
      this.#engine.calls.FPDF_PageToDevice(this.#page, left, 0, width, height, rotate, x, y, p, p + 4),
    )
    return [device?.[0] ?? 0, device?.[1] ?? 0]
  }
}
