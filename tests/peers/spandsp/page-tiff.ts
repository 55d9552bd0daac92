import type { CodedPage } from '@answerback/imaging/page'
import { readTiff } from '@answerback/imaging/tiff/read-tiff'
import { TAG } from '@answerback/imaging/tiff/tags'
import { writeTiff } from '@answerback/imaging/tiff/write-tiff'
import type { Bitmap } from '@answerback/protocol/t4/bitmap'
import { encodeT6 } from '@answerback/protocol/t4/t6'

/** By the name of the T.30 capability that covers it. */
export type PageResolution = CodedPage['resolution'] | '300x300' | '400x400'

const ENTRY_BYTES = 12

/** A TIFF-F file of these pages, as a far end sends it. */
export function pagesToTiff(pages: readonly Bitmap[], resolution: PageResolution = 'fine'): Uint8Array {
  const isSquare = resolution === '300x300' || resolution === '400x400'
  const coded = pages.map(
    (page): CodedPage => ({
      width: page.width,
      rows: page.rows,
      resolution: isSquare ? 'fine' : resolution,
      kind: 'bilevel',
      t6: encodeT6(page),
    }),
  )
  const tiff = writeTiff(coded)
  if (isSquare) setDotsPerInch(tiff, Number.parseInt(resolution, 10))
  return tiff
}

/** Our writer knows the three resolutions at 204 dots an inch; the other ones are set in its finished file. */
function setDotsPerInch(tiff: Uint8Array, dotsPerInch: number): void {
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength)
  for (let directory = view.getUint32(4, true); directory !== 0; ) {
    const end = directory + 2 + view.getUint16(directory, true) * ENTRY_BYTES
    for (let entry = directory + 2; entry < end; entry += ENTRY_BYTES) {
      const tag = view.getUint16(entry, true)
      if (tag !== TAG.XResolution && tag !== TAG.YResolution) continue
      view.setUint32(view.getUint32(entry + 8, true), dotsPerInch, true)
    }
    directory = view.getUint32(end, true)
  }
}

/** The pixels of what a far end has written; none where it has written nothing. */
export function tiffToPages(tiff: Uint8Array | undefined): Bitmap[] {
  if (tiff === undefined) return []
  return readTiff(tiff).pages.map((page, index) => {
    if (page.form !== 'bilevel') throw new Error(`Page ${index + 1} is not a fax page`)
    return page.decode()
  })
}

/** A sentence for each page that is missing, too many, or not the same in every pixel. */
export function pageDifferences(expected: readonly Bitmap[], received: readonly Bitmap[]): string[] {
  const count = Math.max(expected.length, received.length)
  return Array.from({ length: count }, (_, index) => {
    const difference = pageDifference(expected[index], received[index])
    return difference && `page ${index + 1} ${difference}`
  }).filter((difference) => difference !== undefined)
}

function pageDifference(expected: Bitmap | undefined, received: Bitmap | undefined): string | undefined {
  if (received === undefined) return 'is missing'
  if (expected === undefined) return 'was never sent'
  if (expected.width !== received.width) return `is ${received.width} wide, not ${expected.width}`
  if (expected.rows !== received.rows) return `has ${received.rows} rows, not ${expected.rows}`
  let different = 0
  for (let row = 0; row < expected.rows; row++) {
    const [from, to] = [row * expected.stride, (row + 1) * expected.stride]
    if (expected.words.subarray(from, to).some((word, i) => word !== received.words[from + i])) different++
  }
  return different === 0 ? undefined : `differs in ${different} of ${expected.rows} rows`
}
