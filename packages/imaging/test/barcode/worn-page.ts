import type { CodedPage } from '@answerback/imaging/page'
import { type Bitmap, createBitmap } from '@answerback/protocol/t4/bitmap'
import { decodeT6 } from '@answerback/protocol/t4/t6'
import { coded, isBlack, setBlack } from '../preview/coded-pages.ts'

/** What scanners and lines without error correction do to a page. */
export interface Wear {
  /** Share of the pels that are of the other colour. */
  readonly flipped: number
  /** Share of the rows that did not come: every other one is lost, the rest are as the row above. */
  readonly missingRows: number
  readonly skewDegrees: number
  /** Pels to the right; rows are moved as far. */
  readonly shift: number
}

export function drawWear(random: () => number): Wear {
  return {
    flipped: random() * 0.01,
    missingRows: random() * 0.01,
    skewDegrees: random() * 2 - 1,
    shift: Math.round(random() * 40 - 20),
  }
}

export function wornPage(page: CodedPage, wear: Wear, random: () => number): CodedPage {
  const bitmap = decodeT6(page.t6, { width: page.width, rowsMax: page.rows })
  const moved = withRowsMissing(skewed(bitmap, wear, page), wear.missingRows, random)
  flip(moved, wear.flipped, random)
  return coded(moved, page.resolution)
}

/** Nearest neighbour, by two shears: as a sheet that goes askew past the sensor. */
function skewed(bitmap: Bitmap, { skewDegrees, shift }: Wear, { resolution }: CodedPage): Bitmap {
  const linesToPels = { standard: 98, fine: 196, superfine: 391 }[resolution] / 204
  const slope = Math.tan((skewDegrees * Math.PI) / 180)
  const { width, rows, stride, words } = bitmap
  const turned = createBitmap(width, rows)
  for (let y = 0; y < rows; y++) {
    const across = shift - Math.round(((y - rows / 2) / linesToPels) * slope)
    for (let word = 0; word < stride; word++) {
      let bits = words[y * stride + word]!
      while (bits !== 0) {
        const bit = Math.clz32(bits)
        bits &= ~(0x80000000 >>> bit)
        const x = word * 32 + bit
        const toX = x + across
        const toY = y + Math.round(((x - width / 2) * slope + shift) * linesToPels)
        if (toX >= 0 && toX < width && toY >= 0 && toY < rows) setBlack(turned, toX, toY)
      }
    }
  }
  return turned
}

function withRowsMissing(bitmap: Bitmap, share: number, random: () => number): Bitmap {
  const { width, stride, words } = bitmap
  const kept: Uint32Array[] = []
  let missing = 0
  for (let y = 0; y < bitmap.rows; y++) {
    const row = words.subarray(y * stride, (y + 1) * stride)
    if (random() >= share) kept.push(row)
    else if (missing++ % 2 === 0 && kept.length > 0) kept.push(kept.at(-1)!)
  }
  const rest = createBitmap(width, kept.length)
  for (const [y, row] of kept.entries()) rest.words.set(row, y * stride)
  return rest
}

function flip(bitmap: Bitmap, share: number, random: () => number): void {
  const { width, rows, stride, words } = bitmap
  for (let count = Math.round(width * rows * share); count > 0; count--) {
    const x = Math.floor(random() * width)
    const y = Math.floor(random() * rows)
    if (isBlack(bitmap, x, y)) words[y * stride + (x >>> 5)]! &= ~(0x80000000 >>> (x & 31))
    else setBlack(bitmap, x, y)
  }
}
