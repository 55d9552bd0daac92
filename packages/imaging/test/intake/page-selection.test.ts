import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePageSelection, resolvePageSelection } from '@answerback/imaging/intake/page-selection'
import { DocumentRefusal } from '@answerback/imaging/intake/refusal'
import fc from 'fast-check'

function select(items: readonly string[], pageCount: number, pagesMax = 500, pagesTaken = 0): number[] {
  return resolvePageSelection(parsePageSelection(items), pageCount, pagesMax, pagesTaken)
}

function refusal(code: string, message: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof DocumentRefusal && error.code === code && message.test(error.message)
}

test('pages come in the order asked, and as often', () => {
  assert.deepEqual(select(['1-5', '2'], 9), [1, 2, 3, 4, 5, 2])
  assert.deepEqual(select(['3', '1', '3'], 3), [3, 1, 3])
})

test('an open range goes to the last page', () => {
  assert.deepEqual(select(['3-'], 5), [3, 4, 5])
  assert.deepEqual(select(['5-'], 5), [5])
})

test('no items mean every page', () => {
  assert.deepEqual(select([], 3), [1, 2, 3])
})

test('spaces around numbers do not matter', () => {
  assert.deepEqual(select([' 2 - 3 ', ' 1'], 3), [2, 3, 1])
})

for (const item of ['', 'a', '-', '-3', '1,2', '1-2-3', '1.5', '1e3', '+1', '１', '0x1', '1234567890']) {
  test(`the item ${JSON.stringify(item)} is refused by its place`, () => {
    assert.throws(() => select(['1', item], 9), refusal('document.page_selection_invalid', /item 2 /))
  })
}

test('page 0 and a backward range are refused with what is wrong', () => {
  assert.throws(() => select(['0'], 9), refusal('document.page_selection_invalid', /counted from 1/))
  assert.throws(() => select(['5-1'], 9), refusal('document.page_selection_invalid', /backwards/))
})

test('a page past the end is refused with the page count', () => {
  assert.throws(
    () => select(['1', '2-4'], 3),
    refusal('document.page_selection_invalid', /item 2 .*page 4.* 3 pages/),
  )
  assert.throws(() => select(['4-'], 3), refusal('document.page_selection_invalid', /page 4.* 3 pages/))
  assert.throws(() => select(['2'], 1), refusal('document.page_selection_invalid', /has 1 page\./))
})

test('the page limit counts repeats and the pages of earlier documents, and the sentence names it', () => {
  assert.equal(select(['1-3', '1-2'], 3, 5).length, 5)
  assert.throws(() => select(['1-3', '1-3'], 3, 5), refusal('document.too_many_pages', / 5 pages/))
  assert.throws(() => select(['1-3'], 3, 5, 3), refusal('document.too_many_pages', / 5 pages/))
})

test('a huge range is refused without being written out', () => {
  assert.throws(() => select(['1-999999999'], 999_999_999), refusal('document.too_many_pages', /./))
})

test('too many items are refused', () => {
  assert.throws(
    () => select(Array(1001).fill('1'), 1),
    refusal('document.page_selection_invalid', /1000 items/),
  )
})

test('a refusal does not echo what was sent', () => {
  assert.throws(
    () => select(['Zebra, Test 1-5'], 9),
    (error) => error instanceof DocumentRefusal && !error.message.includes('Zebra'),
  )
})

test('ranges mean what they say for every document length', () => {
  const range = fc.record({ first: fc.integer({ min: 1, max: 30 }), extra: fc.integer({ min: 0, max: 5 }) })
  fc.assert(
    fc.property(
      fc.array(range, { minLength: 1, maxLength: 10 }),
      fc.integer({ min: 35, max: 60 }),
      (ranges, pageCount) => {
        const items = ranges.map(({ first, extra }) => `${first}-${first + extra}`)
        const expected = ranges.flatMap(({ first, extra }) =>
          Array.from({ length: extra + 1 }, (_, index) => first + index),
        )
        assert.deepEqual(select(items, pageCount), expected)
      },
    ),
  )
})

test('any items give pages within the document, or a typed refusal', () => {
  const item = fc.oneof(fc.string({ maxLength: 8 }), fc.stringMatching(/^[0-9 -]{0,8}$/))
  fc.assert(
    fc.property(fc.array(item, { maxLength: 6 }), fc.integer({ min: 1, max: 50 }), (items, pageCount) => {
      try {
        const pages = select(items, pageCount)
        assert.ok(pages.every((page) => page >= 1 && page <= pageCount))
      } catch (error) {
        assert.ok(error instanceof DocumentRefusal)
      }
    }),
    { numRuns: 2000 },
  )
})
