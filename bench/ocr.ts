import { fileURLToPath } from 'node:url'
import { openTextReader, type TextReader } from '@answerback/imaging/ocr/text-reader'
import { RasterPool } from '@answerback/imaging/raster/pool'
import { type TextPage, textPages } from '../packages/imaging/test/ocr/text-pages.ts'
import { wordRecall } from '../packages/imaging/test/ocr/word-recall.ts'
import { bookPages, clinicalLetters, styledPages } from './corpus/text-pdfs.ts'
import type { BenchRow } from './row.ts'
import { printTable } from './support/print-table.ts'
import { receivedPages } from './support/received-pages.ts'

const COMMAND = 'node bench/ocr.ts'
const PAGES_PER_CORPUS = 8
const PAGES_AT_ONCE = 2
const FOUND_BAR = 0.97

/** How many words of clean pages are found after they came over a lossy line, by either engine. */
export async function run(): Promise<BenchRow[]> {
  const rows: BenchRow[] = []
  const received = { fine: await arrive('fine'), standard: await arrive('standard') }
  for (const engine of ['native', 'wasm'] as const) {
    const reader = await openTextReader({ engine, pagesAtOnce: PAGES_AT_ONCE, pageDeadlineMs: 300_000 })
    try {
      rows.push(await found(reader, received.fine, 'fine', engine === 'native' ? FOUND_BAR : undefined))
      rows.push(await found(reader, received.standard, 'standard', undefined))
    } finally {
      await reader.close()
    }
  }
  return rows
}

async function arrive(resolution: 'fine' | 'standard'): Promise<TextPage[]> {
  const pool = new RasterPool({ workers: 1 })
  try {
    const sent: TextPage[] = []
    for (const corpus of [clinicalLetters, styledPages, bookPages]) {
      sent.push(...(await textPages(pool, await corpus(PAGES_PER_CORPUS), resolution)))
    }
    const pages = receivedPages(
      sent.map(({ page }) => page),
      1,
    )
    return sent.map(({ words }, index) => ({ words, page: pages[index]! }))
  } finally {
    await pool.close()
  }
}

async function found(
  reader: TextReader,
  pages: readonly TextPage[],
  resolution: string,
  bar: number | undefined,
): Promise<BenchRow> {
  const startedAt = performance.now()
  const recalls = await Promise.all(
    pages.map(async ({ page, words }) => {
      const text = await reader.read(page, new AbortController().signal)
      return { ...wordRecall(words, text.words), isUpright: text.rotation === 0 }
    }),
  )
  const seconds = (performance.now() - startedAt) / 1_000 / pages.length
  const share = sum(recalls.map((each) => each.found)) / sum(recalls.map((each) => each.all))
  const upright = recalls.filter((each) => each.isUpright).length
  return {
    figure: `words found on ${pages.length} clean ${resolution} pages after a call at 5 % loss: ${reader.engine}`,
    ours: `${(share * 100).toFixed(2)} %, ${upright} seen to be upright, ${seconds.toFixed(1)} s/page, ${PAGES_AT_ONCE} at once`,
    peer: '',
    ratio: Number.NaN,
    bar: bar === undefined ? '-' : `≥ ${bar * 100} %`,
    met: upright === pages.length && share >= (bar ?? 0),
    command: COMMAND,
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) printTable(await run())
