import { fileURLToPath } from 'node:url'
import { BarcodeReader } from '@answerback/imaging/barcode/barcode-reader'
import type { CodedPage, Resolution } from '@answerback/imaging/page'
import { RasterPool } from '@answerback/imaging/raster/pool'
import {
  type CodePage,
  coverSheet,
  drawCode,
  pageWithCode,
} from '../packages/imaging/test/barcode/code-pages.ts'
import { CODELESS_KINDS, codelessPage } from '../packages/imaging/test/barcode/codeless-pages.ts'
import { drawWear, wornPage } from '../packages/imaging/test/barcode/worn-page.ts'
import { bookPages, clinicalLetters, denseColumns, styledPages } from './corpus/text-pdfs.ts'
import { seeded } from './corpus/words.ts'
import type { BenchRow } from './row.ts'
import { printTable } from './support/print-table.ts'
import { receivedPages } from './support/received-pages.ts'

const COMMAND = 'node bench/barcode.ts'
const THREADS = 2
const CODES = 25
/** Worn copies of each page: 25 codes of two kinds at two resolutions, 1,000 pages. */
const COPIES = 10
const FINE_BAR = 0.995
const CODELESS_PAGES = 1_000

/** How many codes are read of pages that came over a lossy line and were worn, and how many of pages that have none. */
export async function run(): Promise<BenchRow[]> {
  const pool = new RasterPool({ workers: 1 })
  const reader = new BarcodeReader({ threads: THREADS })
  try {
    const rows: BenchRow[] = []
    for (const resolution of ['fine', 'standard'] as const) {
      const covers: CodePage[] = []
      const matrices: CodePage[] = []
      const random = seeded(resolution.length)
      for (let code = 0; code < CODES; code++) {
        covers.push(await coverSheet(pool, drawCode(random), resolution))
        matrices.push(await pageWithCode('DataMatrix', drawCode(random), resolution))
      }
      rows.push(await readRate(reader, `QR on our cover sheet, ${resolution}`, resolution, covers))
      rows.push(await readRate(reader, `DataMatrix, ${resolution}`, resolution, matrices))
    }
    rows.push(await falseReads(reader, pool))
    return rows
  } finally {
    await pool.close()
    await reader.close()
  }
}

async function readRate(
  reader: BarcodeReader,
  name: string,
  resolution: Resolution,
  pages: readonly CodePage[],
): Promise<BenchRow> {
  const received = receivedPages(
    pages.map(({ page }) => page),
    pages.length,
  )
  let read = 0
  let wrong = 0
  await forEach(COPIES * pages.length, async (index) => {
    const { text } = pages[index % pages.length]!
    const random = seeded(index)
    const worn = wornPage(received[index % pages.length]!, drawWear(random), random)
    const found = await reader.read(worn, new AbortController().signal)
    if (found.some((barcode) => barcode.text === text)) read++
    wrong += found.filter((barcode) => barcode.text !== text).length
  })
  const share = read / (COPIES * pages.length)
  const isBar = resolution === 'fine'
  return {
    figure: `barcodes of worn pages after a call at 5 % loss: ${name}`,
    ours: `${(share * 100).toFixed(1)} % of ${COPIES * pages.length}, ${wrong} wrong`,
    peer: '',
    ratio: Number.NaN,
    bar: isBar ? '≥ 99.5 %, 0 wrong' : '0 wrong',
    met: wrong === 0 && (!isBar || share >= FINE_BAR),
    command: COMMAND,
  }
}

async function falseReads(reader: BarcodeReader, pool: RasterPool): Promise<BenchRow> {
  const texts = await textPages(pool)
  const found: string[] = []
  await forEach(CODELESS_PAGES, async (index) => {
    const random = seeded(index)
    const resolution = index % 4 < 2 ? 'fine' : 'standard'
    const page =
      index % 2 === 0
        ? wornPage(texts[(index >> 1) % texts.length]!, drawWear(random), random)
        : codelessPage(CODELESS_KINDS[(index >> 1) % CODELESS_KINDS.length]!, resolution, random)
    const codes = await reader.read(page, new AbortController().signal)
    found.push(...codes.map(({ format }) => format))
  })
  return {
    figure: `barcodes seen on ${CODELESS_PAGES} pages that have none (text, tables, noise, bars, squares)`,
    ours: `${found.length} ${found.join(' ')}`.trim(),
    peer: '',
    ratio: Number.NaN,
    bar: '0',
    met: found.length === 0,
    command: COMMAND,
  }
}

async function textPages(pool: RasterPool): Promise<CodedPage[]> {
  const pages: CodedPage[] = []
  for (const corpus of [
    await styledPages(15),
    await clinicalLetters(15),
    await denseColumns(15),
    await bookPages(15),
  ]) {
    for (const resolution of ['fine', 'standard'] as const) {
      const request = { bytes: corpus.bytes, type: 'pdf', pages: 'all', resolution, paper: 'letter' } as const
      for await (const page of pool.render({ ...request, mode: 'auto', rowsReserved: 0, pagesMax: 100 }))
        pages.push(page)
    }
  }
  return pages
}

/** As many at a time as there are threads. */
async function forEach(count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0
  const one = async () => {
    while (next < count) await work(next++)
  }
  await Promise.all(Array.from({ length: THREADS }, one))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) printTable(await run())
