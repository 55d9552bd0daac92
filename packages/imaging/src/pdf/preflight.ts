import type { PageSizePt } from '../drawing/page-source.ts'
import { DocumentRefusal } from '../intake/refusal.ts'

export const FILE_BYTES_MAX = 50 * 2 ** 20
/** 200 inches: the largest page ISO 32000-1 annex C.2 asks a reader to support. */
const SIDE_PT_MAX = 14_400
const ASPECT_MAX = 20

/** Refuses a page box that no paper could hold, before any bitmap is allocated for it. */
export function assertPageBox({ widthPt, heightPt }: PageSizePt, page: number): void {
  const shorter = Math.min(widthPt, heightPt)
  const longer = Math.max(widthPt, heightPt)
  if (!(shorter > 0)) {
    throw new DocumentRefusal('document.corrupt', 'A page of the PDF has no size.', page)
  }
  if (longer > SIDE_PT_MAX) {
    throw new DocumentRefusal(
      'document.too_large',
      'A page of the PDF is larger than 200 inches (5 m).',
      page,
    )
  }
  if (longer > shorter * ASPECT_MAX) {
    throw new DocumentRefusal(
      'document.too_large',
      'A page of the PDF is more than 20 times longer than wide.',
      page,
    )
  }
}
