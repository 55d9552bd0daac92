import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CodingError } from '@answerback/protocol/t4/coding-error'
import { decodeMh, encodeMh } from '@answerback/protocol/t4/mh'
import { decodeMr, encodeMr } from '@answerback/protocol/t4/mr'
import { T4Decoder } from '@answerback/protocol/t4/t4-decoder'
import fc from 'fast-check'
import { bits, EOL } from './bits.ts'
import { buildPage, pageRecipes } from './pages.ts'

const options = fc.record(
  { alignsEol: fc.boolean(), rowBitsMin: fc.integer({ min: 0, max: 400 }), hasRtc: fc.boolean() },
  { requiredKeys: [] },
)

const RTC_MH = EOL.repeat(6)
const RTC_MR = `${EOL}1`.repeat(6)

/** Rows of 8 pixels: white 3 black 5, all white. */
const ROW = '1000 0011'
const WHITE_ROW = '10011'

/** What a receiver sees of a damaged page: each row's first change, and its fault. */
function receive(data: Uint8Array, isMr: boolean, pieceBytes = data.length): (number | string)[][] {
  const decoder = new T4Decoder({ width: 8, rowsMax: 50, isMr })
  const seen: (number | string)[][] = []
  let sent = 0
  for (;;) {
    const row = decoder.pull()
    if (row === 'ended') return seen
    if (row === 'starved') {
      if (sent >= data.length) decoder.endInput()
      else decoder.push(data.subarray(sent, sent + pieceBytes))
      sent += pieceBytes
    } else {
      seen.push([row.positions[0]!, decoder.rowFault?.reason ?? 'sound'])
    }
  }
}

describe('MH and MR (T.4)', () => {
  it('give back every page exactly in MH, with any fill, alignment and RTC', () => {
    fc.assert(
      fc.property(pageRecipes(), options, (recipe, how) => {
        const page = buildPage(recipe)
        assert.deepEqual(decodeMh(encodeMh(page, how), { width: page.width, rowsMax: page.rows }), page)
      }),
      { numRuns: 150 },
    )
  })

  it('give back every page exactly in MR, with any K', () => {
    fc.assert(
      fc.property(pageRecipes(), options, fc.integer({ min: 1, max: 8 }), (recipe, how, k) => {
        const page = buildPage(recipe)
        const coded = encodeMr(page, { ...how, k })
        assert.deepEqual(decodeMr(coded, { width: page.width, rowsMax: page.rows }), page)
      }),
      { numRuns: 150 },
    )
  })

  it('put EOL before each row and six behind the last', () => {
    const page = buildPage({ width: 8, rows: [{ kind: 'runs', runs: [3, 5] }] })
    assert.deepEqual(encodeMh(page), bits(`${EOL}${ROW}${RTC_MH}`))
    assert.deepEqual(encodeMr(page, { k: 2 }), bits(`${EOL}1${ROW}${RTC_MR}`))
  })

  it('code one row in K one-dimensionally and say so in the tag bit', () => {
    const page = buildPage({
      width: 8,
      rows: Array.from({ length: 4 }, () => ({ kind: 'runs', runs: [3, 5] })),
    })
    const twice = `${EOL}1${ROW}${EOL}0 11`
    assert.deepEqual(encodeMr(page, { k: 2, hasRtc: false }), bits(twice + twice))
  })

  it('end every EOL on a byte boundary when asked', () => {
    const page = buildPage({ width: 8, rows: [{ kind: 'runs', runs: [3, 5] }, { kind: 'repeat' }] })
    const coded = encodeMh(page, { alignsEol: true, hasRtc: false })
    assert.deepEqual(coded, bits(`0000 ${EOL}${ROW} 0000 ${EOL}${ROW}`))
  })

  it('fill each row to the shortest the printer of the receiver can take', () => {
    const page = buildPage({
      width: 1728,
      rows: Array.from({ length: 10 }, () => ({ kind: 'runs', runs: [] })),
    })
    // 20 ms at 9600 bit/s are 192 bits a row.
    assert.equal(encodeMh(page, { rowBitsMin: 192, hasRtc: false }).length * 8, 1920)
  })
})

describe('A receiver of MH and MR', () => {
  it('loses only the damaged row in MH and repeats the one before', () => {
    const damaged = '1000 11111111'
    const data = bits(`${EOL}${ROW}${EOL}${damaged}${EOL}${WHITE_ROW}${RTC_MH}`)
    assert.deepEqual(receive(data, false), [
      [3, 'sound'],
      [3, 'run_past_width'],
      [8, 'sound'],
    ])
  })

  it('loses the 2-D rows behind a damaged one in MR up to the next 1-D row', () => {
    const data = bits(`${EOL}1${ROW}${EOL}0 0000001 ${EOL}0 11${EOL}1${WHITE_ROW}${EOL}0 1${RTC_MR}`)
    assert.deepEqual(receive(data, true), [
      [3, 'sound'],
      [3, 'uncompressed_mode'],
      [3, 'reference_lost'],
      [8, 'sound'],
      [8, 'sound'],
    ])
  })

  it('tells a row that stops early from one that runs on', () => {
    const data = bits(`${EOL}1000${EOL}${ROW}11${EOL}${ROW}${RTC_MH}`)
    assert.deepEqual(receive(data, false), [
      [8, 'row_too_short'],
      [8, 'run_past_width'],
      [3, 'sound'],
    ])
  })

  it('drops line noise before the first EOL and stops at RTC', () => {
    const data = bits(`1011010 ${EOL}${ROW}${RTC_MH} 1110101 ${EOL}${ROW}`)
    assert.deepEqual(receive(data, false), [[3, 'sound']])
  })

  it('gives no row for fewer than six EOLs in a row', () => {
    const data = bits(`${EOL}${ROW}${EOL.repeat(4)}${ROW}${RTC_MH}`)
    assert.deepEqual(receive(data, false), [
      [3, 'sound'],
      [3, 'sound'],
    ])
  })

  it('ends with the data when RTC never comes, the last row being unsure', () => {
    const data = bits(`${EOL}${ROW}${EOL}1000`)
    assert.deepEqual(receive(data, false), [
      [3, 'sound'],
      [3, 'data_ended'],
    ])
  })

  it('sees the same rows however the bytes are cut', () => {
    const page = buildPage({
      width: 8,
      rows: [{ kind: 'noise', seed: 5 }, { kind: 'noise', seed: 9 }, { kind: 'repeat' }],
    })
    const data = encodeMr(page, { k: 3, rowBitsMin: 99 })
    const whole = receive(data, true)
    assert.equal(whole.length, 3)
    for (const piece of [1, 2, 3, 7]) assert.deepEqual(receive(data, true, piece), whole)
  })

  it('refuses more rows than it was told to take', () => {
    const data = bits(`${EOL}${ROW}`.repeat(60))
    assert.throws(
      () => receive(data, false),
      (error) => error instanceof CodingError && error.reason === 'too_many_rows' && error.row === 50,
    )
  })
})
