import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PageUnread } from '@answerback/imaging/reading/page-unread'
import { squareGrey, toPgm } from '@answerback/imaging/reading/square-grey'
import { createBitmap } from '@answerback/protocol/t4/bitmap'
import fc from 'fast-check'
import { coded, isBlack, setBlack } from '../preview/coded-pages.ts'

const drawn = fc
  .record({
    width: fc.integer({ min: 1, max: 100 }),
    rows: fc.integer({ min: 1, max: 12 }),
    black: fc.array(fc.nat(), { maxLength: 60 }),
  })
  .map(({ width, rows, black }) => {
    const bitmap = createBitmap(width, rows)
    for (const at of black) setBlack(bitmap, at % width, Math.floor(at / width) % rows)
    return bitmap
  })

test('a fine page is the same pels, black and white', () => {
  fc.assert(
    fc.property(drawn, (bitmap) => {
      const { width, height, pixels } = squareGrey(coded(bitmap))
      assert.deepEqual([width, height], [bitmap.width, bitmap.rows])
      for (let at = 0; at < pixels.length; at++) {
        const black = isBlack(bitmap, at % width, Math.floor(at / width))
        assert.equal(pixels[at], black ? 0 : 255)
      }
    }),
  )
})

test('a standard page has two rows for one, each nearest to its own', () => {
  fc.assert(
    fc.property(drawn, (bitmap) => {
      const { width, height, pixels } = squareGrey(coded(bitmap, 'standard'))
      assert.equal(height, 2 * bitmap.rows)
      for (let at = 0; at < pixels.length; at++) {
        const black = isBlack(bitmap, at % width, Math.floor(at / width) >> 1)
        assert.equal(pixels[at]! < 128, black)
      }
    }),
  )
})

test('a superfine page has one row for two, and a line of one row stays to be seen', () => {
  const bitmap = createBitmap(64, 5)
  for (let x = 0; x < 64; x++) setBlack(bitmap, x, 2)
  const { height, pixels } = squareGrey(coded(bitmap, 'superfine'))
  assert.equal(height, 3)
  assert.deepEqual([pixels[0], pixels[64], pixels[128]], [255, 127, 255])
})

test('rows that did not come are not made up, and no rows at all is no page', () => {
  const page = coded(createBitmap(64, 5))
  assert.equal(squareGrey({ ...page, rows: 9 }).height, 5)
  assert.throws(() => squareGrey(coded(createBitmap(64, 0))), isUnread('damaged'))
  assert.throws(() => squareGrey({ ...page, t6: new Uint8Array(0) }), isUnread('damaged'))
  assert.throws(() => squareGrey({ ...page, rows: 3 }), isUnread('damaged'))
})

test('any bytes are a page or damaged', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      fc.constantFrom('standard', 'fine', 'superfine'),
      (t6, resolution) => {
        try {
          squareGrey({ width: 1728, rows: 400, resolution, kind: 'bilevel', t6 })
        } catch (error) {
          assert.ok(isUnread('damaged')(error), String(error))
        }
      },
    ),
    { numRuns: 500 },
  )
})

test('a PGM says its size before its pixels', () => {
  const file = toPgm({ width: 2, height: 1, pixels: Uint8Array.of(0, 255) })
  assert.equal(Buffer.from(file).toString('latin1'), 'P5\n2 1\n255\n\0\xff')
})

function isUnread(reason: string): (error: unknown) => boolean {
  return (error) => error instanceof PageUnread && error.reason === reason
}
