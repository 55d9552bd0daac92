import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Capabilities } from '../../src/t30/capabilities.ts'
import { narrowestWidth, widthPels } from '../../src/t30/geometry.ts'
import type { LinePage } from '../../src/t30/line-page.ts'
import { slowerModulation } from '../../src/t30/modulation.ts'
import { negotiate, type SenderLimits } from '../../src/t30/negotiate.ts'
import type { Settings } from '../../src/t30/settings.ts'
import { CAPABILITIES } from './machines.ts'
import { samplePage } from './sample-pages.ts'

const LIMITS: SenderLimits = {
  modems: new Set(['V17', 'V29', 'V27TER']),
  bitRateMax: 14_400,
  schemes: new Set(['MH', 'MR', 'MMR']),
  ecm: true,
}

function settled(
  receiver: Partial<Capabilities>,
  limits: Partial<SenderLimits> = {},
  page: Partial<LinePage> = {},
): Partial<Settings> | undefined {
  return negotiate(
    { ...samplePage('small', 1), ...page },
    { ...CAPABILITIES, ...receiver },
    { ...LIMITS, ...limits },
  )
}

describe('What two machines settle', () => {
  it('is the best both have', () => {
    assert.deepEqual(settled({}), {
      modulation: 'V17_14400',
      resolution: 'fine',
      scheme: 'MMR',
      ecm: true,
      frameOctets: 256,
      width: 'A4',
      length: 'unlimited',
      scanLineTimeMs: 0,
    })
  })

  it('is T.6 with ECM alone, whatever a receiver says of T.6', () => {
    assert.equal(settled({ ecm: false })?.scheme, 'MR')
    assert.equal(settled({}, { ecm: false })?.scheme, 'MR')
    assert.equal(settled({}, { schemes: new Set(['MH']) })?.scheme, 'MH')
    assert.equal(settled({ schemes: new Set(['MH']) })?.scheme, 'MH')
  })

  it('is the page’s resolution, or the next lower one the receiver has', () => {
    const resolution = (own: LinePage['resolution'], has: readonly LinePage['resolution'][]) =>
      settled({ resolutions: new Set(has) }, {}, { resolution: own })?.resolution
    assert.equal(resolution('superfine', ['standard', 'fine', 'superfine']), 'superfine')
    assert.equal(resolution('superfine', ['standard', 'fine']), 'fine')
    assert.equal(resolution('dpi300', ['standard', 'fine']), 'fine')
    assert.equal(resolution('dpi400', ['standard', 'fine', 'superfine']), 'superfine')
    assert.equal(resolution('dpi400', ['standard']), 'standard')
    assert.equal(resolution('standard', ['standard', 'fine']), 'standard')
  })

  it('is the narrowest width that holds the page, as far as the receiver prints it', () => {
    const width = (own: number, widest: Capabilities['width']) =>
      settled({ width: widest }, {}, { width: own })?.width
    assert.deepEqual([width(1728, 'A3'), width(2048, 'A3'), width(2432, 'A3')], ['A4', 'B4', 'A3'])
    assert.deepEqual([width(2048, 'A4'), width(2432, 'B4')], ['A4', 'B4'])
    assert.deepEqual([width(1700, 'A3'), width(1729, 'A3'), width(9999, 'A3')], ['A4', 'B4', 'A3'])
  })

  it('is no speed above the slower one’s', () => {
    assert.equal(settled({}, { bitRateMax: 9_600 })?.modulation, 'V17_9600')
    assert.equal(settled({ modems: new Set(['V29', 'V27TER']) })?.modulation, 'V29_9600')
    assert.equal(settled({ modems: new Set(['V27TER']) })?.modulation, 'V27TER_4800')
    assert.equal(settled({ modems: new Set(['V27TER']), bitRateMax: 2_400 })?.modulation, 'V27TER_2400')
    assert.equal(settled({ modems: new Set(['V29']) }, { modems: new Set(['V17']) }), undefined)
    assert.equal(settled({}, { bitRateMax: 1_200 }), undefined)
  })
})

describe('Falling back', () => {
  it('goes through every speed both ends have, and ends', () => {
    const steps = (
      modems: Parameters<typeof slowerModulation>[1],
      first: Parameters<typeof slowerModulation>[0],
    ) => {
      const names: string[] = []
      for (let name = slowerModulation(first, modems); name; name = slowerModulation(name, modems))
        names.push(name)
      return names
    }
    const all = ['V17_12000', 'V17_9600', 'V17_7200', 'V27TER_4800', 'V27TER_2400']
    assert.deepEqual(steps(LIMITS.modems, 'V17_14400'), all)
    assert.deepEqual(steps(new Set(['V29', 'V27TER']), 'V29_9600'), [
      'V29_7200',
      'V27TER_4800',
      'V27TER_2400',
    ])
    assert.deepEqual(steps(new Set(['V17']), 'V17_7200'), [])
  })
})

describe('Widths', () => {
  it('have T.4’s pels at each resolution', () => {
    assert.deepEqual(
      (['A4', 'B4', 'A3'] as const).map((width) => widthPels(width, 'fine')),
      [1728, 2048, 2432],
    )
    assert.deepEqual([widthPels('A4', 'dpi300'), widthPels('A3', 'dpi400')], [2592, 4864])
    assert.equal(narrowestWidth(2592, 'dpi300'), 'A4')
  })
})
