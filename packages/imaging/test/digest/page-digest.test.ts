import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBitmap } from '@answerback/protocol/t4/bitmap'
import { encodeT6 } from '@answerback/protocol/t4/t6'
import fc from 'fast-check'
import { pageDigest } from '../../src/digest/page-digest.ts'
import type { CodedPage } from '../../src/page.ts'

const ROWS = 400

/** @param bars rows of the page that hold a word of black at `column` */
function page(bars: readonly { row: number; column: number }[], rows = ROWS): CodedPage {
  const bitmap = createBitmap(1728, rows)
  for (const { row, column } of bars) bitmap.words[row * bitmap.stride + column] = 0xff00ff00
  return { width: 1728, rows, resolution: 'fine', kind: 'bilevel', t6: encodeT6(bitmap) }
}

const digest = (of: CodedPage) => {
  const found = pageDigest(of)
  return found && Buffer.from(found).toString('hex')
}
const BODY = [
  { row: 150, column: 3 },
  { row: 180, column: 9 },
]

test('a page whose header line alone differs has the same digest', () => {
  assert.equal(
    digest(page([{ row: 5, column: 1 }, ...BODY])),
    digest(page([{ row: 9, column: 40 }, ...BODY])),
  )
})

test('a page moved down by a header put above it has the same digest', () => {
  const moved = BODY.map(({ row, column }) => ({ row: row + 30, column }))
  assert.equal(digest(page(BODY)), digest(page(moved, ROWS + 30)))
})

test('a page that shows nothing below its header has none', () => {
  assert.equal(pageDigest(page([{ row: 5, column: 1 }])), undefined)
  assert.equal(pageDigest(page([])), undefined)
})

test('pages that differ in one mark, wherever it is, have different digests', () => {
  const mark = fc.record({
    row: fc.integer({ min: 90, max: ROWS - 1 }),
    column: fc.integer({ min: 0, max: 53 }),
  })
  fc.assert(
    fc.property(fc.uniqueArray(mark, { minLength: 2, maxLength: 20 }), mark, (marks, more) => {
      const before = page(marks)
      const isNew = !marks.some(({ row, column }) => row === more.row && column === more.column)
      assert.equal(digest(before) === digest(page([...marks, more])), !isNew)
    }),
    { numRuns: 200 },
  )
})
