import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeTiff } from '@answerback/imaging/tiff/write-tiff'
import type { Bitmap } from '@answerback/protocol/t4/bitmap'
import { decodeMh, encodeMh } from '@answerback/protocol/t4/mh'
import { decodeMr, encodeMr } from '@answerback/protocol/t4/mr'
import { decodeT6, encodeT6 } from '@answerback/protocol/t4/t6'
import { buildCorpus } from './codec-corpus.ts'
import { type LibtiffCoding, LibtiffPeer } from './codec-libtiff.ts'
import type { BenchRow } from './row.ts'

const ROUNDS = 7
const WARM_UP_PASSES = 5
const PASSES = 4
/** tiffcp gets the corpus this often in one file, so that its start does not count. */
const LIBTIFF_COPIES = 10
const COMMAND = 'node bench/codec.ts'
interface Coding {
  readonly name: string
  readonly peer: LibtiffCoding
  /** How many times as fast as libtiff. */
  readonly encodeBar: number
  readonly decodeBar: number
  encode(page: Bitmap): Uint8Array
  decode(coded: Uint8Array, page: Bitmap): Bitmap
}

const CODINGS: readonly Coding[] = [
  {
    name: 'T.6 (MMR)',
    peer: 'g4',
    encodeBar: 1.5,
    decodeBar: 1,
    encode: encodeT6,
    decode: (coded, page) => decodeT6(coded, { width: page.width, rowsMax: page.rows }),
  },
  {
    name: 'T.4 2-D (MR, K=4)',
    peer: 'g3:2d',
    encodeBar: 1,
    decodeBar: 1,
    encode: (page) => encodeMr(page, { k: 4 }),
    decode: (coded, page) => decodeMr(coded, { width: page.width, rowsMax: page.rows }),
  },
  {
    name: 'T.4 1-D (MH)',
    peer: 'g3:1d',
    encodeBar: 1,
    decodeBar: 1,
    encode: (page) => encodeMh(page),
    decode: (coded, page) => decodeMh(coded, { width: page.width, rowsMax: page.rows }),
  },
]

/** CPU milliseconds a page, a value a round. */
interface Samples {
  readonly encode: number[]
  readonly decode: number[]
}

/** The codec against libtiff's `tiffcp` on the same pages, each after the other; needs pdftoppm and tiffcp. */
export async function run(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'answerback-codec-'))
  try {
    const pages = await buildCorpus(folder, process.env.ANSWERBACK_CHARTS)
    const source = writeSource(folder, pages)
    const libtiff = new LibtiffPeer(
      folder,
      source,
      CODINGS.map((coding) => coding.peer),
    )
    return CODINGS.flatMap((coding) => compare(coding, pages, libtiff))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function compare(coding: Coding, pages: readonly Bitmap[], libtiff: LibtiffPeer): BenchRow[] {
  checkRoundTrip(coding, pages)
  const ours: Samples = { encode: [], decode: [] }
  const theirs: Samples = { encode: [], decode: [] }
  measureOurs(coding, pages, WARM_UP_PASSES)
  for (let round = 0; round < ROUNDS; round++) {
    const peer = libtiff.measure(coding.peer)
    theirs.encode.push(peer.encodeMs / (pages.length * LIBTIFF_COPIES))
    theirs.decode.push(peer.decodeMs / (pages.length * LIBTIFF_COPIES))
    const own = measureOurs(coding, pages, PASSES)
    ours.encode.push(own.encodeMs)
    ours.decode.push(own.decodeMs)
  }
  const subject = `${coding.name}, ${pages.length} pages`
  return [
    benchRow(`${subject}, encode`, ours.encode, theirs.encode, coding.encodeBar),
    benchRow(`${subject}, decode`, ours.decode, theirs.decode, coding.decodeBar),
  ]
}

function checkRoundTrip(coding: Coding, pages: readonly Bitmap[]): void {
  pages.forEach((page, index) => {
    const decoded = coding.decode(coding.encode(page), page)
    if (Buffer.compare(bytesOf(page), bytesOf(decoded)) !== 0)
      throw new Error(`page ${index} came back changed`)
  })
}

function writeSource(folder: string, pages: readonly Bitmap[]): string {
  const coded = pages.map((page) => ({
    width: page.width,
    rows: page.rows,
    resolution: 'fine' as const,
    kind: 'bilevel' as const,
    t6: encodeT6(page),
  }))
  const path = join(folder, 'source.tif')
  writeFileSync(path, writeTiff(Array.from({ length: LIBTIFF_COPIES }, () => coded).flat()))
  return path
}

function measureOurs(
  coding: Coding,
  pages: readonly Bitmap[],
  passes: number,
): { encodeMs: number; decodeMs: number } {
  const coded = pages.map((page) => coding.encode(page))
  const encodeMs = cpuMs(() => {
    for (let pass = 0; pass < passes; pass++) for (const page of pages) coding.encode(page)
  })
  const decodeMs = cpuMs(() => {
    for (let pass = 0; pass < passes; pass++) {
      for (const [index, page] of pages.entries()) coding.decode(coded[index]!, page)
    }
  })
  const count = pages.length * passes
  return { encodeMs: encodeMs / count, decodeMs: decodeMs / count }
}

function bytesOf(page: Bitmap): Uint8Array {
  return new Uint8Array(page.words.buffer, page.words.byteOffset, page.words.byteLength)
}

function cpuMs(work: () => void): number {
  const start = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1000
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >>> 1]!
}

function benchRow(figure: string, ours: readonly number[], theirs: readonly number[], bar: number): BenchRow {
  const oursMs = median(ours)
  const libtiffMs = median(theirs)
  const ratio = libtiffMs / oursMs
  return {
    figure: `${figure}, CPU`,
    ours: `${oursMs.toFixed(2)} ms/page`,
    peer: `libtiff ${libtiffMs.toFixed(2)} ms/page`,
    ratio: Number(ratio.toFixed(2)),
    bar: `≥ ${bar.toFixed(1)}x as fast`,
    met: ratio >= bar,
    command: COMMAND,
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const rows = await run()
  for (const row of rows) {
    const verdict = row.met ? 'met' : 'MISSED'
    process.stdout.write(`${row.figure}: ${row.ours}, ${row.peer}: ${row.ratio}x (${row.bar}: ${verdict})\n`)
  }
  process.stdout.write(`${JSON.stringify(rows)}\n`)
}
