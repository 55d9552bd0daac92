import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createBitmap } from '@answerback/protocol/t4/bitmap'
import { CodingError, type CodingFault } from '@answerback/protocol/t4/coding-error'
import { decodeT6, encodeT6 } from '@answerback/protocol/t4/t6'
import fc from 'fast-check'
import { bits, EOFB } from './bits.ts'
import { buildPage, pageRecipes } from './pages.ts'

function faultOf(data: Uint8Array, width: number, rowsMax = 100): [CodingFault, number, number] | 'none' {
  try {
    decodeT6(data, { width, rowsMax })
    return 'none'
  } catch (error) {
    if (!(error instanceof CodingError)) throw error
    return [error.reason, error.offset, error.row]
  }
}

describe('MMR (T.6)', () => {
  it('gives back every page exactly, whatever its width and rows', () => {
    fc.assert(
      fc.property(pageRecipes(), (recipe) => {
        const page = buildPage(recipe)
        assert.deepEqual(decodeT6(encodeT6(page), { width: page.width, rowsMax: page.rows }), page)
      }),
      { numRuns: 300 },
    )
  })

  it('codes an all-white row as the single bit of V0', () => {
    assert.deepEqual(encodeT6(createBitmap(1728, 3)), bits(`111 ${EOFB}`))
  })

  it('writes runs beyond 2623 pixels with repeated make-up codes', () => {
    const page = buildPage({ width: 9000, rows: [{ kind: 'runs', runs: [5300, 3000] }] })
    assert.deepEqual(decodeT6(encodeT6(page), { width: 9000, rowsMax: 1 }), page)
  })

  it('reads a page without EOFB when the data ends after a whole row', () => {
    const page = buildPage({ width: 64, rows: [{ kind: 'runs', runs: [10, 20] }] })
    const coded = encodeT6(page).subarray(0, -3)
    assert.deepEqual(decodeT6(coded, { width: 64, rowsMax: 1 }), page)
  })

  it('joins runs of no length with their neighbours', () => {
    // Horizontal: white 2 + black 0, then white 4 + black 2: six white pixels in all.
    const page = decodeT6(bits(`001 0111 0000110111 001 1011 11 ${EOFB}`), { width: 8, rowsMax: 1 })
    assert.equal(page.words[0]! >>> 24, 0b00000011)
  })

  it('names the fault, its bit and its row', () => {
    assert.deepEqual(faultOf(bits(`1 001 10100 11 1 ${EOFB}`), 8), ['run_past_width', 11, 1])
    assert.deepEqual(faultOf(bits(`1 0000001111 ${EOFB}`), 8), ['uncompressed_mode', 1, 1])
    assert.deepEqual(faultOf(bits(`1 00000001 ${EOFB}`), 8), ['invalid_code', 1, 1])
    assert.deepEqual(faultOf(bits(`011 ${EOFB}`), 8), ['run_past_width', 0, 0])
    assert.deepEqual(faultOf(bits('1 1 001 0111'), 8), ['data_ended', 9, 2])
  })

  it('refuses a page with more rows than the caller allows', () => {
    assert.deepEqual(faultOf(bits(`1111 ${EOFB}`), 8, 3), ['too_many_rows', 3, 3])
    assert.equal(faultOf(bits(`111 ${EOFB}`), 8, 3), 'none')
  })

  it('may be told to ignore rows past the limit, as TIFF strips need', () => {
    assert.equal(decodeT6(bits(`1111 ${EOFB}`), { width: 8, rowsMax: 3, extraRows: 'ignore' }).rows, 3)
  })

  it('ends a row of endless zero-length runs', () => {
    const nothing = `001 00110101 0000110111`
    assert.equal(faultOf(bits(nothing.repeat(100)), 8)[0], 'row_too_long')
  })
})
