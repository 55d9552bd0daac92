import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { readTiff } from '@answerback/imaging/tiff/read-tiff'
import type { Bitmap } from '@answerback/protocol/t4/bitmap'
import { chartPage } from '../../tests/peers/spandsp/chart-page.ts'

export interface FaxPages {
  /** For the figure's name. */
  readonly name: string
  /** Fine resolution. */
  readonly pages: readonly Bitmap[]
}

/** The pages to fax: of the TIFF that `--page` or `ANSWERBACK_PAGE` names, or one that is generated. */
export function faxPages(): FaxPages {
  const { values } = parseArgs({ options: { page: { type: 'string' } }, strict: false })
  const path = typeof values.page === 'string' ? values.page : process.env.ANSWERBACK_PAGE
  if (path === undefined) return { name: 'generated page', pages: [chartPage()] }
  const { pages } = readTiff(readFileSync(path))
  const bitmaps = pages.map((page, index) => {
    if (page.form !== 'bilevel') throw new Error(`Page ${index + 1} of ${path} is not a fax page`)
    return page.decode()
  })
  return { name: basename(path), pages: bitmaps }
}
