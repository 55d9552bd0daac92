import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ParseError } from '@answerback/protocol/parse-error'
import fc from 'fast-check'
import { buildCapabilities, type Capabilities, parseCapabilities } from '../../src/t30/capabilities.ts'
import type { Modem } from '../../src/t30/modulation.ts'
import type { ScanLineNeed } from '../../src/t30/scan-line-time.ts'
import { CAPABILITIES } from './machines.ts'
import { bitsSet, fromBook, withBits } from './wire.ts'

const read = (...bits: readonly number[]) => parseCapabilities(withBits(...bits))

const MODEM_SETS: readonly (readonly Modem[])[] = [
  ['V27TER'],
  ['V29'],
  ['V27TER', 'V29'],
  ['V27TER', 'V29', 'V17'],
]

/** T.30 table 2, bits 21–23: milliseconds at standard resolution, and whether half of it does above. */
const SCAN_LINES: readonly [bits: readonly number[], ScanLineNeed][] = [
  [[], { standardMs: 20, isHalvedWhenFine: false }],
  [[23], { standardMs: 40, isHalvedWhenFine: false }],
  [[22], { standardMs: 10, isHalvedWhenFine: false }],
  [[21], { standardMs: 5, isHalvedWhenFine: false }],
  [[22, 23], { standardMs: 10, isHalvedWhenFine: true }],
  [[21, 22], { standardMs: 20, isHalvedWhenFine: true }],
  [[21, 23], { standardMs: 40, isHalvedWhenFine: true }],
  [[21, 22, 23], { standardMs: 0, isHalvedWhenFine: false }],
]

/** All that a DIS has words for. */
const sayable: fc.Arbitrary<Capabilities> = fc
  .record({
    modems: fc.constantFrom(...MODEM_SETS).map((modems) => new Set(modems)),
    schemes: fc.subarray(['MR', 'MMR'] as const).map((extra) => new Set(['MH', ...extra] as const)),
    resolutions: fc
      .subarray(['fine', 'superfine', 'dpi300', 'dpi400'] as const)
      .map((extra) => new Set(['standard', ...extra] as const)),
    ecm: fc.boolean(),
    width: fc.constantFrom('A4', 'B4', 'A3'),
    length: fc.constantFrom('A4', 'B4', 'unlimited'),
    scanLine: fc.constantFrom(...SCAN_LINES.map(([, need]) => need)),
    canReceive: fc.boolean(),
    hasDocumentToPoll: fc.boolean(),
    prefersShortFrames: fc.boolean(),
    takesSubAddress: fc.boolean(),
    takesPassword: fc.boolean(),
  } as const)
  .map(
    (said) => ({ ...said, schemes: said.ecm ? said.schemes : without(said.schemes, 'MMR') }) as Capabilities,
  )

function without<T>(set: ReadonlySet<T>, value: T): ReadonlySet<T> {
  return new Set([...set].filter((one) => one !== value))
}

describe('A DIS', () => {
  it('of a machine seen in a trace says what it could do', () => {
    const can = parseCapabilities(fromBook('04 ee fa c4'))
    assert.deepEqual(can, {
      ...CAPABILITIES,
      modems: new Set(['V27TER', 'V29', 'V17']),
      resolutions: new Set(['standard', 'fine']),
      width: 'A3',
    })
  })

  it('of a full machine is the one in the trace, but for the end of its extension', () => {
    const dis = buildCapabilities({ ...CAPABILITIES, width: 'A3' })
    const traced = bitsSet(fromBook('04 ee fa c4')).filter((number) => number !== 32)
    assert.deepEqual(
      bitsSet(dis),
      traced.filter((number) => number !== 6),
    )
  })

  it('is read back as it was said', () => {
    fc.assert(
      fc.property(sayable, (said) => assert.deepEqual(parseCapabilities(buildCapabilities(said)), said)),
    )
  })

  it('names the modems in bits 11 to 14', () => {
    const modems = (...bits: number[]) => [...read(...bits).modems].sort()
    assert.deepEqual(modems(), ['V27TER'])
    assert.deepEqual(modems(12), ['V27TER'])
    assert.deepEqual(modems(11), ['V29'])
    assert.deepEqual(modems(11, 12), ['V27TER', 'V29'])
    assert.deepEqual(modems(11, 12, 14), ['V17', 'V27TER', 'V29'])
    assert.deepEqual(modems(11, 12, 13), ['V27TER', 'V29'])
    // Reserved: the modem that every terminal has.
    assert.deepEqual(modems(11, 12, 13, 14), ['V27TER'])
  })

  it('with modem bits 0000 has 2400 bit/s and no more', () => {
    assert.equal(read().bitRateMax, 2400)
    assert.equal(read(12).bitRateMax, undefined)
    assert.deepEqual(bitsSet(buildCapabilities({ ...CAPABILITIES, bitRateMax: 2400 })).includes(12), false)
  })

  it('says each of its other things in the bit of table 2', () => {
    assert.equal(read(10).canReceive, true)
    assert.equal(read(9).hasDocumentToPoll, true)
    assert.equal(read(7).prefersShortFrames, true)
    assert.equal(read(27).ecm, true)
    assert.equal(read(49).takesSubAddress, true)
    assert.equal(read(50).takesPassword, true)
    for (const [bit, resolution] of [
      [15, 'fine'],
      [41, 'superfine'],
      [42, 'dpi300'],
      [43, 'dpi400'],
    ] as const) {
      assert.deepEqual([...read(bit).resolutions], ['standard', resolution])
    }
    assert.deepEqual([...read(16).schemes], ['MH', 'MR'])
    assert.deepEqual([...read(27, 31).schemes], ['MH', 'MMR'])
    assert.deepEqual([...read(31).schemes], ['MH'], 'T.6 needs ECM')
    assert.deepEqual([read(17).width, read(18).width, read().width], ['B4', 'A3', 'A4'])
    assert.deepEqual([read(19).length, read(20).length, read().length], ['B4', 'unlimited', 'A4'])
    for (const [bits, need] of SCAN_LINES) assert.deepEqual(read(...bits).scanLine, need)
  })

  it('of ours never claims V.8, uncompressed mode or JBIG', () => {
    fc.assert(
      fc.property(sayable, (said) => {
        const bits = bitsSet(buildCapabilities(said))
        for (const never of [6, 26, 78, 79]) assert.ok(!bits.includes(never), `bit ${never}`)
        assert.ok(bits.includes(3), 'T.38')
      }),
    )
  })

  it('ends where an extend bit is 0, whatever follows', () => {
    const octets = withBits(27, 41)
    octets[3]! &= ~1
    assert.deepEqual([...parseCapabilities(octets).resolutions], ['standard'])
    assert.equal(parseCapabilities(octets).ecm, true)
  })

  it('may be longer than any edition of T.30, and not shorter than three octets', () => {
    const long = new Uint8Array(100).fill(0xff)
    assert.equal(parseCapabilities(long).canReceive, true)
    assert.throws(() => parseCapabilities(new Uint8Array(2)), ParseError)
  })
})
