import assert from 'node:assert/strict'
import { test } from 'node:test'
import { printedSize } from '@answerback/imaging/image/printed-size'

const LETTER = { widthPt: 612, heightPt: 792 }

test("a scanner's density gives the paper's own size", () => {
  assert.deepEqual(printedSize(1700, 2200, 200), LETTER)
  assert.deepEqual(printedSize(2550, 3300, 300), LETTER)
})

test('a density that programs write by habit says nothing: the image fills the paper', () => {
  for (const density of [72, 96, undefined, 1, 1e9]) {
    const { widthPt, heightPt } = printedSize(1700, 2200, density)
    assert.ok(widthPt >= LETTER.widthPt && heightPt >= LETTER.heightPt)
    assert.equal(widthPt / heightPt, 1700 / 2200)
  }
})

test('an icon is not blown up beyond a point a pixel', () => {
  assert.deepEqual(printedSize(64, 32, undefined), { widthPt: 64, heightPt: 32 })
})
