import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { DocumentRefusal, type RefusalCode } from '../../src/intake/refusal.ts'
import { RasterPool } from '../../src/raster/pool.ts'
import * as hostile from './hostile-pdfs.ts'
import { textPagePdf } from './raw-pdf.ts'

const ELAPSED_MS_MAX = 5_000
const RSS_BYTES_MAX = 400 * 2 ** 20
const RSS_SAMPLE_MS = 10

let pool: RasterPool
before(async () => {
  pool = new RasterPool({ workers: 1 })
  await pool.ready()
})
after(() => pool.close())

/** Renders page 1 and says how it ended: rows drawn, or why it was refused. */
async function outcome(bytes: Uint8Array): Promise<RefusalCode | 'drawn'> {
  const request = { bytes, type: 'pdf', pages: [1], resolution: 'fine', paper: 'letter' } as const
  try {
    for await (const page of pool.render({ ...request, mode: 'auto', rowsReserved: 0, pagesMax: 500 })) {
      assert.ok(page.rows > 0)
    }
    return 'drawn'
  } catch (error) {
    if (error instanceof DocumentRefusal) return error.code
    throw error
  }
}

function contained(
  title: string,
  build: () => Uint8Array | Promise<Uint8Array>,
  expected: RefusalCode | 'drawn',
) {
  test(title, async () => {
    const bytes = await build()
    let peak = 0
    const sampler = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage.rss())
    }, RSS_SAMPLE_MS)
    const started = performance.now()
    const ended = await outcome(bytes)
    const elapsed = performance.now() - started
    clearInterval(sampler)
    assert.equal(ended, expected)
    assert.ok(elapsed < ELAPSED_MS_MAX, `took ${Math.round(elapsed)} ms`)
    assert.ok(peak < RSS_BYTES_MAX, `peaked at ${Math.round(peak / 2 ** 20)} MB`)
    assert.equal(await outcome(textPagePdf()), 'drawn', 'a normal page right after it')
  })
}

contained(
  '256 MB of operators deflated twice are refused',
  () => hostile.operatorBomb(256),
  'document.render_failed',
)
contained(
  'a gigabyte of blanks deflated twice is refused',
  () => hostile.blankBomb(1024),
  'document.render_failed',
)
contained(
  'an image of 60,000 pixels square is refused before it is drawn',
  () => hostile.hugeImage(60_000),
  'document.too_large',
)
contained('an image just under 100 megapixels is drawn', () => hostile.hugeImage(9_900), 'drawn')
contained(
  'forms that multiply twelvefold nine deep are refused',
  () => hostile.formFanOut(12, 9),
  'document.render_failed',
)
contained(
  'a form that draws itself twice is refused',
  () => hostile.selfReferringForm(),
  'document.render_failed',
)
contained('a tiling pattern of a thousandth of a point is drawn', () => hostile.microscopicPattern(), 'drawn')
contained('two million nested arrays do no harm', () => hostile.nestedArrays(2_000_000), 'drawn')
contained('a page tree that is its own parent is corrupt', () => hostile.cyclicPageTree(), 'document.corrupt')
contained('a page count of two thousand million is not believed', () => hostile.inflatedPageCount(), 'drawn')
contained(
  'a hundred thousand pages are too many',
  () => hostile.manyPages(100_000),
  'document.too_many_pages',
)
contained(
  'a page of a million points is too large',
  () => hostile.pageOfSize('0 0 1000000 1000000'),
  'document.too_large',
)
contained(
  'a page 23 times longer than wide is too large',
  () => hostile.pageOfSize('0 0 612 14400'),
  'document.too_large',
)
contained('a page without area is drawn at the default size', () => hostile.pageOfSize('0 0 0 0'), 'drawn')
contained('scripts and launch actions are ignored', () => hostile.openActions(), 'drawn')
contained(
  'a picture that cannot be decoded is no silent gap',
  () => hostile.brokenPicture(),
  'document.render_failed',
)
contained(
  'a PDF under a user password is encrypted',
  () => hostile.passwordProtected('zebra'),
  'document.encrypted',
)
contained('a truncated PDF is corrupt', () => textPagePdf().slice(0, 200), 'document.corrupt')
contained('bytes that are no PDF are corrupt', () => Buffer.alloc(10_000, 'x'), 'document.corrupt')
contained('no bytes at all are corrupt', () => new Uint8Array(0), 'document.corrupt')
