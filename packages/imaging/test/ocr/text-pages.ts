import type { CodedPage, Resolution } from '@answerback/imaging/page'
import { RasterPool } from '@answerback/imaging/raster/pool'
import type { TextPdf } from '../../../../bench/corpus/text-pdfs.ts'

/** A fax page and the words that are on it. */
export interface TextPage {
  readonly page: CodedPage
  readonly words: readonly string[]
}

/** The PDF's pages as they would be faxed. */
export async function textPages(
  pool: Pick<RasterPool, 'render'>,
  { bytes, pages }: TextPdf,
  resolution: Resolution,
): Promise<TextPage[]> {
  const request = { bytes, type: 'pdf', pages: 'all', resolution, paper: 'letter', mode: 'auto' } as const
  const drawn: TextPage[] = []
  for await (const page of pool.render({ ...request, rowsReserved: 0, pagesMax: 500 }))
    drawn.push({ page, words: pages[drawn.length]! })
  return drawn
}

/** As `textPages`, with a pool of its own. */
export async function drawTextPages(pdf: TextPdf, resolution: Resolution): Promise<TextPage[]> {
  const pool = new RasterPool({ workers: 1 })
  try {
    return await textPages(pool, pdf, resolution)
  } finally {
    await pool.close()
  }
}
