import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBitmap } from '@answerback/protocol/t4/bitmap'
import { keepFaintInk } from '../../src/bilevel/faint-ink.ts'
import type { GreyRaster } from '../../src/bilevel/threshold.ts'

const WIDTH = 40
const ROWS = 30

/** White but for what `grey` says. */
function pageOf(grey: (x: number, y: number) => number | undefined): GreyRaster {
  const stride = WIDTH + 3
  const pixels = new Uint8Array(stride * ROWS).fill(255)
  for (let y = 0; y < ROWS; y++) for (let x = 0; x < WIDTH; x++) pixels[y * stride + x] = grey(x, y) ?? 255
  return { width: WIDTH, rows: ROWS, stride, pixels }
}

/** Black pixels, as `x,y`. */
function kept(page: GreyRaster, left: number, top: number, right: number, bottom: number): string[] {
  const bitmap = createBitmap(WIDTH, ROWS)
  keepFaintInk(page, [{ left, top, right, bottom, grey: 200 }], bitmap)
  const black: string[] = []
  for (let y = 0; y < ROWS; y++) {
    for (let x = 0; x < WIDTH; x++) {
      if ((bitmap.words[y * bitmap.stride + (x >>> 5)]! & (0x80000000 >>> (x & 31))) !== 0)
        black.push(`${x},${y}`)
    }
  }
  return black
}

const line = (from: number, to: number, at: (i: number) => string) =>
  Array.from({ length: to - from }, (_, i) => at(from + i))

test('a pale rule spread over three rows becomes one row: the darkest', () => {
  const spread = [240, 205, 238]
  const page = pageOf((x, y) => (x >= 4 && x < 36 ? spread[y - 10] : undefined))
  assert.deepEqual(
    kept(page, 4, 10, 36, 13),
    line(4, 36, (x) => `${x},11`),
  )
})

test('an upright rule becomes one column: the darkest', () => {
  const spread = [238, 240, 205]
  const page = pageOf((x, y) => (y >= 3 && y < 27 ? spread[x - 20] : undefined))
  assert.deepEqual(
    kept(page, 20, 3, 23, 27),
    line(3, 27, (y) => `22,${y}`),
  )
})

test('a dashed rule keeps its gaps', () => {
  const page = pageOf((x, y) => (y === 8 && x % 8 < 5 ? 200 : undefined))
  assert.deepEqual(
    kept(page, 0, 7, 32, 10),
    line(0, 32, (x) => `${x},8`).filter((_, x) => x % 8 < 5),
  )
})

test('pale text is kept where it lies on paper, and left alone on a darker ground', () => {
  const letter = (x: number, y: number) => x >= 10 && x < 14 && y >= 10 && y < 20
  const onPaper = pageOf((x, y) => (letter(x, y) ? 200 : undefined))
  assert.equal(kept(onPaper, 5, 5, 25, 25).length, 40)
  const onGrey = pageOf((x, y) => (letter(x, y) ? 200 : 210))
  assert.deepEqual(kept(onGrey, 5, 5, 25, 25), [])
})
