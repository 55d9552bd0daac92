import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createBitmap } from '@answerback/protocol/t4/bitmap'
import { encodeMh } from '@answerback/protocol/t4/mh'
import { encodeMr } from '@answerback/protocol/t4/mr'
import { encodeT6 } from '@answerback/protocol/t4/t6'
import fc from 'fast-check'
import { DEFAULT_COPY_QUALITY, judgeCopy } from '../../src/t30/copy-quality.ts'
import {
  isDamaged,
  type PageDamage,
  type ReceivedPage,
  readReceivedPage,
} from '../../src/t30/received-page.ts'
import type { Settings } from '../../src/t30/settings.ts'
import { buildPage, pageRecipes } from '../t4/pages.ts'

const PLAIN: Settings = {
  modulation: 'V17_14400',
  resolution: 'fine',
  scheme: 'MH',
  ecm: false,
  frameOctets: 256,
  width: 'A4',
  length: 'unlimited',
  scanLineTimeMs: 0,
}
const ECM: Settings = { ...PLAIN, ecm: true, scheme: 'MMR' }
const SOUND: PageDamage = { badRows: 0, longestBadRun: 0, gaps: 0, isTruncated: false }
const ROWS_MAX = 32_768

const bitmap = buildPage({
  width: 1728,
  rows: Array.from({ length: 40 }, () => ({ kind: 'runs', runs: [100, 20, 300, 5] }) as const),
})

function read(octets: Uint8Array, settings: Settings, gaps = 0, isIncomplete = false): ReceivedPage {
  return readReceivedPage({ number: 3, octets, gaps, isIncomplete }, settings)
}

/** Octets with all bits of some rows turned to a code that no table has: seven zeros, and not eleven. */
function spoilRows(octets: Uint8Array, rows: readonly number[], rowOctets: number): Uint8Array {
  const spoiled = octets.slice()
  for (const row of rows) spoiled.fill(0x01, row * rowOctets + 3, row * rowOctets + 6)
  return spoiled
}

describe('A received page', () => {
  it('that came whole has the rows that were sent, in any coding, and no damage', () => {
    const recipe = pageRecipes().map((any) => ({
      ...any,
      width: 1728,
      rows: [...any.rows, { kind: 'noise', seed: 1 } as const],
    }))
    fc.assert(
      fc.property(recipe, (any) => {
        const sent = buildPage(any)
        const t6 = encodeT6(sent)
        for (const page of [
          read(encodeMh(sent), PLAIN),
          read(encodeMr(sent, { k: 4 }), { ...PLAIN, scheme: 'MR' }),
          read(t6, ECM),
        ]) {
          assert.deepEqual(page.t6, t6)
          assert.deepEqual([page.rows, page.width, page.damage], [sent.rows, 1728, SOUND])
        }
      }),
      { numRuns: 30 },
    )
  })

  it('in MH counts each unreadable row, and the longest run of them', () => {
    // Every row of the same length in octets, so that rows are easily found.
    const octets = encodeMh(bitmap, { rowBitsMin: 96 })
    const page = read(spoilRows(octets, [3, 10, 11, 20], 12), PLAIN)
    assert.deepEqual(page.damage, { ...SOUND, badRows: 4, longestBadRun: 2 })
    assert.equal(page.rows, 40)
    assert.ok(isDamaged(page))
  })

  it('in MR counts with a bad row those that were coded against it', () => {
    const octets = encodeMr(bitmap, { k: 4, rowBitsMin: 96 })
    const page = read(spoilRows(octets, [5], 12), { ...PLAIN, scheme: 'MR' })
    assert.deepEqual(page.damage, { ...SOUND, badRows: 3, longestBadRun: 3 })
  })

  it('shows a bad row as the one above it', () => {
    const octets = spoilRows(encodeMh(bitmap, { rowBitsMin: 96 }), [7], 12)
    assert.deepEqual(read(octets, PLAIN).t6, encodeT6(bitmap))
  })

  it('in T.6 that breaks off, or cannot be read on, is truncated', () => {
    const octets = encodeT6(
      buildPage({
        width: 1728,
        rows: [
          { kind: 'noise', seed: 4 },
          { kind: 'noise', seed: 5 },
        ],
      }),
    )
    assert.equal(read(octets.subarray(0, octets.length >> 1), ECM).damage.isTruncated, true)
    assert.equal(read(octets, ECM, 0, true).damage.isTruncated, true)
  })

  it('of more rows than any page has is truncated, not cut in silence', () => {
    for (const [scheme, code] of [
      ['MMR', encodeT6],
      ['MH', encodeMh],
    ] as const) {
      const page = read(code(createBitmap(1728, ROWS_MAX + 1)), { ...ECM, scheme })
      assert.deepEqual([page.rows, page.damage.isTruncated], [ROWS_MAX, true], scheme)
      assert.equal(read(code(createBitmap(1728, ROWS_MAX)), { ...ECM, scheme }).damage.isTruncated, false)
    }
  })

  it('with a hole that hides no row is damaged all the same', () => {
    assert.ok(isDamaged(read(encodeMh(bitmap), PLAIN, 1)))
  })

  it('is never a reason to throw', () => {
    const settings = fc.constantFrom(PLAIN, ECM, { ...PLAIN, scheme: 'MR' } as Settings)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), settings, (octets, agreed) => {
        const { rows, damage } = read(octets, agreed)
        assert.ok(damage.badRows <= rows && damage.longestBadRun <= damage.badRows)
      }),
    )
  })
})

describe('Copy quality', () => {
  const PACKETS = 190
  const page = (
    changes: Partial<PageDamage>,
    resolution: ReceivedPage['resolution'] = 'standard',
    rows = 1000,
  ) =>
    judgeCopy(
      { ...read(encodeMh(bitmap), PLAIN), rows, resolution, damage: { ...SOUND, ...changes } },
      PACKETS,
      DEFAULT_COPY_QUALITY,
    )

  it('lets a twentieth of the rows be bad, and no more', () => {
    assert.equal(page({ badRows: 50, longestBadRun: 1 }), 'MCF')
    assert.equal(page({ badRows: 51, longestBadRun: 1 }), 'RTN')
  })

  it('lets so many rows on end be bad as cover the same height at any resolution', () => {
    for (const [resolution, most] of [
      ['standard', 5],
      ['fine', 10],
      ['superfine', 20],
      ['dpi300', 15],
      ['dpi400', 20],
    ] as const) {
      assert.equal(page({ badRows: most, longestBadRun: most }, resolution), 'MCF', resolution)
      assert.equal(page({ badRows: most + 1, longestBadRun: most + 1 }, resolution), 'RTN', resolution)
    }
  })

  it('lets a twentieth of the packets be lost, and no more, though the rows left look sound', () => {
    assert.equal(page({ gaps: 10 }), 'MCF')
    assert.equal(page({ gaps: 11 }), 'RTN')
  })

  it('is never good of a page without rows, or of one that stops early', () => {
    assert.equal(page({}, 'standard', 0), 'RTN')
    assert.equal(page({ isTruncated: true }), 'RTN')
  })
})
