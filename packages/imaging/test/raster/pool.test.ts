import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { RasterPool } from '../../src/raster/pool.ts'
import type { Timers } from '../../src/raster/timers.ts'
import { formFanOut, microscopicPattern } from '../pdf/hostile-pdfs.ts'
import { type PdfBody, rawPdf, stream, textPagePdf } from '../pdf/raw-pdf.ts'
import { renderAll, requestFor } from './drawn-page.ts'

let pool: RasterPool
before(async () => {
  pool = new RasterPool({ workers: 2 })
  await pool.ready()
})
after(() => pool.close())

/** Pages that each carry their number as that many black bars. */
function numberedPages(count: number): Uint8Array {
  const pages = Array.from({ length: count }, (_, index): PdfBody[] => {
    const bars = Array.from({ length: index + 1 }, (_, bar) => `72 ${40 + bar * 10} 400 4 re f`).join(' ')
    const contents = 3 + index * 2 + 1
    return [
      `<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents ${contents} 0 R/Resources<<>>>>`,
      stream(bars),
    ]
  })
  const kids = pages.map((_, index) => `${3 + index * 2} 0 R`).join(' ')
  return rawPdf([
    '<</Type/Catalog/Pages 2 0 R>>',
    `<</Type/Pages/Kids[${kids}]/Count ${count}>>`,
    ...pages.flat(),
  ])
}

test('a document is inspected without drawing it', async () => {
  const { pageCount, pages } = await pool.inspect({ bytes: numberedPages(3), type: 'pdf' })
  assert.equal(pageCount, 3)
  assert.deepEqual(pages[2], { widthPt: 612, heightPt: 792 })
})

test('pages spread over two workers come back in order', async () => {
  const pages = await renderAll(pool, numberedPages(40))
  assert.deepEqual(
    pages.map((page) => page.number),
    Array.from({ length: 40 }, (_, index) => index + 1),
  )
  const sizes = pages.map((page) => page.t6.length)
  assert.deepEqual(
    sizes,
    [...sizes].sort((a, b) => a - b),
    'each page has one bar more than the one before',
  )
})

test('a selection comes back in the order it was asked for', async () => {
  const pages = await renderAll(pool, numberedPages(9), { pages: [7, 2, 2] })
  assert.deepEqual(
    pages.map((page) => page.number),
    [7, 2, 2],
  )
})

test('the same page is coded to the same bytes every time, on every worker', async () => {
  const bytes = numberedPages(4)
  const rounds = await Promise.all([1, 2, 3].map(() => renderAll(pool, bytes)))
  for (const pages of rounds)
    assert.deepEqual(
      pages.map((page) => page.t6),
      rounds[0]!.map((page) => page.t6),
    )
})

test('a page that does not exist is refused', async () => {
  await assert.rejects(renderAll(pool, numberedPages(2), { pages: [3] }), {
    code: 'document.page_selection_invalid',
  })
})

test('more pages than allowed are refused before any is drawn', async () => {
  const before = pool.stats().pagesRendered
  await assert.rejects(renderAll(pool, numberedPages(4), { pagesMax: 3 }), {
    code: 'document.too_many_pages',
  })
  assert.equal(pool.stats().pagesRendered, before)
})

test('a reader that stops taking pages stops the drawing', async () => {
  const before = pool.stats().pagesRendered
  const pages = pool.render(requestFor(numberedPages(60)))
  await pages.next()
  await delay(300)
  assert.ok(pool.stats().pagesRendered - before <= 10, `${pool.stats().pagesRendered - before} pages drawn`)
  await pages.return(undefined)
  assert.equal(pool.stats().documents, 0)
})

test('aborting the signal ends the rendering with its reason', async () => {
  const abort = new AbortController()
  const pages = pool.render(requestFor(numberedPages(60)), abort.signal)
  await pages.next()
  const reason = new Error('no longer wanted')
  abort.abort(reason)
  await assert.rejects(async () => {
    for await (const _ of pages);
  }, reason)
  assert.equal(pool.stats().documents, 0)
})

test('a second document does not wait for a long one to end', async () => {
  const long = renderAll(pool, numberedPages(60))
  let longDone = false
  void long.then(() => {
    longDone = true
  })
  await renderAll(pool, textPagePdf())
  assert.equal(longDone, false)
  assert.equal((await long).length, 60)
})

test('pages before a refused one are still delivered', async () => {
  const bad = '<</Type/Page/Parent 2 0 R/MediaBox[0 0 90000 90000]/Contents 4 0 R/Resources<<>>>>'
  const good = '<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<<>>>>'
  const bytes = rawPdf([
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R 5 0 R]/Count 2>>',
    good,
    stream('0 0 99 99 re f'),
    bad,
  ])
  const numbers: number[] = []
  await assert.rejects(
    async () => {
      for await (const page of pool.render(requestFor(bytes))) numbers.push(page.number)
    },
    { code: 'document.too_large', page: 2 },
  )
  assert.deepEqual(numbers, [1])
})

test('a worker whose engine ran out of memory is replaced, and other documents go on', async () => {
  const lost = pool.stats().workersLost
  const [bomb, pages] = await Promise.allSettled([
    renderAll(pool, formFanOut(12, 9)),
    renderAll(pool, numberedPages(20)),
  ])
  assert.equal(bomb.status, 'rejected')
  assert.ok(pages.status === 'fulfilled' && pages.value.length === 20)
  assert.equal(pool.stats().workersLost, lost + 1)
  assert.equal((await renderAll(pool, numberedPages(20))).length, 20)
  for (let waits = 0; pool.stats().workers < 2 && waits < 100; waits++) await delay(50)
  assert.equal(pool.stats().workers, 2)
})

test('a worker still busy at its deadline is ended and replaced', async () => {
  const impatient = new RasterPool({ workers: 1, pageDeadlineMs: 100 })
  await impatient.ready()
  await assert.rejects(renderAll(impatient, microscopicPattern()), {
    code: 'document.render_failed',
    message: 'A page took too long to draw.',
    page: 1,
  })
  assert.equal((await renderAll(impatient, textPagePdf())).length, 1)
  assert.equal(impatient.stats().workersLost, 1)
  await impatient.close()
})

test('a document that takes too long altogether is refused', async () => {
  const fired: (() => void)[] = []
  const timers: Timers = {
    after(ms, fire) {
      if (ms === 77_777) fired.push(fire)
      return () => undefined
    },
  }
  const slow = new RasterPool({ workers: 1, documentDeadlineMs: 77_777, timers })
  const pages = slow.render(requestFor(numberedPages(60)))
  await pages.next()
  fired[0]!()
  await assert.rejects(
    async () => {
      for await (const _ of pages);
    },
    { code: 'document.render_failed' },
  )
  await slow.close()
})

test('a worker is recycled after its share of pages', async () => {
  const brief = new RasterPool({ workers: 1, recycleAfterPages: 5 })
  assert.equal((await renderAll(brief, numberedPages(12))).length, 12)
  assert.equal(brief.stats().workersRecycled, 2)
  assert.equal(brief.stats().workersLost, 0)
  await brief.close()
})

test('closing the pool refuses what is under way', async () => {
  const closing = new RasterPool({ workers: 1 })
  const pages = renderAll(closing, numberedPages(60))
  const refused = assert.rejects(pages, { code: 'document.render_failed' })
  await closing.close()
  await refused
  await assert.rejects(closing.inspect({ bytes: textPagePdf(), type: 'pdf' }), /closed/)
})
