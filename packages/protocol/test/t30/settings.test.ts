import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ParseError } from '@answerback/protocol/parse-error'
import fc from 'fast-check'
import { MODULATIONS, type Modulation } from '../../src/t30/modulation.ts'
import { scanLineTime } from '../../src/t30/scan-line-time.ts'
import {
  buildRateChange,
  buildSettings,
  parseModulation,
  parseSettings,
  type Settings,
} from '../../src/t30/settings.ts'
import { bitsSet, fromBook, withBits } from './wire.ts'

const TRACED: Settings = {
  modulation: 'V17_14400',
  resolution: 'fine',
  scheme: 'MMR',
  ecm: true,
  frameOctets: 256,
  width: 'A4',
  length: 'unlimited',
  scanLineTimeMs: 0,
}

const NAMES = Object.keys(MODULATIONS) as Modulation[]

const sayable: fc.Arbitrary<Settings> = fc
  .record({
    modulation: fc.constantFrom(...NAMES),
    resolution: fc.constantFrom('standard', 'fine', 'superfine', 'dpi300', 'dpi400'),
    scheme: fc.constantFrom('MH', 'MR', 'MMR'),
    ecm: fc.boolean(),
    frameOctets: fc.constantFrom(256, 64),
    width: fc.constantFrom('A4', 'B4', 'A3'),
    length: fc.constantFrom('A4', 'B4', 'unlimited'),
    scanLineTimeMs: fc.constantFrom(0, 5, 10, 20, 40),
  } as const)
  .map((said) =>
    said.ecm
      ? { ...said }
      : { ...said, frameOctets: 256, scheme: said.scheme === 'MMR' ? 'MR' : said.scheme },
  )

describe('A DCS', () => {
  it('of a machine seen in a trace is the one we would send', () => {
    assert.deepEqual(parseSettings(fromBook('00 62 f8 44')), TRACED)
    assert.deepEqual(buildSettings(TRACED), fromBook('00 62 f8 44'))
  })

  it('is read back as it was said', () => {
    fc.assert(fc.property(sayable, (said) => assert.deepEqual(parseSettings(buildSettings(said)), said)))
  })

  it('names the modulation in bits 11 to 14', () => {
    const bits: Readonly<Record<Modulation, readonly number[]>> = {
      V17_14400: [14],
      V17_12000: [12, 14],
      V17_9600: [11, 14],
      V17_7200: [11, 12, 14],
      V29_9600: [11],
      V29_7200: [11, 12],
      V27TER_4800: [12],
      V27TER_2400: [],
    }
    for (const name of NAMES) {
      assert.equal(parseSettings(withBits(10, ...bits[name])).modulation, name)
      assert.deepEqual(
        bitsSet(buildSettings({ ...TRACED, modulation: name })).filter((bit) => bit >= 11 && bit <= 14),
        bits[name],
      )
    }
    assert.throws(() => parseSettings(withBits(13)), hasField('settings.modulation'))
  })

  it('says 400 lines to the inch with bit 44, for bit 43 alone is 391', () => {
    const bits = (resolution: Settings['resolution']) =>
      bitsSet(buildSettings({ ...TRACED, resolution })).filter((bit) => [15, 41, 42, 43, 44].includes(bit))
    assert.deepEqual(bits('standard'), [])
    assert.deepEqual(bits('fine'), [15])
    assert.deepEqual(bits('superfine'), [41])
    assert.deepEqual(bits('dpi300'), [42])
    assert.deepEqual(bits('dpi400'), [43, 44])
  })

  it('says whether SUB and SID come with it', () => {
    const bits = (subAddress: boolean, senderId: boolean) =>
      bitsSet(buildSettings(TRACED, { subAddress, senderId })).filter((bit) => bit > 48)
    assert.deepEqual(bits(true, false), [49])
    assert.deepEqual(bits(false, true), [50])
    assert.deepEqual(bits(false, false), [])
  })

  it('says the other things in the bits of table 2', () => {
    const read = (...bits: number[]) => parseSettings(withBits(14, ...bits))
    assert.deepEqual([read(27).ecm, read().ecm], [true, false])
    assert.deepEqual([read(27, 28).frameOctets, read(27).frameOctets], [64, 256])
    assert.deepEqual([read(16).scheme, read().scheme, read(27, 31).scheme], ['MR', 'MH', 'MMR'])
    assert.deepEqual([read(17).width, read(18).width, read().width], ['B4', 'A3', 'A4'])
    assert.deepEqual([read(19).length, read(20).length, read().length], ['B4', 'unlimited', 'A4'])
    const times = [[], [23], [22], [21], [21, 22, 23]].map((bits) => read(...bits).scanLineTimeMs)
    assert.deepEqual(times, [20, 40, 10, 5, 0])
  })

  it('that names JBIG, uncompressed mode, or T.6 without ECM is refused by name', () => {
    for (const bits of [[78], [27, 79], [26], [31]]) {
      assert.throws(() => parseSettings(withBits(14, ...bits)), hasField('settings.scheme'))
    }
  })

  it('cut short is no DCS, which is another thing than one that cannot be used', () => {
    assert.throws(() => parseSettings(new Uint8Array(2)), hasField('information'))
    assert.throws(() => parseModulation(new Uint8Array(1)), hasField('settings'))
  })

  it('lends CTC its first two octets, which tell the speed', () => {
    for (const modulation of NAMES) {
      const octets = buildRateChange({ ...TRACED, modulation })
      assert.equal(octets.length, 2)
      assert.equal(parseModulation(octets), modulation)
    }
  })
})

describe('The minimum scan line time', () => {
  it('is halved for finer lines where the receiver says so', () => {
    const halved = { standardMs: 40, isHalvedWhenFine: true } as const
    assert.equal(scanLineTime(halved, 'standard'), 40)
    assert.equal(scanLineTime(halved, 'fine'), 20)
    assert.equal(scanLineTime(halved, 'superfine'), 20)
    assert.equal(scanLineTime({ standardMs: 40, isHalvedWhenFine: false }, 'fine'), 40)
  })
})

function hasField(field: string) {
  return (error: unknown) => error instanceof ParseError && error.field === field
}
