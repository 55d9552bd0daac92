import type { Bitmap } from '@answerback/protocol/t4/bitmap'
import type { PageKind } from '../page.ts'
import type { GreyPage } from '../raster/page-source.ts'
import { threshold } from './threshold.ts'

/** Measured best for anti-aliased text: grey (#999) and coloured letters stay whole, light fills vanish. */
const VECTOR_LEVEL = 160

export function toBilevel(
  page: GreyPage,
  _mode: 'auto' | 'text' | 'photo',
): { bitmap: Bitmap; kind: PageKind } {
  return { bitmap: threshold(page, VECTOR_LEVEL), kind: page.kind }
}
