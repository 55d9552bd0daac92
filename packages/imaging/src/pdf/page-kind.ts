import { isPhotograph } from '../bilevel/picture-kind.ts'
import type { GreyRaster } from '../bilevel/threshold.ts'
import type { Box } from '../drawing/page-source.ts'
import type { PageKind } from '../page.ts'
import { isShown, type PlacedImage } from './images.ts'

/** Pictures covering this much of the page make it a scan rather than a drawn page with pictures on it. */
const SCAN_COVERAGE_MIN = 0.8
/** A smaller picture is a logo or an icon: a threshold shows it better than dots would. */
const PHOTO_SIDE_MIN = 64

export interface PageMakeup {
  readonly kind: PageKind
  readonly photoBoxes: readonly Box[]
  readonly pictures: readonly Box[]
}

/** What a drawn page is made of, from where its pictures lie and what they look like. */
export function classifyPage(page: GreyRaster, images: readonly PlacedImage[], pageBox: Box): PageMakeup {
  const pictures = images.filter(isShown).map((image) => image.box)
  const covered = pictures.reduce((sum, box) => sum + area(box), 0)
  if (covered >= area(pageBox) * SCAN_COVERAGE_MIN) {
    const photoBoxes = isPhotograph(page, pageBox) ? [pageBox] : []
    return { kind: photoBoxes.length > 0 ? 'photo' : 'scan', photoBoxes, pictures }
  }
  const large = pictures.filter(
    (box) => Math.min(box.right - box.left, box.bottom - box.top) >= PHOTO_SIDE_MIN,
  )
  return { kind: 'vector', photoBoxes: large.filter((box) => isPhotograph(page, box)), pictures }
}

function area(box: Box): number {
  return (box.right - box.left) * (box.bottom - box.top)
}
