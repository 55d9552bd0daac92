import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { parseCoverTemplate } from '@answerback/imaging/cover/template'
import { DEFAULT_INTAKE_LIMITS } from '@answerback/imaging/intake/limits'
import { DocumentRefusal } from '@answerback/imaging/intake/refusal'
import { estimatedLineSeconds } from '@answerback/imaging/page'
import { writePdfa } from '@answerback/imaging/pdfa/write-pdfa'
import { RasterPool } from '@answerback/imaging/raster/pool'
import { type FaxPage, type FaxToRender, inspectDocument, renderFax } from '@answerback/imaging/render-fax'
import { writeTiff } from '@answerback/imaging/tiff/write-tiff'
import sharp from 'sharp'
import { coded, squareWithHole } from './preview/coded-pages.ts'

const pool = new RasterPool({ workers: 1 })
after(() => pool.close())

/** Pages that are told apart by their rows. */
const TIFF = writeTiff([300, 400, 500].map((rows) => coded(squareWithHole(1728, rows, 196))))
const ABOUT = { id: new Uint8Array(16), createdAt: new Date(0) }
const PDF = writePdfa(
  [2100, 1000].map((rows) => ({ page: coded(squareWithHole(1728, rows, 196)) })),
  ABOUT,
)
const PNG = await sharp({ create: { width: 300, height: 300, channels: 3, background: '#fff' } })
  .png()
  .toBuffer()

function fax(parts: Partial<FaxToRender>): FaxToRender {
  return { documents: [], resolution: 'fine', paper: 'letter', mode: 'auto', ttiRows: 24, ...parts }
}

async function collect(pages: AsyncIterable<FaxPage>): Promise<FaxPage[]> {
  const all: FaxPage[] = []
  for await (const page of pages) all.push(page)
  return all
}

async function pagesOf(request: FaxToRender): Promise<FaxPage[]> {
  return collect((await renderFax(pool, request)).pages)
}

function refusal(code: string, document?: number): (error: unknown) => boolean {
  return (error) => error instanceof DocumentRefusal && error.code === code && error.document === document
}

test('documents of several types become one fax in their order, with the pages that were picked', async () => {
  const documents = [{ bytes: TIFF, pages: ['3', '1-2'] }, { bytes: PNG }, { bytes: PDF, pages: ['2-'] }]
  const pages = await pagesOf(fax({ documents }))
  assert.deepEqual(
    pages.map((page) => page.number),
    [1, 2, 3, 4, 5],
  )
  assert.deepEqual(
    pages.slice(0, 3).map((page) => page.rows),
    [500, 300, 400],
  )
  assert.deepEqual(
    pages.map(({ origin }) => (origin.kind === 'document' ? [origin.index, origin.page] : [])),
    [
      [0, 3],
      [0, 1],
      [0, 2],
      [1, 1],
      [2, 2],
    ],
  )
  assert.ok(pages.every((page) => page.width === 1728 && page.resolution === 'fine'))
})

test('the cover sheet comes first and the count includes it', async () => {
  const rendered = await renderFax(
    pool,
    fax({ documents: [{ bytes: TIFF }], cover: { fields: { toName: 'Test Patient Zebra' } } }),
  )
  assert.equal(rendered.pageCount, 4)
  const pages = await collect(rendered.pages)
  assert.deepEqual(
    pages.map((page) => page.origin.kind),
    ['cover', 'document', 'document', 'document'],
  )
  assert.equal(pages[0]!.kind, 'vector')
})

test('a template changes the cover sheet', async () => {
  const fields = { toName: 'Test Patient Zebra' }
  const template = parseCoverTemplate({ accent: 'band', confidentiality: '' })
  const [plain] = await pagesOf(fax({ cover: { fields } }))
  const [own] = await pagesOf(fax({ cover: { fields, template } }))
  assert.notDeepEqual(own!.t6, plain!.t6)
})

test('the estimated seconds grow as pages are read', async () => {
  const rendered = await renderFax(pool, fax({ documents: [{ bytes: TIFF }] }))
  assert.deepEqual(rendered.estimatedSecondsPerPage, [])
  const seconds: number[] = []
  for await (const page of rendered.pages) {
    seconds.push(estimatedLineSeconds(page))
    assert.deepEqual(rendered.estimatedSecondsPerPage, seconds)
  }
  assert.equal(seconds.length, 3)
})

test('rows are kept free for the header line', async () => {
  const documents = [{ bytes: writePdfa([{ page: coded(squareWithHole(1728, 2156, 196)) }], ABOUT) }]
  for (const ttiRows of [0, 24, 60]) {
    const [page] = await pagesOf(fax({ documents, ttiRows }))
    assert.ok(page!.rows <= 2156 - ttiRows)
  }
})

test('a bad selection is refused before anything is drawn, naming its document', async () => {
  const documents = [{ bytes: TIFF }, { bytes: PDF, pages: ['3'] }]
  await assert.rejects(renderFax(pool, fax({ documents })), refusal('document.page_selection_invalid', 1))
})

test('a document that is none is refused by its place', async () => {
  const documents = [{ bytes: TIFF }, { bytes: Buffer.from('Dear colleague') }]
  await assert.rejects(renderFax(pool, fax({ documents })), refusal('document.unsupported_type', 1))
})

test('the page limit holds over all documents and the cover sheet together', async () => {
  const limits = { ...DEFAULT_INTAKE_LIMITS, pagesMax: 5 }
  const documents = [{ bytes: TIFF }, { bytes: PDF }]
  assert.equal((await renderFax(pool, fax({ documents, limits }))).pageCount, 5)
  const cover = { fields: { toName: 'Test Patient Zebra' } }
  await assert.rejects(renderFax(pool, fax({ documents, cover, limits })), refusal('document.too_many_pages'))
  const third = [...documents, { bytes: TIFF, pages: ['1'] }]
  await assert.rejects(
    renderFax(pool, fax({ documents: third, limits })),
    refusal('document.too_many_pages', 2),
  )
})

test('byte limits hold for one document and for all together', async () => {
  const limits = { ...DEFAULT_INTAKE_LIMITS, documentBytesMax: PNG.length, faxBytesMax: 2 * PNG.length }
  const png = { bytes: PNG }
  await assert.doesNotReject(renderFax(pool, fax({ documents: [png, png], limits })))
  await assert.rejects(
    renderFax(pool, fax({ documents: [png, png, png], limits })),
    refusal('document.too_large'),
  )
  const larger = Buffer.concat([PNG, Buffer.alloc(1)])
  await assert.rejects(
    renderFax(pool, fax({ documents: [{ bytes: larger }], limits })),
    refusal('document.too_large', 0),
  )
})

test('a fax of nothing is refused', async () => {
  await assert.rejects(renderFax(pool, fax({})), DocumentRefusal)
})

test('an aborted fax ends with the reason of the abort', async () => {
  const controller = new AbortController()
  const reason = new Error('canceled by the sender')
  const rendered = await renderFax(pool, fax({ documents: [{ bytes: TIFF }] }), controller.signal)
  const reading = (async () => {
    for await (const _page of rendered.pages) controller.abort(reason)
  })()
  await assert.rejects(reading, reason)
  await assert.rejects(renderFax(pool, fax({ documents: [{ bytes: TIFF }] }), controller.signal), reason)
})

test('a renderer that gives fewer pages than it was asked for is caught', async () => {
  const short = {
    inspect: pool.inspect.bind(pool),
    async *render(...request: Parameters<RasterPool['render']>) {
      for await (const page of pool.render(...request)) {
        if (page.number < 3) yield page
      }
    },
  }
  const rendered = await renderFax(short, fax({ documents: [{ bytes: TIFF }] }))
  await assert.rejects(collect(rendered.pages), refusal('document.render_failed', 0))
})

test('a document is described without being drawn', async () => {
  assert.deepEqual(await inspectDocument(pool, TIFF), { type: 'tiff', pageCount: 3 })
  assert.deepEqual(await inspectDocument(pool, PDF), { type: 'pdf', pageCount: 2 })
  assert.deepEqual(await inspectDocument(pool, PNG), { type: 'png', pageCount: 1 })
})
