import assert from 'node:assert/strict'
import { test } from 'node:test'
import { writePdfa } from '@answerback/imaging/pdfa/write-pdfa'
import { RasterPool } from '@answerback/imaging/raster/pool'
import { renderFax } from '@answerback/imaging/render-fax'
import { ABOUT, FINE, LINES, turnedText } from './samples.ts'

test('a received fax that is sent on goes out dot for dot, its words left behind', async () => {
  const pool = new RasterPool({ workers: 1 })
  try {
    const bytes = writePdfa([{ page: FINE, text: turnedText(LINES, 0) }], ABOUT)
    const { pages } = await renderFax(pool, {
      documents: [{ bytes }],
      resolution: 'fine',
      paper: 'letter',
      mode: 'auto',
      ttiRows: 0,
    })
    for await (const page of pages) assert.deepEqual(Buffer.from(page.t6), Buffer.from(FINE.t6))
  } finally {
    await pool.close()
  }
})
