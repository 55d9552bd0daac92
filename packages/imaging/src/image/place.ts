import type { Placement } from '../drawing/fit.ts'
import type { GreyPage, RasterTarget } from '../drawing/page-source.ts'
import { DocumentRefusal } from '../intake/refusal.ts'
import type { PageKind } from '../page.ts'
import type { GreyImage } from './grey-image.ts'

const WHITE = 255
/** As for PDF pages: what is longer than this becomes unreadable when it is fitted to paper. */
const ASPECT_MAX = 20

/** Refuses an image that would be a thread of pixels on paper. */
export function assertAspect(width: number, height: number, page: number): void {
  if (Math.max(width, height) > Math.min(width, height) * ASPECT_MAX) {
    throw new DocumentRefusal(
      'document.too_large',
      'The image is more than 20 times longer than wide: cut it into pages.',
      page,
    )
  }
}

/** Sets an image that has its final size onto a white page of the line's width. */
export function placeOnPage(
  image: GreyImage,
  placement: Placement,
  target: RasterTarget,
  kind: PageKind,
): GreyPage {
  const { left, width, height } = placement
  // Rows start on 4 bytes, which lets the one-bit stage take four pixels at a time.
  const stride = (target.width + 3) & ~3
  const pixels = new Uint8Array(stride * height).fill(WHITE)
  for (let row = 0; row < height; row++) {
    pixels.set(image.pixels.subarray(row * width, (row + 1) * width), row * stride + left)
  }
  const box = { left, top: 0, right: left + width, bottom: height }
  const photoBoxes = kind === 'photo' ? [box] : []
  return { form: 'grey', width: target.width, rows: height, stride, pixels, kind, photoBoxes }
}
