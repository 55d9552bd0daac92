import type { CodedPage, Resolution } from '@answerback/imaging/page'
import { type Bitmap, createBitmap } from '@answerback/protocol/t4/bitmap'
import { encodeT6 } from '@answerback/protocol/t4/t6'

/** A page of slanted strokes, blocks and specks, different for each seed: every coding mode occurs. */
export function samplePage(width: number, rows: number, seed = 1): Bitmap {
  const page = createBitmap(width, rows)
  for (let y = 0; y < rows; y++) {
    if ((y >>> 3) % 4 === 3) continue
    for (let x = 0; x < width; x++) {
      const isStroke = (x + (y >>> 1) * seed) % 37 < 4 + (y & 3)
      const isBlock = x > width / 2 && ((x >>> 5) + (y >>> 4)) % 3 === 0
      const isSpeck = Math.imul(x * 31 + y * 17 + seed, 0x9e3779b1) >>> 25 === 0
      if (isStroke || isBlock || isSpeck) page.words[y * page.stride + (x >>> 5)]! |= 0x80000000 >>> (x & 31)
    }
  }
  return page
}

export function codePage(bitmap: Bitmap, resolution: Resolution = 'fine'): CodedPage {
  return { width: bitmap.width, rows: bitmap.rows, resolution, kind: 'bilevel', t6: encodeT6(bitmap) }
}

/** Rows packed in bytes as TIFF stores them uncompressed. */
export function packedRows(page: Bitmap): Uint8Array {
  const rowBytes = (page.width + 7) >>> 3
  const bytes = new Uint8Array(rowBytes * page.rows)
  for (let y = 0; y < page.rows; y++) {
    for (let i = 0; i < rowBytes; i++) {
      bytes[y * rowBytes + i] = page.words[y * page.stride + (i >>> 2)]! >>> (24 - (i & 3) * 8)
    }
  }
  return bytes
}
