import { fitPage } from '../drawing/fit.ts'
import type { BilevelPage, GreyPage, PageSizePt, PageSource, RasterTarget } from '../drawing/page-source.ts'
import { DEFAULT_INTAKE_LIMITS, type IntakeLimits } from '../intake/limits.ts'
import { DocumentRefusal } from '../intake/refusal.ts'
import { POINTS_PER_INCH } from '../page.ts'
import { type BilevelTiffPage, readTiff, type TiffPage } from '../tiff/read-tiff.ts'
import { greyFromBitmap, pixelExactPage } from './bilevel-page.ts'
import { resizeGrey } from './decoder.ts'
import { drawImage } from './draw-image.ts'
import { exifTurn, quarterMore, swapsSides, turnImage } from './grey-image.ts'
import { assertAspect, placeOnPage } from './place.ts'

/** A fax cut short may be a strip of a few rows; as wide as the line, it needs no fitting and reads well. */
const LINE_WIDTH_PT_MAX = 9 * POINTS_PER_INCH

/**
 * Opens a TIFF as a document. A one-bit page that fits the line keeps its very pixels, so a fax that is forwarded is
 * not worn down; any other page is fitted to the paper, never cropped.
 *
 * Throws `DocumentRefusal`.
 */
export async function openTiffSource(
  bytes: Uint8Array,
  limits: Pick<IntakeLimits, 'pixelsMax' | 'pagesMax'> = DEFAULT_INTAKE_LIMITS,
): Promise<PageSource> {
  const { pages } = readTiff(bytes, limits)
  pages.forEach((page, index) => {
    const { widthPt, heightPt } = uprightSize(page)
    if (heightPt > widthPt || widthPt > LINE_WIDTH_PT_MAX) assertAspect(widthPt, heightPt, index + 1)
  })
  return {
    pageCount: pages.length,
    sizePt: (number) => uprightSize(pageAt(pages, number)),
    render: async (number, target) =>
      drawPage(bytes, pageAt(pages, number), number, limits.pixelsMax, target),
    close: () => undefined,
  }
}

function pageAt(pages: readonly TiffPage[], number: number): TiffPage {
  const page = pages[number - 1]
  if (!page) {
    throw new DocumentRefusal(
      'document.page_selection_invalid',
      `The document has ${pages.length} pages.`,
      number,
    )
  }
  return page
}

function uprightSize({ width, rows, xDpi, yDpi, orientation }: TiffPage): PageSizePt {
  const acrossPt = (width * POINTS_PER_INCH) / xDpi
  const downPt = (rows * POINTS_PER_INCH) / yDpi
  return swapsSides(exifTurn(orientation))
    ? { widthPt: downPt, heightPt: acrossPt }
    : { widthPt: acrossPt, heightPt: downPt }
}

async function drawPage(
  bytes: Uint8Array,
  page: TiffPage,
  number: number,
  pixelsMax: number,
  target: RasterTarget,
): Promise<GreyPage | BilevelPage> {
  if (page.form === 'bilevel') return drawBilevel(page, number, target)
  const { orientation, directoryIndex } = page
  const image = { bytes, place: directoryIndex + 1, page: number, pixelsMax }
  return drawImage({ ...image, orientation, sizePt: uprightSize(page) }, target)
}

async function drawBilevel(
  page: BilevelTiffPage,
  number: number,
  target: RasterTarget,
): Promise<GreyPage | BilevelPage> {
  const bitmap = page.decode()
  if (page.orientation === 1) {
    const exact = pixelExactPage({ bitmap, xDpi: page.xDpi, yDpi: page.yDpi }, target)
    if (exact) return { form: 'bilevel', bitmap: exact }
  }
  const { widthPt, heightPt } = uprightSize(page)
  const placement = fitPage(widthPt, heightPt, target)
  const upright = exifTurn(page.orientation)
  const turn = placement.turned ? quarterMore(upright) : upright
  const [across, down] = swapsSides(turn) ? [bitmap.rows, bitmap.width] : [bitmap.width, bitmap.rows]
  const factor = Math.max(1, Math.floor(Math.min(across / placement.width, down / placement.height)))
  const turned = turnImage(greyFromBitmap(bitmap, factor), turn)
  const pixels = await resizeGrey(turned, placement, number)
  const drawn = { width: placement.width, height: placement.height, pixels }
  // Clean black on white like a drawn page: a plain threshold brings the strokes back.
  return placeOnPage(drawn, placement, target, 'vector')
}
