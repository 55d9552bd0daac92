import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CodingError } from '@answerback/protocol/t4/coding-error'
import { encodeMh } from '@answerback/protocol/t4/mh'
import { encodeMr } from '@answerback/protocol/t4/mr'
import { encodeT6 } from '@answerback/protocol/t4/t6'
import { type CodingScheme, createRowDecoder } from '@answerback/protocol/t4/transcode'
import fc from 'fast-check'
import { fuzz, fuzzInputs } from '../fuzz.ts'
import { cpuMs, createDice, damage } from './damage.ts'
import { buildPage, pageRecipes } from './pages.ts'

const SCHEMES: readonly CodingScheme[] = ['MH', 'MR', 'MMR']
const INPUTS_PER_SCHEME = fuzzInputs(4_000)
const ROWS_MAX = 40
const CPU_MS_MAX = 50

const fixtures = fc.sample(pageRecipes(), { seed: 20, numRuns: 60 }).map((recipe) => {
  const page = buildPage(recipe)
  const coded = { MH: encodeMh(page), MR: encodeMr(page, { k: 4 }), MMR: encodeT6(page) }
  return { width: page.width, coded }
})

/** What came out: each row's changes and fault, and how it ended. Anything but a `CodingError` escapes. */
function decode(data: Uint8Array, scheme: CodingScheme, width: number, pieceBytes: number): unknown[] {
  const decoder = createRowDecoder(scheme, { width, rowsMax: ROWS_MAX })
  const seen: unknown[] = []
  let pushed = 0
  try {
    for (;;) {
      const row = decoder.pull()
      if (row === 'ended') return seen
      if (row === 'starved') {
        if (pushed >= data.length) decoder.endInput()
        else decoder.push(data.subarray(pushed, pushed + pieceBytes))
        pushed += pieceBytes
        continue
      }
      seen.push([[...row.positions.subarray(0, row.count)], decoder.rowFault?.reason])
    }
  } catch (error) {
    if (!(error instanceof CodingError)) throw error
    assert.ok(error.offset >= 0 && error.offset <= data.length * 8 + 32)
    return [...seen, [error.reason, error.row]]
  }
}

function assertSoundRows(rows: readonly unknown[], width: number): void {
  assert.ok(rows.length <= ROWS_MAX + 1)
  for (const row of rows) {
    const [changes] = row as [number[] | string]
    if (typeof changes === 'string') continue
    changes.forEach((change, i) => {
      assert.ok(change >= 0 && change < width && (i === 0 || change > changes[i - 1]!))
    })
  }
}

describe('Decoders of hostile data', () => {
  for (const scheme of SCHEMES) {
    it(`give sound rows or a typed error for every damaged ${scheme} page, in bounded time`, () => {
      fuzz(7, INPUTS_PER_SCHEME, (dice) => {
        const { width, coded } = fixtures[dice(fixtures.length)]!
        const data = damage(coded[scheme], dice)
        assertSoundRows(decode(data, scheme, width, data.length), width)
      })
    })

    it(`see the same in a damaged ${scheme} page however its bytes arrive`, () => {
      const dice = createDice(11)
      for (let i = 0; i < 300; i++) {
        const { width, coded } = fixtures[dice(fixtures.length)]!
        const data = damage(coded[scheme], dice)
        assert.deepEqual(
          decode(data, scheme, width, 1 + dice(40)),
          decode(data, scheme, width, data.length),
          `input ${i}`,
        )
      }
    })

    it(`end on plain noise and on endless zeros or ones in ${scheme}`, () => {
      const dice = createDice(13)
      const noise = Uint8Array.from({ length: 20_000 }, () => dice(256))
      for (const data of [noise, new Uint8Array(20_000), new Uint8Array(20_000).fill(0xff)]) {
        for (const width of [1, 1728, 20_000]) {
          const spent = cpuMs(() => assertSoundRows(decode(data, scheme, width, data.length), width))
          assert.ok(spent <= CPU_MS_MAX, `${spent} ms`)
        }
      }
    })
  }

  it('do not slow down on a row that never ends, sent byte by byte', () => {
    // Horizontal mode with two runs of no length, over and over, and as often as the decoder lets it pass.
    const bits = '001 00110101 0000110111'.replaceAll(' ', '').repeat(8 * 400)
    const data = Uint8Array.from({ length: bits.length / 8 }, (_, i) =>
      Number.parseInt(bits.slice(i * 8, i * 8 + 8), 2),
    )
    assert.deepEqual(decode(data, 'MMR', 1728, data.length), [['data_ended', 0]])
    const spent = cpuMs(() => decode(data, 'MMR', 1728, 1))
    assert.ok(spent <= 1000, `${spent} ms for ${data.length} pieces`)
  })
})
