import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { concatenateT6 } from '@answerback/protocol/t4/concatenate'
import { encodeMh } from '@answerback/protocol/t4/mh'
import { encodeMr } from '@answerback/protocol/t4/mr'
import { decodeT6, encodeT6 } from '@answerback/protocol/t4/t6'
import { type CodingScheme, type PageCoding, transcode } from '@answerback/protocol/t4/transcode'
import fc from 'fast-check'
import { buildPage, pageRecipes } from './pages.ts'

const WHITE = { kind: 'runs', runs: [] } as const

describe('Transcoding', () => {
  it('gives the bytes that coding the page itself would give, between all three schemes', () => {
    const schemes: readonly CodingScheme[] = ['MH', 'MR', 'MMR']
    fc.assert(
      fc.property(
        pageRecipes(),
        fc.constantFrom(...schemes),
        fc.constantFrom(...schemes),
        (recipe, from, to) => {
          const page = buildPage(recipe)
          const coded = { MH: encodeMh(page), MR: encodeMr(page, { k: 4 }), MMR: encodeT6(page) }
          const target: PageCoding = to === 'MR' ? { scheme: to, k: 4 } : { scheme: to }
          const limits = { width: page.width, rowsMax: page.rows }
          assert.deepEqual(transcode(coded[from], from, target, limits), coded[to])
        },
      ),
      { numRuns: 150 },
    )
  })
})

describe('Joining two pages of MMR', () => {
  it('gives the coding of the one above the other when the upper ends in a white row', () => {
    fc.assert(
      fc.property(pageRecipes(600), pageRecipes(), (upper, lower) => {
        const width = lower.width
        const header = { width, rows: [...upper.rows, WHITE] }
        const joined = concatenateT6(encodeT6(buildPage(header)), encodeT6(buildPage(lower)))
        const headerPage = buildPage(header)
        const bodyPage = buildPage(lower)
        const page = decodeT6(joined, { width, rowsMax: headerPage.rows + bodyPage.rows })
        assert.deepEqual(page.words, Uint32Array.of(...headerPage.words, ...bodyPage.words))
      }),
      { numRuns: 150 },
    )
  })

  it('adds no padding of its own', () => {
    const header = buildPage({ width: 64, rows: [{ kind: 'runs', runs: [1, 2, 3] }, WHITE] })
    const body = buildPage({ width: 64, rows: [{ kind: 'runs', runs: [5, 5, 5] }] })
    const both = buildPage({
      width: 64,
      rows: [{ kind: 'runs', runs: [1, 2, 3] }, WHITE, { kind: 'runs', runs: [5, 5, 5] }],
    })
    assert.deepEqual(concatenateT6(encodeT6(header), encodeT6(body)), encodeT6(both))
  })

  it('refuses a header that is not closed by EOFB', () => {
    assert.throws(() => concatenateT6(Uint8Array.of(0xff), Uint8Array.of(0x00)), RangeError)
  })
})
