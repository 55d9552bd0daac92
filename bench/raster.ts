import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RasterPool } from '@answerback/imaging/raster/pool'
import type { NumberedPage } from '@answerback/imaging/raster/render-job'
import { writeTiff } from '@answerback/imaging/tiff/write-tiff'
import { bookPages, clinicalLetters, denseColumns, styledPages, type TextPdf } from './corpus/text-pdfs.ts'
import type { BenchRow } from './row.ts'
import { ghostscriptToTiff } from './support/ghostscript.ts'
import { printTable } from './support/print-table.ts'
import { median } from './support/statistics.ts'

const COMMAND = 'node bench/raster.ts'
const ROUNDS = 5
/** Passes that let the engine's hot code settle: the pool is resident, so that is the state faxes meet. */
const WARM_UP_PASSES = 4
const CPU_BAR = 0.7
const SPEED_BAR = 2.5

/** PDF → G4 TIFF at 204x196: CPU per page and pages per second against ghostscript, on the same files, in turn. */
export async function run(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'answerback-bench-'))
  try {
    const clinical = await styledPages(100)
    const corpora: readonly (readonly [string, TextPdf])[] = [
      ['clinical pages, 10', await styledPages(10)],
      ['clinical pages, 100', clinical],
      ['plain letters, 100 pages', await clinicalLetters(100)],
      ['dense two-column, 14 pages', await denseColumns(14)],
      ['book, 50 pages', await bookPages(50)],
    ]
    const rows: BenchRow[] = []
    const one = new RasterPool({ workers: 1 })
    for (const [name, corpus] of corpora) rows.push(await cpuPerPage(one, name, corpus, folder))
    await one.close()
    rows.push(overall(rows), await pagesPerSecond(clinical, folder))
    return rows
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function cpuPerPage(
  pool: RasterPool,
  name: string,
  corpus: TextPdf,
  folder: string,
): Promise<BenchRow> {
  const pdf = join(folder, 'in.pdf')
  const tiff = join(folder, 'out.tif')
  writeFileSync(pdf, corpus.bytes)
  for (let pass = 0; pass < WARM_UP_PASSES; pass++) await renderToTiff(pool, corpus.bytes)
  const ours: number[] = []
  const gs: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.cpuUsage()
    writeFileSync(tiff, await renderToTiff(pool, corpus.bytes))
    const { user, system } = process.cpuUsage(start)
    ours.push((user + system) / 1000 / corpus.pages.length)
    gs.push(ghostscriptToTiff(pdf, tiff).cpuMs / corpus.pages.length)
  }
  const ratio = median(ours) / median(gs)
  return row(
    `PDF to G4 TIFF, CPU: ${name}`,
    `${median(ours).toFixed(1)} ms/page`,
    `gs ${median(gs).toFixed(1)} ms/page`,
    {
      ratio,
      bar: `≤ ${CPU_BAR}x`,
      met: ratio <= CPU_BAR,
    },
  )
}

function overall(rows: readonly BenchRow[]): BenchRow {
  const ratio = median(rows.map((each) => each.ratio))
  return row('PDF to G4 TIFF, CPU: median of the corpora', '', '', {
    ratio,
    bar: `≤ ${CPU_BAR}x`,
    met: ratio <= CPU_BAR,
  })
}

async function pagesPerSecond(corpus: TextPdf, folder: string): Promise<BenchRow> {
  const pdf = join(folder, 'in.pdf')
  const tiff = join(folder, 'out.tif')
  writeFileSync(pdf, corpus.bytes)
  const pool = new RasterPool({ workers: 2 })
  for (let pass = 0; pass < WARM_UP_PASSES; pass++) await renderToTiff(pool, corpus.bytes)
  const ours: number[] = []
  const gs: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now()
    writeFileSync(tiff, await renderToTiff(pool, corpus.bytes))
    ours.push((corpus.pages.length * 1000) / (performance.now() - started))
    gs.push((corpus.pages.length * 1000) / ghostscriptToTiff(pdf, tiff).wallMs)
  }
  await pool.close()
  const ratio = median(ours) / median(gs)
  return row(
    '100 clinical pages, two warm workers',
    `${median(ours).toFixed(0)} pages/s`,
    `one gs ${median(gs).toFixed(0)} pages/s`,
    { ratio, bar: `≥ ${SPEED_BAR}x`, met: ratio >= SPEED_BAR },
  )
}

async function renderToTiff(pool: RasterPool, bytes: Uint8Array): Promise<Uint8Array> {
  const pages: NumberedPage[] = []
  const request = {
    bytes,
    type: 'pdf',
    pages: 'all',
    resolution: 'fine',
    paper: 'letter',
    mode: 'auto',
  } as const
  for await (const page of pool.render({ ...request, rowsReserved: 0, pagesMax: 500 })) pages.push(page)
  return writeTiff(pages)
}

function row(
  figure: string,
  ours: string,
  peer: string,
  result: { readonly ratio: number; readonly bar: string; readonly met: boolean },
): BenchRow {
  return { figure, ours, peer, ...result, ratio: Number(result.ratio.toFixed(3)), command: COMMAND }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) printTable(await run())
