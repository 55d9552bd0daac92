import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { searchWords } from '../../../src/domain/inbox/search-words.ts'

test('words are found whatever their case, accents and punctuation', () => {
  assert.deepEqual(searchWords('Café CAFÉ cafe\u0301 “cafe”'), ['cafe'])
  assert.deepEqual(searchWords('STRASSE Straße'), ['strasse'])
  assert.deepEqual(searchWords('ΟΔΟΣ οδος οδοσ'), ['οδοσ'])
  assert.deepEqual(searchWords("O'Brien, born 12/05/1960; MRN-000042"), [
    ...['brien', 'born', '12', '05', '1960', 'mrn', '000042'],
  ])
})

test('what stands on every page, single letters and endless runs are no words', () => {
  assert.deepEqual(searchWords('the and of to a b 7'), [])
  assert.deepEqual(searchWords('x'.repeat(41)), [])
  assert.deepEqual(searchWords('x'.repeat(40)).length, 1)
})

test('so many words are taken and no more', () => {
  const text = Array.from({ length: 50 }, (_, index) => `word${index}`).join(' ')
  assert.equal(searchWords(text, 10).length, 10)
})

test('whatever stands in a text, its words are those of each of its words, each once', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      const words = searchWords(text)
      assert.equal(new Set(words).size, words.length)
      for (const word of words) {
        assert.deepEqual(searchWords(word), [word])
        assert.ok(word.length >= 2 && word.length <= 40)
      }
    }),
    { numRuns: 1000 },
  )
})

test('a million letters take a moment', () => {
  const before = process.cpuUsage()
  searchWords('ﷺ'.repeat(60_000))
  searchWords(`${'\u0301'.repeat(500_000)} `)
  const { user } = process.cpuUsage(before)
  assert.ok(user < 3_000_000, `${user} µs`)
})
