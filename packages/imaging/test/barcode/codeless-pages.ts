import { type CodedPage, LINES_PER_INCH, type Resolution } from '@answerback/imaging/page'
import { type Bitmap, createBitmap } from '@answerback/protocol/t4/bitmap'
import { coded, setBlack } from '../preview/coded-pages.ts'

type Draw = (page: Bitmap, random: () => number) => void

/** Pages that hold no code, though some try to look like one. */
const DRAWINGS: Readonly<Record<string, Draw>> = {
  noise(page, random) {
    const share = random() ** 3 * 0.5
    for (let at = 0; at < page.words.length; at++) {
      for (let bit = 0; bit < 32; bit++) if (random() < share) page.words[at]! |= 0x80000000 >>> bit
    }
  },
  'a table of lines and boxes to tick'(page, random) {
    const rowHeight = 20 + Math.floor(random() * 60)
    const columns = Array.from({ length: 8 }, () => Math.floor(random() * (page.width - 20)))
    for (let top = 40; top + rowHeight < page.rows; top += rowHeight) {
      fill(page, 40, top, page.width - 40, top + 2)
      for (const left of columns) {
        fill(page, left, top, left + 2, top + rowHeight)
        if (random() < 0.5) fill(page, left + 8, top + 6, left + 8 + rowHeight / 3, top + 6 + rowHeight / 3)
      }
    }
  },
  'upright bars of any widths'(page, random) {
    for (let top = 30; top + 120 < page.rows; top += 160) {
      let left = 60
      while (left < page.width - 60) {
        const width = 2 + Math.floor(random() * 10)
        fill(page, left, top, left + width, top + 110)
        left += width + 2 + Math.floor(random() * 10)
      }
    }
  },
  'fields of random squares'(page, random) {
    const side = 4 + Math.floor(random() * 6)
    for (let top = 40; top + 20 * side < page.rows; top += 26 * side) {
      for (let left = 40; left + 20 * side < page.width; left += 26 * side) {
        for (let square = 0; square < 400; square++) {
          if (random() < 0.5) continue
          const x = left + (square % 20) * side
          const y = top + Math.floor(square / 20) * side
          fill(page, x, y, x + side, y + side)
        }
      }
    }
  },
  'a screen of dots'(page, random) {
    const pitch = 4 + Math.floor(random() * 6)
    const size = 1 + Math.floor(random() * (pitch - 1))
    for (let y = 0; y + size < page.rows; y += pitch) {
      for (let x = 0; x + size < page.width; x += pitch) fill(page, x, y, x + size, y + size)
    }
  },
}

export const CODELESS_KINDS = Object.keys(DRAWINGS)

export function codelessPage(
  kind: string,
  resolution: Resolution,
  random: () => number,
  inches = 11,
): CodedPage {
  const page = createBitmap(1728, Math.floor(inches * LINES_PER_INCH[resolution]))
  DRAWINGS[kind]!(page, random)
  return coded(page, resolution)
}

function fill(page: Bitmap, left: number, top: number, right: number, bottom: number): void {
  for (let y = Math.floor(top); y < Math.min(bottom, page.rows); y++) {
    for (let x = Math.floor(left); x < Math.min(right, page.width); x++) setBlack(page, x, y)
  }
}
