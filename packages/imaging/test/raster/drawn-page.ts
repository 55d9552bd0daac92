import { decodeT6 } from '@answerback/protocol/t4/t6'
import type { CodedPage } from '../../src/page.ts'
import type { RasterPool } from '../../src/raster/pool.ts'
import type { RenderRequest } from '../../src/raster/pool-types.ts'
import type { NumberedPage } from '../../src/raster/render-job.ts'

const ROWS_MAX = 6_000

/** What a far end would print: the coded page, decoded, with the questions tests ask of it. */
export class DrawnPage {
  readonly width: number
  readonly rows: number
  readonly #black: (x: number, y: number) => boolean

  constructor(page: CodedPage) {
    const { words, stride, rows } = decodeT6(page.t6, { width: page.width, rowsMax: ROWS_MAX })
    this.width = page.width
    this.rows = rows
    this.#black = (x, y) => (words[y * stride + (x >>> 5)]! & (0x80000000 >>> (x & 31))) !== 0
  }

  isBlack(x: number, y: number): boolean {
    return this.#black(x, y)
  }

  /** Black pixels in a rectangle given in shares (0..1) of the page. */
  inkShare(left: number, top: number, right: number, bottom: number): number {
    let black = 0
    let all = 0
    for (let y = Math.floor(top * this.rows); y < Math.floor(bottom * this.rows); y++) {
      for (let x = Math.floor(left * this.width); x < Math.floor(right * this.width); x++, all++) {
        if (this.#black(x, y)) black++
      }
    }
    return black / all
  }

  /** The smallest rectangle that holds all ink, right and bottom exclusive; undefined for a blank page. */
  inkBox(): { left: number; top: number; right: number; bottom: number } | undefined {
    let box: { left: number; top: number; right: number; bottom: number } | undefined
    for (let y = 0; y < this.rows; y++) {
      for (let x = 0; x < this.width; x++) {
        if (!this.#black(x, y)) continue
        box ??= { left: x, top: y, right: x + 1, bottom: y + 1 }
        box.left = Math.min(box.left, x)
        box.right = Math.max(box.right, x + 1)
        box.bottom = y + 1
      }
    }
    return box
  }
}

const DEFAULTS = {
  type: 'pdf',
  pages: 'all',
  resolution: 'fine',
  paper: 'letter',
  mode: 'auto',
  rowsReserved: 0,
  pagesMax: 500,
} as const

export function requestFor(bytes: Uint8Array, changes: Partial<RenderRequest> = {}): RenderRequest {
  return { bytes, ...DEFAULTS, ...changes }
}

export async function renderAll(
  pool: RasterPool,
  bytes: Uint8Array,
  changes: Partial<RenderRequest> = {},
): Promise<NumberedPage[]> {
  const pages: NumberedPage[] = []
  for await (const page of pool.render(requestFor(bytes, changes))) pages.push(page)
  return pages
}

export async function renderFirst(pool: RasterPool, bytes: Uint8Array, changes: Partial<RenderRequest> = {}) {
  const [coded] = await renderAll(pool, bytes, { pages: [1], ...changes })
  return { coded: coded!, drawn: new DrawnPage(coded!) }
}
