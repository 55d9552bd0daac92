import type { PageSizePt, PageSource } from '../drawing/page-source.ts'
import { DEFAULT_INTAKE_LIMITS, type IntakeLimits } from '../intake/limits.ts'
import { type ImageHeader, readImageHeader } from './decoder.ts'
import { drawImage } from './draw-image.ts'
import { exifTurn, swapsSides } from './grey-image.ts'
import { assertAspect } from './place.ts'
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
  const image = { bytes, place: 1, page: 1, pixelsMax }
  const header = await readImageHeader(image)
  const { orientation } = header
  assertAspect(header.width, header.height, 1)
  const sizePt = uprightSize(header)
  return {
    pageCount: 1,
    sizePt: () => sizePt,
    render: (_page, target) => drawImage({ ...image, orientation, sizePt }, target),
    close: () => undefined,
  }
}

function uprightSize({ width, height, density, orientation }: ImageHeader): PageSizePt {
  return swapsSides(exifTurn(orientation))
    ? printedSize(height, width, density)
    : printedSize(width, height, density)
}
