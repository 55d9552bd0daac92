import { DEFAULT_INTAKE_LIMITS, type IntakeLimits } from '../intake/limits.ts'
import { fitPage } from '../raster/fit.ts'
import type { GreyPage, PageSizePt, PageSource, RasterTarget } from '../raster/page-source.ts'
import { classifyImage } from './classify.ts'
import { decodeGrey, type ImageHeader, readImageHeader } from './decoder.ts'
import { exifTurn, quarterMore, swapsSides, turnImage } from './grey-image.ts'
import { assertAspect, placeOnPage } from './place.ts'
import { printedSize } from './printed-size.ts'

/**
 * Opens a PNG or JPEG as a document of one page: upright, fitted, never cropped, turned when it is wide.
 *
 * Throws `DocumentRefusal`: `document.corrupt`, or `document.too_large` for too many pixels or an endless strip.
 */
export async function openPhotoSource(
  bytes: Uint8Array,
  { pixelsMax }: Pick<IntakeLimits, 'pixelsMax'> = DEFAULT_INTAKE_LIMITS,
): Promise<PageSource> {
  const header = await readImageHeader(bytes, pixelsMax)
  assertAspect(header.width, header.height, 1)
  return {
    pageCount: 1,
    sizePt: () => uprightSize(header),
    render: (_page, target) => drawImage(bytes, pixelsMax, header, target, 1),
    close: () => undefined,
  }
}

/** Decodes one image of a file straight to its size on the raster, and sets it on a page. */
export async function drawImage(
  bytes: Uint8Array,
  pixelsMax: number,
  header: ImageHeader,
  target: RasterTarget,
  page: number,
): Promise<GreyPage> {
  const size = uprightSize(header)
  const placement = fitPage(size.widthPt, size.heightPt, target)
  const upright = exifTurn(header.orientation)
  const turn = placement.turned ? quarterMore(upright) : upright
  // Shrunk while it is decoded and turned only then, so a large photo is never in memory whole.
  const stored = swapsSides(turn)
    ? { width: placement.height, height: placement.width }
    : { width: placement.width, height: placement.height }
  const pixels = await decodeGrey(bytes, pixelsMax, stored, page)
  const image = turnImage({ ...stored, pixels }, turn)
  return placeOnPage(image, placement, target, classifyImage(image))
}

function uprightSize({ width, height, density, orientation }: ImageHeader): PageSizePt {
  return swapsSides(exifTurn(orientation))
    ? printedSize(height, width, density)
    : printedSize(width, height, density)
}
