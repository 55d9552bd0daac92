import { type Bitmap, createBitmap } from '@answerback/protocol/t4/bitmap'
import { threshold } from '../bilevel/threshold.ts'
import type { PageSizePt, RasterTarget } from '../drawing/page-source.ts'
import { POINTS_PER_INCH } from '../page.ts'
import type { PdfEngine } from './engine.ts'
import { isShown, type PlacedImage } from './images.ts'
import { OBJECT, objectMatrix, type PageObject } from './page-objects.ts'

/** How far the image's resolution on paper may be from the line's: 98 against 96 lines per inch, say. */
const RESOLUTION_TOLERANCE = 0.04
const FORMAT_GREY = 1
const MIDDLE_GREY = 128

/**
 * The page's bitmap, if the page is nothing but one upright bilevel image at fax width and resolution: a fax being
 * forwarded. Drawing it would resample it, so its own pixels are used. Undefined for every other page.
 */
export function readFaxImage(
  engine: PdfEngine,
  page: number,
  objects: readonly PageObject[],
  images: readonly PlacedImage[],
  size: PageSizePt,
  target: RasterTarget,
): Bitmap | undefined {
  const image = images[0]
  const others = objects.filter((object) => object.type !== OBJECT.image && object.type !== OBJECT.text)
  if (image === undefined || images.length > 1 || others.length > 0 || !isShown(image)) return undefined
  if (objects.some((object) => isVisibleText(engine, object))) return undefined
  if (engine.calls.FPDFPage_GetAnnotCount(page) > 0) return undefined
  if (!isBilevelAtFaxSize(engine, page, image, size, target)) return undefined
  const bitmap = decode(engine, image)
  return bitmap === undefined ? undefined : withoutWhiteTail(bitmap, target.rowsMax)
}

function isVisibleText(engine: PdfEngine, { type, handle }: PageObject): boolean {
  return type === OBJECT.text && engine.calls.FPDFTextObj_GetTextRenderMode(handle) !== 3
}

function isBilevelAtFaxSize(
  engine: PdfEngine,
  page: number,
  image: PlacedImage,
  size: PageSizePt,
  target: RasterTarget,
): boolean {
  const { handle, container } = image.object
  // FPDF_IMAGEOBJ_METADATA: width, height, two floats of dpi, bits per pixel, colour space, marked content id.
  const bitsPerPixel = engine.integers(7, (p) =>
    engine.calls.FPDFImageObj_GetImageMetadata(handle, page, p),
  )?.[4]
  const { a, b, c, d } = objectMatrix(engine, handle)
  const upright = container === undefined && b === 0 && c === 0 && a > 0 && d > 0
  const fills = a >= size.widthPt * 0.97 && d >= size.heightPt * 0.97
  const linesPerInch = (image.height * POINTS_PER_INCH) / d
  return (
    bitsPerPixel === 1 &&
    image.width === target.width &&
    upright &&
    fills &&
    Math.abs(linesPerInch / target.yDpi - 1) <= RESOLUTION_TOLERANCE
  )
}

function decode(engine: PdfEngine, image: PlacedImage): Bitmap | undefined {
  const { calls } = engine
  const handle = calls.FPDFImageObj_GetBitmap(image.object.handle)
  if (handle === 0) return undefined
  try {
    if (calls.FPDFBitmap_GetFormat(handle) !== FORMAT_GREY) return undefined
    const stride = calls.FPDFBitmap_GetStride(handle)
    const start = calls.FPDFBitmap_GetBuffer(handle)
    const { width, height: rows } = image
    const pixels = engine.heap().subarray(start, start + stride * rows)
    return threshold({ width, rows, stride, pixels }, MIDDLE_GREY, createBitmap(width, rows))
  } finally {
    calls.FPDFBitmap_Destroy(handle)
  }
}

/** The bitmap, without white rows at its end if it is too long with them; undefined if it is too long all the same. */
function withoutWhiteTail(bitmap: Bitmap, rowsMax: number): Bitmap | undefined {
  if (bitmap.rows <= rowsMax) return bitmap
  const kept = bitmap.words.subarray(0, rowsMax * bitmap.stride)
  const tail = bitmap.words.subarray(kept.length)
  return tail.every((word) => word === 0) ? { ...bitmap, rows: rowsMax, words: kept } : undefined
}
