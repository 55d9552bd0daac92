/**
 * Finds pale ink by what the page's objects say of themselves: table rules drawn as thin strokes or thin filled
 * rectangles, and text in pale grey. A threshold alone would drop both without a word.
 */
import type { Box, FaintInk } from '../drawing/page-source.ts'
import type { DeviceSpace } from './device-space.ts'
import type { PdfEngine } from './engine.ts'
import { fillColour, OBJECT, objectMatrix, type PageObject, strokeColour } from './page-objects.ts'

/** Darker ink passes the threshold even when anti-aliasing spreads it over two pixels. */
const GREY_MIN = 64
/** Lighter ink is a tint or a guide line, not meant to be read. */
const GREY_MAX = 228
const RULE_POINTS_MAX = 1.5
/** A rule is longer than it is thick; shorter pieces are dots and ticks of drawings. */
const RULE_PIXELS_MIN = 16
const SEGMENTS_MAX = 400
/** More pale rules than a form or a table has are a grid (graph paper, ECG): in black it would bury the trace. */
const RULES_MAX = 240

/** Pale text needs no help below this grey: the threshold for vector pages keeps it. */
const TEXT_GREY_MIN = 140

/**
 * Text and rules in pale grey, which a threshold would lose. Where there are more rules than a form has, only the text.
 * @returns boxes in raster pixels, rules first
 */
export function findFaintInk(
  engine: PdfEngine,
  objects: readonly PageObject[],
  space: DeviceSpace,
): FaintInk[] {
  const text: FaintInk[] = []
  const rules: FaintInk[] = []
  for (const object of objects) {
    if (object.type === OBJECT.text) {
      const grey = fillColour(engine, object.handle)?.grey ?? 0
      if (grey < TEXT_GREY_MIN || grey > GREY_MAX) continue
      const box = objectBox(engine, object, space)
      if (box !== undefined) text.push({ ...box, grey })
    } else if (object.type === OBJECT.path && rules.length <= RULES_MAX) {
      rules.push(...pathRules(engine, object, space))
    }
  }
  return rules.length > RULES_MAX ? text : [...rules, ...text]
}

/** An object's bounds in raster pixels; `undefined` where it has none. */
export function objectBox(engine: PdfEngine, object: PageObject, space: DeviceSpace): Box | undefined {
  const { calls } = engine
  const bounds = engine.floats(4, (p) => calls.FPDFPageObj_GetBounds(object.handle, p, p + 4, p + 8, p + 12))
  if (bounds === undefined) return undefined
  const [left = 0, bottom = 0, right = 0, top = 0] = bounds
  return space.box(object, left, bottom, right, top)
}

function pathRules(engine: PdfEngine, object: PageObject, space: DeviceSpace): FaintInk[] {
  const { calls } = engine
  const [filled = 0, stroked = 0] =
    engine.integers(2, (p) => calls.FPDFPath_GetDrawMode(object.handle, p, p + 4)) ?? []
  if (stroked !== 0) {
    const grey = strokeColour(engine, object.handle)?.grey ?? 0
    const width = engine.floats(1, (p) => calls.FPDFPageObj_GetStrokeWidth(object.handle, p))?.[0] ?? 0
    return isFaint(grey) && width <= RULE_POINTS_MAX ? strokedRules(engine, object, space, grey) : []
  }
  const grey = filled === 0 ? 0 : (fillColour(engine, object.handle)?.grey ?? 0)
  const box = isFaint(grey) ? objectBox(engine, object, space) : undefined
  return box !== undefined && isRule(box) ? [{ ...box, grey }] : []
}

/** Upright and level lines of a stroked path. */
function strokedRules(engine: PdfEngine, object: PageObject, space: DeviceSpace, grey: number): FaintInk[] {
  const { calls } = engine
  const rules: FaintInk[] = []
  const own = objectMatrix(engine, object.handle)
  const count = Math.min(calls.FPDFPath_CountSegments(object.handle), SEGMENTS_MAX)
  let previous: readonly number[] | undefined
  for (let i = 0; i < count; i++) {
    const segment = calls.FPDFPath_GetPathSegment(object.handle, i)
    const point = engine.floats(2, (p) => calls.FPDFPathSegment_GetPoint(segment, p, p + 4))
    if (point === undefined) return rules
    if (previous !== undefined && calls.FPDFPathSegment_GetType(segment) === SEGMENT_LINE) {
      const box = space.boxOfPath(object, own, [...previous, ...point])
      if (box !== undefined && isRule(box)) rules.push({ ...grown(box, space), grey })
    }
    previous = point
  }
  return rules
}

/** FPDF_SEGMENT_LINETO, fpdf_edit.h. */
const SEGMENT_LINE = 0

function isFaint(grey: number): boolean {
  return grey >= GREY_MIN && grey <= GREY_MAX
}

function isRule({ left, top, right, bottom }: Box): boolean {
  const longer = Math.max(right - left, bottom - top)
  return Math.min(right - left, bottom - top) <= 4 && longer >= RULE_PIXELS_MIN
}

/** A pixel more across the line on each side: the stroke may be anti-aliased over its neighbours. */
function grown(box: Box, space: DeviceSpace): Box {
  const page = space.pageBox
  return box.right - box.left > box.bottom - box.top
    ? { ...box, top: Math.max(box.top - 1, page.top), bottom: Math.min(box.bottom + 1, page.bottom) }
    : { ...box, left: Math.max(box.left - 1, page.left), right: Math.min(box.right + 1, page.right) }
}
