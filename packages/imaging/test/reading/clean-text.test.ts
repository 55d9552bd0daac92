import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cleanText } from '@answerback/imaging/reading/clean-text'
import fc from 'fast-check'

test('accents are composed, and what cannot be seen becomes a space or goes', () => {
  assert.equal(cleanText('Ze\u0301bra', 20), 'Zébra')
  assert.equal(cleanText('\0a\r\n\u2028b\u202e\x7f', 20), 'a b')
})

test('any text comes out bounded, whole and without controls', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.integer({ min: 1, max: 30 }),
      (text, max) => {
        const clean = cleanText(text, max)
        assert.ok(clean.length <= max && clean.isWellFormed())
        assert.doesNotMatch(clean, /[\p{Cc}\p{Cf}\p{Co}]/u)
      },
    ),
    { numRuns: 3_000 },
  )
})
