import type { Box } from '../drawing/page-source.ts'
import { DocumentRefusal } from '../intake/refusal.ts'
import type { DeviceSpace } from './device-space.ts'
import type { PdfEngine } from './engine.ts'
import { OBJECT, objectMatrix, type PageObject } from './page-objects.ts'

/** Above this PDFium may silently leave an image out rather than fail. */
const IMAGE_PIXELS_MAX = 100e6
/** An image smaller than this on the raster shows nothing a reader could miss. */
const SHOWN_PIXELS_MIN = 64

export interface PlacedImage {
  readonly object: PageObject
  readonly width: number
  readonly height: number
  /** Undefined when it lies off the page. */
  readonly box: Box | undefined
}

/** The images of a page. Refuses one too large to draw, before it is drawn. */
export function placeImages(
  engine: PdfEngine,
  objects: readonly PageObject[],
  space: DeviceSpace,
  page: number,
): PlacedImage[] {
  return objects
    .filter((object) => object.type === OBJECT.image)
    .map((object) => {
      const size = engine.integers(2, (p) =>
        engine.calls.FPDFImageObj_GetImagePixelSize(object.handle, p, p + 4),
      )
      const [width = 0, height = 0] = size ?? []
      if (width * height > IMAGE_PIXELS_MAX) {
        throw new DocumentRefusal(
          'document.too_large',
          'A page holds a picture of more than 100 megapixels.',
          page,
        )
      }
      const unitSquare = [0, 0, 1, 0, 0, 1, 1, 1]
      return {
        object,
        width,
        height,
        box: space.boxOfPath(object, objectMatrix(engine, object.handle), unitSquare),
      }
    })
}

/** The outcome of asking the engine for an image by itself. */
export type ImageContent = 'unreadable' | 'white' | 'marked'

/** Decodes an image as it would be drawn, to tell a white picture from one that could not be drawn. */
export function imageContent(
  engine: PdfEngine,
  document: number,
  page: number,
  image: PlacedImage,
): ImageContent {
  const { calls } = engine
  const plain = calls.FPDFImageObj_GetBitmap(image.object.handle)
  if (plain === 0) return 'unreadable'
  calls.FPDFBitmap_Destroy(plain)
  const drawn = calls.FPDFImageObj_GetRenderedBitmap(document, page, image.object.handle)
  if (drawn === 0) return 'unreadable'
  try {
    return hasMark(engine, drawn) ? 'marked' : 'white'
  } finally {
    calls.FPDFBitmap_Destroy(drawn)
  }
}

/** FPDFBitmap_BGRA, fpdfview.h: the format of a rendered image. */
const FORMAT_BGRA = 4
/** Lighter than this, of 255, is paper; anything darker was meant to be seen. */
export const NEAR_WHITE = 250

function hasMark({ calls, heap }: PdfEngine, bitmap: number): boolean {
  const start = calls.FPDFBitmap_GetBuffer(bitmap)
  const stride = calls.FPDFBitmap_GetStride(bitmap)
  const bytes = heap().subarray(start, start + stride * calls.FPDFBitmap_GetHeight(bitmap))
  if (calls.FPDFBitmap_GetFormat(bitmap) !== FORMAT_BGRA) return bytes.some((value) => value < NEAR_WHITE)
  for (let i = 0; i < bytes.length; i += 4) {
    const darkest = Math.min(bytes[i]!, bytes[i + 1]!, bytes[i + 2]!)
    if (bytes[i + 3]! > 8 && darkest < NEAR_WHITE) return true
  }
  return false
}

/** Whether the image is large enough on paper for its absence to matter. */
export function isShown(image: PlacedImage): image is PlacedImage & { readonly box: Box } {
  const { box } = image
  return box !== undefined && (box.right - box.left) * (box.bottom - box.top) >= SHOWN_PIXELS_MIN
}
