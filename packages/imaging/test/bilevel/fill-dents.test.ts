import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fillDents } from '@answerback/imaging/bilevel/fill-dents'
import { type Bitmap, createBitmap } from '@answerback/protocol/t4/bitmap'

/** A bitmap from a drawing, `#` black, set `left` pixels in so that it can lie across a word's end. */
function bitmapOf(drawing: readonly string[], left: number): Bitmap {
  const bitmap = createBitmap(96, drawing.length)
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
  fillDents(bitmap)
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
