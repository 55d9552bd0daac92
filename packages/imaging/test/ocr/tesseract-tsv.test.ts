import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseTesseractTsv } from '@answerback/imaging/ocr/tesseract-tsv'
import fc from 'fast-check'

const HEADER =
  'level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n'
const word = (text: string, rest = '10\t20\t30\t12\t91.5') => `5\t1\t1\t1\t1\t1\t${rest}\t${text}\n`

test('words are read with their boxes, and nothing else of the table', () => {
  const tsv = `${HEADER}1\t1\t0\t0\t0\t0\t0\t0\t1728\t2156\t-1\t\n${word('Zebra')}`
  assert.deepEqual(parseTesseractTsv(tsv), [
    { text: 'Zebra', confidence: 91.5, left: 10, top: 20, right: 40, bottom: 32 },
  ])
})

test('rows that are no words are passed over', () => {
  for (const row of [
    word('   '),
    word('a', '10\t20\t0\t12\t90'),
    word('a', '-1\t20\t5\t12\t90'),
    word('a', '10\t20\t5\t12\t-1'),
    word('a', '10\t20\t5\t12\tNaN'),
    word('a', '1e999\t20\t5\t12\t50'),
    '5\t1\t1',
  ]) {
    assert.deepEqual(parseTesseractTsv(HEADER + row), [], row)
  }
})

test('controls and overrides are gone from a word, and its length is bounded', () => {
  assert.equal(parseTesseractTsv(word('Ze\u202ebra\x1b[31m'))[0]?.text, 'Ze bra [31m')
  assert.equal(parseTesseractTsv(word('x'.repeat(5_000)))[0]?.text.length, 200)
  assert.equal(parseTesseractTsv(word('x').repeat(30_000)).length, 20_000)
})

test('any text gives sound words or none', () => {
  const cell = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.integer().map(String),
    fc.constant('5'),
  )
  const table = fc.array(fc.array(cell, { minLength: 9, maxLength: 13 }), { maxLength: 8 })
  fc.assert(
    fc.property(table, (rows) => {
      for (const each of parseTesseractTsv(rows.map((row) => row.join('\t')).join('\n'))) {
        assert.ok(each.left >= 0 && each.top >= 0 && each.right > each.left && each.bottom > each.top)
        assert.ok(each.confidence >= 0 && each.confidence <= 100)
        assert.ok(each.text.length > 0 && each.text.length <= 200 && !/\p{Cc}/u.test(each.text))
      }
    }),
    { numRuns: 2_000 },
  )
})
