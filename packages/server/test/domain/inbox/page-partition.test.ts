import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { describePages, partitionPages } from '../../../src/domain/inbox/page-partition.ts'
import { Problem } from '../../../src/domain/problem/problem.ts'

function refusal(parts: readonly string[], pageCount: number): Problem {
  try {
    partitionPages(parts, pageCount)
  } catch (error) {
    assert.ok(error instanceof Problem)
    return error
  }
  return assert.fail('was taken')
}

test('pages go to their parts in the order they are named', () => {
  assert.deepEqual(partitionPages(['1-3', ' 5, 4 '], 5), [
    [1, 2, 3],
    [5, 4],
  ])
})

test('a page in no part, in two, or twice in one is refused by its number', () => {
  assert.deepEqual(
    [refusal(['1-2', '4'], 4).field, refusal(['1-2', '4'], 4).detail],
    ['parts', 'Page 3 of 4 is in no part; each page goes to one part.'],
  )
  assert.equal(refusal(['1-2', '2-3'], 3).field, 'parts[1].pages')
  assert.match(refusal(['1-2', '2-3'], 3).detail!, /Page 2 is in part 1 too/)
  assert.match(refusal(['1,1', '2'], 2).detail!, /twice/)
})

test('pages are written as they are read', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { minLength: 1 }), (first) => {
      const second = Array.from({ length: 13 }, (_, page) => page + 1).filter((page) => !first.includes(page))
      assert.deepEqual(partitionPages([first, second].map(describePages), 13), [first, second])
    }),
  )
  assert.equal(describePages([1, 2, 3, 5, 4]), '1-3,5,4')
})

test('one part is no split', () => {
  assert.equal(refusal(['1-2'], 2).field, 'parts')
})

test('what names no pages, or pages that are not there, is refused by its part', () => {
  for (const text of ['', 'x', '0', '3', '2-1', '1-', '-1', '1--2', '1;2', '999999999', '1e1', '1,', '١']) {
    assert.equal(refusal(['1', text], 2).field, 'parts[1].pages', text)
  }
})

test('whatever is asked for, each page lands in exactly one part or the request is refused', () => {
  const part = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 5 }).map((pages) => pages.join(',')),
    fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })).map(([a, b]) => `${a}-${b}`),
  )
  fc.assert(
    fc.property(fc.array(part, { maxLength: 5 }), fc.integer({ min: 1, max: 8 }), (parts, pageCount) => {
      let made: number[][]
      try {
        made = partitionPages(parts, pageCount)
      } catch (error) {
        assert.ok(error instanceof Problem)
        return
      }
      const all = made.flat().sort((a, b) => a - b)
      assert.deepEqual(
        all,
        Array.from({ length: pageCount }, (_, index) => index + 1),
      )
    }),
    { numRuns: 3000 },
  )
})
