import type { Bitmap } from '@answerback/protocol/t4/bitmap'
import { CodingError } from '@answerback/protocol/t4/coding-error'
import { decodeT6 } from '@answerback/protocol/t4/t6'
import type { CodedPage, Resolution } from '../page.ts'
import { PageUnread } from './page-unread.ts'

/** Grey pixels that are about square, 204 to the inch; 0 is black. */
export interface Grey {
  readonly width: number
  readonly height: number
  readonly pixels: Uint8Array
}

/** A fine page of 2 m; T.30 lets a page be as long as the paper. */
const PIXELS_MAX = 64 * 2 ** 20

/** How many rows of pixels a row of the page becomes. */
export const PIXELS_PER_ROW: Readonly<Record<Resolution, number>> = { standard: 2, fine: 1, superfine: 0.5 }

/**
 * The page as engines want it. Fax pels are taller than wide at standard resolution and flat at superfine: rows are
 * doubled with straight lines between them, or averaged by two. Of 1,000 words at 98 lines an inch tesseract finds 959
 * as they come, 996 with rows repeated, 999 like this and 999 with cubic curves.
 *
 * Throws `PageUnread` `damaged` or `too_large`.
 */
export function squareGrey(page: CodedPage): Grey {
  if (page.width * page.rows * PIXELS_PER_ROW[page.resolution] > PIXELS_MAX) throw new PageUnread('too_large')
  const plain = greyOf(decode(page))
  if (page.resolution === 'standard') return withRowsDoubled(plain)
  return page.resolution === 'superfine' ? withRowsHalved(plain) : plain
}

function decode(page: CodedPage): Bitmap {
  try {
    const bitmap = decodeT6(page.t6, { width: page.width, rowsMax: page.rows })
    if (bitmap.rows > 0) return bitmap
  } catch (error) {
    if (!(error instanceof CodingError)) throw error
  }
  throw new PageUnread('damaged')
}

/** White, but for the set bits, which are walked: most of a page is white. */
function greyOf({ width, rows, stride, words }: Bitmap): Grey {
  const pixels = new Uint8Array(width * rows).fill(255)
  for (let row = 0; row < rows; row++) {
    for (let word = 0; word < stride; word++) {
      let bits = words[row * stride + word]!
      const at = row * width + word * 32
      while (bits !== 0) {
        const bit = Math.clz32(bits)
        pixels[at + bit] = 0
        bits &= ~(0x80000000 >>> bit)
      }
    }
  }
  return { width, height: rows, pixels }
}

/** Each row becomes two: a quarter of the row above in the upper one, a quarter of the row below in the lower. */
function withRowsDoubled({ width, height, pixels }: Grey): Grey {
  const doubled = new Uint8Array(2 * width * height)
  for (let row = 0; row < height; row++) {
    const at = row * width
    const above = Math.max(0, row - 1) * width
    const below = Math.min(height - 1, row + 1) * width
    for (let x = 0; x < width; x++) {
      const own = 3 * pixels[at + x]!
      doubled[2 * at + x] = (own + pixels[above + x]!) >>> 2
      doubled[2 * at + width + x] = (own + pixels[below + x]!) >>> 2
    }
  }
  return { width, height: 2 * height, pixels: doubled }
}

function withRowsHalved({ width, height, pixels }: Grey): Grey {
  const rows = (height + 1) >>> 1
  const halved = new Uint8Array(width * rows)
  for (let row = 0; row < rows; row++) {
    const upper = 2 * row * width
    const lower = Math.min(height - 1, 2 * row + 1) * width
    for (let x = 0; x < width; x++) halved[row * width + x] = (pixels[upper + x]! + pixels[lower + x]!) >>> 1
  }
  return { width, height: rows, pixels: halved }
}

/** A binary PGM, which every engine reads and which costs nothing to write. */
export function toPgm({ width, height, pixels }: Grey): Uint8Array {
  const header = Buffer.from(`P5\n${width} ${height}\n255\n`)
  const file = new Uint8Array(header.length + pixels.length)
  file.set(header)
  file.set(pixels, header.length)
  return file
}
