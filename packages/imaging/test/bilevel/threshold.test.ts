import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBitmap } from '@answerback/protocol/t4/bitmap'
import fc from 'fast-check'
import { threshold } from '../../src/bilevel/threshold.ts'

/** The definition, a pixel at a time. */
function isBlack(words: Uint32Array, stride: number, x: number, y: number): boolean {
  return (words[y * stride + (x >>> 5)]! & (0x80000000 >>> (x & 31))) !== 0
}

test('a pixel is black exactly when it is darker than the level, whatever the width, stride and alignment', () => {
  const page = fc.record({
    width: fc.integer({ min: 1, max: 130 }),
    rows: fc.integer({ min: 1, max: 4 }),
    padding: fc.integer({ min: 0, max: 9 }),
    offset: fc.integer({ min: 0, max: 3 }),
    level: fc.integer({ min: 1, max: 255 }),
    seed: fc.uint8Array({ minLength: 64, maxLength: 64 }),
  })
  fc.assert(
    fc.property(page, ({ width, rows, padding, offset, level, seed }) => {
      const stride = width + padding
      const pixels = new Uint8Array(offset + stride * rows).subarray(offset)
      for (let i = 0; i < pixels.length; i++)
        pixels[i] = i % 5 === 0 ? 255 : (seed[i % 64]! + (i >>> 6) * 7) & 255
      const bitmap = threshold({ width, rows, stride, pixels }, level, createBitmap(width, rows))
      for (let y = 0; y < rows; y++) {
        for (let x = 0; x < width; x++) {
          assert.equal(isBlack(bitmap.words, bitmap.stride, x, y), pixels[y * stride + x]! < level)
        }
        const tail = bitmap.words[(y + 1) * bitmap.stride - 1]!
        assert.equal(
          width % 32 === 0 ? 0 : tail & (0xffffffff >>> (width % 32)),
          0,
          'bits past the width are white',
        )
      }
    }),
  )
})
