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
import { measureLibtiff, prepareFiles } from './codec-libtiff.ts'
import type { BenchRow } from './row.ts'

const ROUNDS = 7
const WARM_UP_PASSES = 5
const PASSES = 4
/** tiffcp gets the corpus this often in one file, so that its start does not count. */
const LIBTIFF_COPIES = 10
const COMMAND = 'node bench/codec.ts'
const ENCODE_BAR = 1.5
const DECODE_BAR = 1

interface Coding {
  readonly name: string
  encode(page: Bitmap): Uint8Array
  decode(coded: Uint8Array, page: Bitmap): Bitmap
}

const CODINGS: readonly Coding[] = [
  {
    name: 'MMR',
    encode: encodeT6,
    decode: (coded, page) => decodeT6(coded, { width: page.width, rowsMax: page.rows }),
  },
  {
    name: 'MR (K=4)',
    encode: (page) => encodeMr(page, { k: 4 }),
    decode: (coded, page) => decodeMr(coded, { width: page.width, rowsMax: page.rows }),
  },
  {
    name: 'MH',
    encode: encodeMh,
    decode: (coded, page) => decodeMh(coded, { width: page.width, rowsMax: page.rows }),
  },
]

/** T.6 against libtiff's `tiffcp`, and MH and MR beside it; needs pdftoppm and tiffcp. */
export async function run(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'answerback-codec-'))
  try {
    const pages = await buildCorpus(folder, process.env.ANSWERBACK_CHARTS)
    const libtiff = prepareFiles(folder, writeSource(folder, pages))
    for (const coding of CODINGS) measureOurs(coding, pages, WARM_UP_PASSES)
    const ours = CODINGS.map(() => ({ encode: [] as number[], decode: [] as number[] }))
    const peer = { encode: [] as number[], decode: [] as number[] }
    for (let round = 0; round < ROUNDS; round++) {
      const theirs = measureLibtiff(libtiff)
      peer.encode.push(theirs.encodeMs / (pages.length * LIBTIFF_COPIES))
      peer.decode.push(theirs.decodeMs / (pages.length * LIBTIFF_COPIES))
      CODINGS.forEach((coding, index) => {
        const { encodeMs, decodeMs } = measureOurs(coding, pages, PASSES)
        ours[index]!.encode.push(encodeMs)
        ours[index]!.decode.push(decodeMs)
      })
    }
    const peerEncode = median(peer.encode)
    const peerDecode = median(peer.decode)
    return CODINGS.flatMap((coding, index) => [
      benchRow(
        `${coding.name} encode, ${pages.length} pages`,
        median(ours[index]!.encode),
        peerEncode,
        ENCODE_BAR,
      ),
      benchRow(
        `${coding.name} decode, ${pages.length} pages`,
        median(ours[index]!.decode),
        peerDecode,
        DECODE_BAR,
      ),
    ])
  } finally {
    rmSync(folder, { recursive: true })
  }
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

/** CPU milliseconds a page; a page that does not come back exactly ends the bench. */
function measureOurs(
  coding: Coding,
  pages: readonly Bitmap[],
  passes: number,
): { encodeMs: number; decodeMs: number } {
  let coded: Uint8Array[] = []
  let decoded: Bitmap[] = []
  const encodeMs = cpuMs(() => {
    for (let pass = 0; pass < passes; pass++) coded = pages.map((page) => coding.encode(page))
  })
  const decodeMs = cpuMs(() => {
    for (let pass = 0; pass < passes; pass++)
      decoded = coded.map((data, index) => coding.decode(data, pages[index]!))
  })
  pages.forEach((page, index) => {
    if (Buffer.compare(bytesOf(page), bytesOf(decoded[index]!)) !== 0)
      throw new Error(`page ${index} came back changed`)
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

function benchRow(figure: string, oursMs: number, libtiffMs: number, bar: number): BenchRow {
  const ratio = libtiffMs / oursMs
  return {
    figure: `${figure}, CPU`,
    ours: `${oursMs.toFixed(2)} ms/page`,
    peer: `libtiff G4 ${libtiffMs.toFixed(2)} ms/page`,
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
