import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readMarkedAs } from '../../src/adapters/ifax/marked-as.ts'
import { MARKS } from '../../src/domain/inbox/inbox.ts'
import { Problem } from '../../src/domain/problem/problem.ts'

test('Done lets through whatever was received, unless it is spam or held in review', () => {
  assert.deepEqual(readMarkedAs('Done', 'received').marks, ['new', 'done'])
})

test('where marks are people’s, Done is what a person marked done', () => {
  assert.deepEqual(readMarkedAs('Done', 'marked').marks, ['done'])
})

test('New, In Review and Spam are our marks under either rule, however they are written', () => {
  for (const rule of ['received', 'marked'] as const) {
    for (const [mark, words] of [
      ['new', ['New', 'NEW', 'new']],
      ['in_review', ['In Review', 'in review', 'InReview', 'in_review', 'IN-REVIEW']],
      ['spam', ['Spam', ' spam ']],
    ] as const) {
      for (const word of words) assert.deepEqual(readMarkedAs(word, rule).marks, [mark], word)
    }
  }
  assert.deepEqual(readMarkedAs('DONE', 'marked').marks, ['done'])
})

test('nothing and All let everything through', () => {
  for (const value of [undefined, null, '', 'All', 'all']) {
    assert.equal(readMarkedAs(value, 'received').marks, undefined)
  }
})

test('a row says the word it was asked by, so that a client which looks again drops none', () => {
  for (const rule of ['received', 'marked'] as const) {
    for (const asked of ['Done', 'New', 'In Review', 'Spam']) {
      const { marks, word } = readMarkedAs(asked, rule)
      for (const mark of marks!) assert.equal(word(mark), asked)
    }
  }
})

test('without a filter a row says what Done means to the account', () => {
  const words = (rule: 'received' | 'marked') => MARKS.map((mark) => readMarkedAs(undefined, rule).word(mark))
  assert.deepEqual(words('received'), ['Done', 'In Review', 'Done', 'Spam'])
  assert.deepEqual(words('marked'), ['New', 'In Review', 'Done', 'Spam'])
})

test('another word is refused by field and not repeated', () => {
  for (const value of ['Zebra', 7, {}, ['Done'], 'constructor', 'x'.repeat(100)]) {
    assert.throws(
      () => readMarkedAs(value, 'received'),
      (error) =>
        error instanceof Problem &&
        error.field === 'markedAs' &&
        !/Zebra|constructor/.test(error.detail ?? ''),
    )
  }
})
