import type { PageBuffers } from '../bilevel/page-buffers.ts'
import { toBilevel } from '../bilevel/to-bilevel.ts'
import type { BilevelPage, GreyPage } from '../drawing/page-source.ts'
import type { CodedPage } from '../page.ts'
import type { RenderMode } from './render-protocol.ts'

/** Turns a rendered page into what goes down the line. */
export function codePage(
  page: GreyPage | BilevelPage,
  resolution: CodedPage['resolution'],
  mode: RenderMode,
  buffers: PageBuffers,
): CodedPage {
  const { bitmap, kind } =
    page.form === 'bilevel'
      ? { bitmap: page.bitmap, kind: 'bilevel' as const }
      : toBilevel(page, mode, buffers)
  return { width: bitmap.width, rows: bitmap.rows, resolution, kind, t6: buffers.page.encodeT6(bitmap) }
}
