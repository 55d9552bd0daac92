import type { PdfEngine } from './engine.ts'

/** FPDF_PAGEOBJ_*, fpdf_edit.h. */
export const OBJECT = { text: 1, path: 2, image: 3, shading: 4, form: 5 } as const

/** PDF transformation matrix: x' = a·x + c·y + e, y' = b·x + d·y + f (ISO 32000-1 §8.3.4). */
export interface Matrix {
  readonly a: number
  readonly b: number
  readonly c: number
  readonly d: number
  readonly e: number
  readonly f: number
}

export interface PageObject {
  readonly handle: number
  readonly type: number
  /** From the space the object is placed in to page space; undefined when that is page space itself. */
  readonly container: Matrix | undefined
}

const FORM_DEPTH_MAX = 12
/** Reads of objects are bounded: what they tell improves a page, the drawing does not depend on it. */
const OBJECTS_MAX = 20_000

/** Every object painted on a page, form XObjects opened up, in painting order. */
export function listObjects(engine: PdfEngine, page: number): PageObject[] {
  const { calls } = engine
  const found: PageObject[] = []
  const count = calls.FPDFPage_CountObjects(page)
  for (let i = 0; i < count && found.length < OBJECTS_MAX; i++) {
    visit(engine, calls.FPDFPage_GetObject(page, i), undefined, 0, found)
  }
  return found
}

function visit(
  engine: PdfEngine,
  handle: number,
  container: Matrix | undefined,
  depth: number,
  found: PageObject[],
): void {
  const { calls } = engine
  const type = calls.FPDFPageObj_GetType(handle)
  if (type !== OBJECT.form) {
    found.push({ handle, type, container })
    return
  }
  if (depth >= FORM_DEPTH_MAX) return
  const own = objectMatrix(engine, handle)
  const inner = container === undefined ? own : multiply(own, container)
  const count = calls.FPDFFormObj_CountObjects(handle)
  for (let i = 0; i < count && found.length < OBJECTS_MAX; i++) {
    visit(engine, calls.FPDFFormObj_GetObject(handle, i), inner, depth + 1, found)
  }
}

/** The object's own matrix (ISO 32000-1 §8.3.4); the identity where it has none. */
export function objectMatrix(engine: PdfEngine, object: number): Matrix {
  const view = engine.floats(6, (pointer) => engine.calls.FPDFPageObj_GetMatrix(object, pointer))
  const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = view ?? []
  return { a, b, c, d, e, f }
}

/** First `first`, then `second`. */
export function multiply(first: Matrix, second: Matrix): Matrix {
  return {
    a: first.a * second.a + first.b * second.c,
    b: first.a * second.b + first.b * second.d,
    c: first.c * second.a + first.d * second.c,
    d: first.c * second.b + first.d * second.d,
    e: first.e * second.a + first.f * second.c + second.e,
    f: first.e * second.b + first.f * second.d + second.f,
  }
}

/** A point through a matrix. */
export function transform(
  { a, b, c, d, e, f }: Matrix,
  x: number,
  y: number,
): { readonly x: number; readonly y: number } {
  return { x: a * x + c * y + e, y: b * x + d * y + f }
}

export interface Colour {
  /** Luma of the colour on white paper, 0..255: what the grey raster shows where it covers a pixel. */
  readonly grey: number
  readonly alpha: number
}

/** What an object is filled with; `undefined` where it has no plain colour. */
export function fillColour(engine: PdfEngine, object: number): Colour | undefined {
  return colour(engine, (p) => engine.calls.FPDFPageObj_GetFillColor(object, p, p + 4, p + 8, p + 12))
}

/** What an object's lines are drawn with; `undefined` where it has no plain colour. */
export function strokeColour(engine: PdfEngine, object: number): Colour | undefined {
  return colour(engine, (p) => engine.calls.FPDFPageObj_GetStrokeColor(object, p, p + 4, p + 8, p + 12))
}

function colour(engine: PdfEngine, read: (pointer: number) => number): Colour | undefined {
  const values = engine.integers(4, read)
  if (values === undefined) return undefined
  const [red = 0, green = 0, blue = 0, alpha = 255] = values
  const luma = 0.299 * red + 0.587 * green + 0.114 * blue
  return { grey: Math.round(255 - ((255 - luma) * alpha) / 255), alpha }
}
