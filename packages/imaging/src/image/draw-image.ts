import { isPhotograph } from '../bilevel/picture-kind.ts'
import { fitPage } from '../drawing/fit.ts'
import type { GreyPage, PageSizePt, RasterTarget } from '../drawing/page-source.ts'
import type { PageKind } from '../page.ts'
import { decodeGrey } from './decoder.ts'
import { exifTurn, type GreyImage, quarterMore, swapsSides, turnImage } from './grey-image.ts'
import { placeOnPage } from './place.ts'

/** One image of a file, to be drawn as one page. */
export interface ImagePage {
  readonly bytes: Uint8Array
  /** Which image of the file, counted from 1. */
  readonly place: number
  /** Which page of the document, counted from 1: thumbnails are images but no pages. */
  readonly page: number
  /** As in EXIF and TIFF, 1 to 8. */
  readonly orientation: number
  /** Upright. */
  readonly sizePt: PageSizePt
  readonly pixelsMax: number
}

/** Decodes the image straight to its size on the raster, and sets it on a page. Throws `DocumentRefusal`. */
export async function drawImage(image: ImagePage, target: RasterTarget): Promise<GreyPage> {
  const placement = fitPage(image.sizePt.widthPt, image.sizePt.heightPt, target)
  const upright = exifTurn(image.orientation)
  const turn = placement.turned ? quarterMore(upright) : upright
  // Shrunk while it is decoded and turned only then, so a large photo is never in memory whole.
  const stored = swapsSides(turn)
    ? { width: placement.height, height: placement.width }
    : { width: placement.width, height: placement.height }
  const pixels = await decodeGrey(image, stored)
  const drawn = turnImage({ ...stored, pixels }, turn)
  return placeOnPage(drawn, placement, target, imageKind(drawn))
}

/** What the image is a picture of decides how it is turned to one bit. */
function imageKind({ width, height, pixels }: GreyImage): PageKind {
  const whole = { left: 0, top: 0, right: width, bottom: height }
  return isPhotograph({ width, rows: height, stride: width, pixels }, whole) ? 'photo' : 'scan'
}
