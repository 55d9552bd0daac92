import type { CodedPage, Resolution } from '@answerback/imaging/page'
import { type Bitmap, createBitmap } from '@answerback/protocol/t4/bitmap'
import { encodeT6 } from '@answerback/protocol/t4/t6'

export function coded(bitmap: Bitmap, resolution: Resolution = 'fine'): CodedPage {
  const { width, rows } = bitmap
  return { width, rows, resolution, kind: 'bilevel', t6: encodeT6(bitmap) }
}

export function isBlack({ stride, words }: Bitmap, x: number, y: number): boolean {
  return (words[y * stride + (x >>> 5)]! & (0x80000000 >>> (x & 31))) !== 0
}

export function setBlack({ stride, words }: Bitmap, x: number, y: number): void {
  words[y * stride + (x >>> 5)]! |= 0x80000000 >>> (x & 31)
}

/** A square of 3 x 3 inches with a hole of one inch, one inch from the corner of a page. */
export function squareWithHole(width: number, rows: number, linesPerInch: number): Bitmap {
  const bitmap = createBitmap(width, rows)
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < width; x++) {
      const [across, down] = [x / 204, y / linesPerInch]
      const isInside = across >= 1 && across < 4 && down >= 1 && down < 4
      const isHole = across >= 2 && across < 3 && down >= 2 && down < 3
      if (isInside && !isHole) setBlack(bitmap, x, y)
    }
  }
  return bitmap
}
