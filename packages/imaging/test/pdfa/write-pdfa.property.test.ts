import assert from 'node:assert/strict'
import { test } from 'node:test'
import { writePdfa } from '@answerback/imaging/pdfa/write-pdfa'
import { createBitmap } from '@answerback/protocol/t4/bitmap'
import fc from 'fast-check'
import { coded } from '../preview/coded-pages.ts'
import { about, pages } from './arbitraries.ts'
import { pdfa2Faults } from './pdfa2-faults.ts'
import { follow, pageObjects, readPdf, shownStrings } from './read-pdf.ts'
import { foundWords, NEEDS_POPPLER, NEEDS_QPDF, run } from './tools.ts'

const RUNS = Number(process.env.ANSWERBACK_FUZZ_INPUTS ?? 300)

/** A word's characters without regard to order, and without what may not come through. */
function essence(words: readonly string[]): string {
  const kept = words
    .join(' ')
    .replaceAll(/[\p{Cc}\p{Cs}\p{White_Space}\p{Bidi_Control}\p{Noncharacter_Code_Point}\ufeff]/gu, '')
  return Array.from(kept).sort().join('')
}

test('whatever is on the pages, the file keeps the rules of PDF/A-2b, the images and the words', () => {
  fc.assert(
    fc.property(pages, about, (given, named) => {
      const bytes = writePdfa(given, named)
      assert.deepEqual(pdfa2Faults(bytes), [])
      const pdf = readPdf(bytes)
      const written = pageObjects(pdf)
      assert.equal(written.length, given.length)
      for (const [index, { page, text }] of given.entries()) {
        assert.deepEqual(follow(pdf, written[index]!.text, 'Fax').stream, Buffer.from(page.t6))
        const placed = text?.words.filter(
          (each) => ![each.left, each.top, each.right, each.bottom].some(Number.isNaN),
        )
        const shown = shownStrings(pdf, written[index]!)
        assert.equal(essence(shown), essence(placed?.map((each) => each.text) ?? []))
        assert.ok(shown.every((each) => each.isWellFormed() && !/[\p{Cc}\u202e]/u.test(each)))
      }
    }),
    { numRuns: RUNS },
  )
})

test('whatever is on the pages, qpdf finds the file well formed', { skip: NEEDS_QPDF }, () => {
  fc.assert(
    fc.property(pages, about, (given, named) => {
      // qpdf warns about a document of no pages; nobody receives one.
      if (given.length === 0) return
      assert.match(run('qpdf', ['--check'], writePdfa(given, named)), /No syntax or stream encoding errors/)
    }),
    { numRuns: 25 },
  )
})

test('words of any letters are found in any box', { skip: NEEDS_POPPLER }, () => {
  const box = fc.record({ left: fc.nat(1500), top: fc.nat(1900), wide: fc.integer({ min: 60, max: 200 }) })
  const letters = fc.string({ unit: fc.constantFrom(...'abcxyzÄßλЖ患ก𝒳'), minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(box, letters, ({ left, top, wide }, text) => {
      const word = { text, confidence: 1, left, top, right: left + wide, bottom: top + 24 }
      const blank = coded(createBitmap(1728, 2156))
      const pdf = writePdfa([{ page: blank, text: { words: [word], rotation: 0 } }], {
        id: new Uint8Array(16),
        createdAt: new Date(0),
      })
      const [found] = foundWords(pdf)
      assert.equal(found?.text, text)
      assert.ok(Math.abs(found.left - (left * 72) / 204) < 0.2)
      assert.ok(Math.abs(found.right - ((left + wide) * 72) / 204) < 0.3)
      assert.ok(Math.abs(found.bottom - ((top + 24) * 72) / 196) < 0.2)
    }),
    { numRuns: 40 },
  )
})
