import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PageMemory } from '@answerback/imaging/coding/page-memory'
import type { Bitmap } from '@answerback/protocol/t4/bitmap'
import fc from 'fast-check'

const memory = new PageMemory()

/** A bitmap from a drawing, `#` black, set `left` pixels in so that it can lie across a word's end. */
function bitmapOf(drawing: readonly string[], left: number): Bitmap {
  const bitmap = memory.bitmap(96, drawing.length)
  bitmap.words.fill(0)
  for (const [y, line] of drawing.entries()) {
    for (const [i, sign] of [...line].entries()) {
      const x = left + i
      if (sign === '#') bitmap.words[y * bitmap.stride + (x >>> 5)]! |= 0x80000000 >>> (x & 31)
    }
  }
  return bitmap
}

function filled(drawing: readonly string[], left: number): string[] {
  const bitmap = bitmapOf(drawing, left)
  memory.fillDents(bitmap)
  return drawing.map((line, y) =>
    [...line]
      .map((_, i) => left + i)
      .map((x) => (bitmap.words[y * bitmap.stride + (x >>> 5)]! & (0x80000000 >>> (x & 31)) ? '#' : '.'))
      .join(''),
  )
}

/** Wholly inside a word, and across each of the two ends of a word. */
const PLACES = [4, 29, 30, 31, 60, 61, 62]

test('a dent of one pixel in the upper or lower edge of a stroke is filled, wherever it lies in a word', () => {
  const upper = ['.......', '.##.##.', '.#####.', '.......']
  const lower = ['.......', '.#####.', '.##.##.', '.......']
  const whole = ['.......', '.#####.', '.#####.', '.......']
  for (const left of PLACES) {
    assert.deepEqual(filled(upper, left), whole)
    assert.deepEqual(filled(lower, left), whole)
  }
})

test('a dent in the first and in the last row of a page is filled', () => {
  assert.deepEqual(filled(['##.##', '#####'], 0), ['#####', '#####'])
  assert.deepEqual(filled(['#####', '##.##'], 0), ['#####', '#####'])
})

test('the eye of a letter, a gap between strokes and a dent two wide stay', () => {
  for (const kept of [
    ['#####', '##.##', '#####'],
    ['##.##', '##.##', '##.##'],
    ['.....', '#.#.#', '.....'],
    ['......', '##..##', '######'],
    ['.....', '##.##', '##.##', '#####'],
  ]) {
    for (const left of PLACES) assert.deepEqual(filled(kept, left), kept)
  }
})

test('exactly the pixels that dent a level edge are filled, on pages of any width', () => {
  const page = fc.record({
    width: fc.integer({ min: 1, max: 300 }),
    rows: fc.integer({ min: 0, max: 6 }),
    ink: fc.uint8Array({ minLength: 240, maxLength: 240 }),
    black: fc.boolean(),
  })
  fc.assert(
    fc.property(page, ({ width, rows, ink, black }) => {
      const bitmap = memory.bitmap(width, rows)
      const bytes = new Uint8Array(bitmap.words.buffer, bitmap.words.byteOffset, bitmap.words.byteLength)
      for (let i = 0; i < bytes.length; i++) bytes[i] = ink[i % 240]! | (black ? ink[(i * 7) % 240]! : 0)
      clearPadding(bitmap)
      const before = { ...bitmap, words: bitmap.words.slice() }
      memory.fillDents(bitmap)
      for (let y = 0; y < rows; y++) {
        for (let x = 0; x < bitmap.stride * 32; x++)
          assert.equal(isBlack(bitmap, x, y), isBlack(before, x, y) || isDent(before, x, y))
      }
    }),
    { numRuns: 1_000 },
  )
})

function clearPadding({ width, rows, stride, words }: Bitmap): void {
  if (width % 32 === 0) return
  for (let row = 1; row <= rows; row++) words[row * stride - 1]! &= -1 << (32 - (width % 32))
}

function isBlack({ rows, stride, words }: Bitmap, x: number, y: number): boolean {
  if (x < 0 || x >= stride * 32 || y < 0 || y >= rows) return false
  return (words[y * stride + (x >>> 5)]! & (0x80000000 >>> (x & 31))) !== 0
}

function isDent(bitmap: Bitmap, x: number, y: number): boolean {
  const three = (row: number) => [x - 1, x, x + 1].filter((column) => isBlack(bitmap, column, row)).length
  if (isBlack(bitmap, x, y) || !isBlack(bitmap, x - 1, y) || !isBlack(bitmap, x + 1, y)) return false
  return (three(y - 1) === 3 && three(y + 1) === 0) || (three(y - 1) === 0 && three(y + 1) === 3)
}
