import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { estimatedLineSeconds } from '@answerback/imaging/page'
import { RasterPool } from '@answerback/imaging/raster/pool'
import type { NumberedPage } from '@answerback/imaging/raster/render-job'
import { readTiff } from '@answerback/imaging/tiff/read-tiff'
import { writeTiff } from '@answerback/imaging/tiff/write-tiff'
import { encodeT6 } from '@answerback/protocol/t4/t6'
import { OFFICE_SCANNER, POOR_SCANNER, scanned } from './corpus/scans.ts'
import { styledPages, type TextPdf } from './corpus/text-pdfs.ts'
import type { BenchRow } from './row.ts'
import { ghostscriptToTiff } from './support/ghostscript.ts'
import { printTable } from './support/print-table.ts'

const COMMAND = 'node bench/line-seconds.ts'
const PAGES = 6
/** Ghostscript with a hard threshold instead of its dither: the settings a careful operator would find. */
const TUNED_CUTS = [0.63, 0.45] as const

interface Result {
  readonly name: string
  readonly seconds: number
  /** Share of the true words that OCR finds, 0..1. */
  readonly words: number
}

/** Seconds a page keeps a 14,400 bit/s line busy (MMR bits alone), and how much of it can still be read. */
export async function run(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'answerback-bench-'))
  const pool = new RasterPool({ workers: 2 })
  try {
    const clean = await styledPages(PAGES)
    const grey = await scanned(clean, OFFICE_SCANNER)
    const poor = await scanned(clean, POOR_SCANNER)
    return [
      ...(await compare('clean clinical page', clean, { default: 0.45, tuned: 1 }, pool, folder)),
      ...(await compare('grey scan', grey, { default: 0.07, tuned: 1 }, pool, folder)),
      ...(await compare('poor scan', poor, { tuned: 0.3 }, pool, folder)),
    ]
  } finally {
    await pool.close()
    rmSync(folder, { recursive: true })
  }
}

async function compare(
  name: string,
  corpus: TextPdf,
  bars: { readonly default?: number; readonly tuned: number },
  pool: RasterPool,
  folder: string,
): Promise<BenchRow[]> {
  const ours = await measureOurs(pool, corpus, folder)
  const plain = measureGhostscript('gs default', corpus, folder)
  const tuned = TUNED_CUTS.map((cut) =>
    measureGhostscript(`gs cut at ${cut}`, corpus, folder, `{ ${cut} lt { 0 } { 1 } ifelse } settransfer`),
  )
  for (const each of [ours, plain, ...tuned]) {
    process.stderr.write(`  ${name}: ${each.name}: ${describe(each)}\n`)
  }
  // The best peer is the one that can be read best: fewer seconds for lost words are no gain.
  const best = tuned.reduce((a, b) =>
    b.words > a.words || (b.words === a.words && b.seconds < a.seconds) ? b : a,
  )
  const rows =
    bars.default === undefined ? [] : [row(`${name}, against gs default`, ours, plain, bars.default)]
  return [...rows, row(`${name}, against the best-tuned gs`, ours, best, bars.tuned, best.words)]
}

async function measureOurs(pool: RasterPool, corpus: TextPdf, folder: string): Promise<Result> {
  const pages: NumberedPage[] = []
  const request = {
    bytes: corpus.bytes,
    type: 'pdf',
    pages: 'all',
    resolution: 'fine',
    paper: 'letter',
  } as const
  for await (const page of pool.render({ ...request, mode: 'auto', rowsReserved: 0, pagesMax: 500 }))
    pages.push(page)
  const tiff = join(folder, 'ours.tif')
  writeFileSync(tiff, writeTiff(pages))
  return { name: 'ours', seconds: meanSeconds(pages), words: wordsFound(tiff, corpus) }
}

function measureGhostscript(name: string, corpus: TextPdf, folder: string, prologue?: string): Result {
  const pdf = join(folder, 'in.pdf')
  const tiff = join(folder, 'gs.tif')
  writeFileSync(pdf, corpus.bytes)
  ghostscriptToTiff(pdf, tiff, prologue)
  return { name, seconds: meanSeconds(codePages(readFileSync(tiff))), words: wordsFound(tiff, corpus) }
}

/** The same coder for both sides: MMR of the peer's pixels, whatever its strips cost it. */
function codePages(tiff: Uint8Array): readonly { readonly t6: Uint8Array }[] {
  return readTiff(tiff).pages.map((page) => {
    if (page.form !== 'bilevel') throw new Error('ghostscript writes bilevel pages')
    return { t6: encodeT6(page.decode()) }
  })
}

function meanSeconds(pages: readonly { readonly t6: Uint8Array }[]): number {
  return pages.reduce((sum, page) => sum + estimatedLineSeconds(page), 0) / pages.length
}

/** Words of the pages that tesseract finds, each counted as often as it is there. */
function wordsFound(tiff: string, corpus: TextPdf): number {
  const text = execFileSync('tesseract', [tiff, 'stdout', '--psm', '4'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, OMP_THREAD_LIMIT: '1' },
  })
  const pagesRead = text.split('\f')
  let found = 0
  let all = 0
  for (const [index, words] of corpus.pages.entries()) {
    const left = new Map<string, number>()
    for (const word of lettersOf(pagesRead[index] ?? '')) left.set(word, (left.get(word) ?? 0) + 1)
    for (const word of lettersOf(words.join(' '))) {
      all++
      const count = left.get(word) ?? 0
      if (count === 0) continue
      found++
      left.set(word, count - 1)
    }
  }
  return found / all
}

function lettersOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[a-z0-9]+/g) ?? []
}

function describe({ seconds, words }: Result): string {
  return `${seconds.toFixed(1)} s/page, ${(words * 100).toFixed(1)} % of words`
}

function row(figure: string, ours: Result, peer: Result, bar: number, wordsMin = 0): BenchRow {
  const ratio = ours.seconds / peer.seconds
  return {
    figure: `line seconds at 14,400: ${figure}`,
    ours: describe(ours),
    peer: `${peer.name}: ${describe(peer)}`,
    ratio: Number(ratio.toFixed(3)),
    bar: wordsMin > 0 ? `≤ ${bar}x, words not lower` : `≤ ${bar}x`,
    met: ratio <= bar && ours.words >= wordsMin,
    command: COMMAND,
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) printTable(await run())
