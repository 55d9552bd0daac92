import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Bitmap, createBitmap } from '@answerback/protocol/t4/bitmap'
import { decodeMh } from '@answerback/protocol/t4/mh'
import { decodeMr } from '@answerback/protocol/t4/mr'
import { decodeT6, encodeT6 } from '@answerback/protocol/t4/t6'
import fc from 'fast-check'
import { codePage } from '../../src/t30/code-page.ts'
import { type LineResolution, RESOLUTIONS, widthPels } from '../../src/t30/geometry.ts'
import type { LinePage } from '../../src/t30/line-page.ts'
import { MODULATIONS } from '../../src/t30/modulation.ts'
import type { Settings } from '../../src/t30/settings.ts'
import { buildPage, pageRecipes, pixel, setBlack } from '../t4/pages.ts'

const SETTINGS: Settings = {
  modulation: 'V17_14400',
  resolution: 'fine',
  scheme: 'MMR',
  ecm: true,
  frameOctets: 256,
  width: 'A4',
  length: 'unlimited',
  scanLineTimeMs: 0,
}
const EOL_OF = /0{11,}1/g
/** 297 mm at standard resolution. */
const A4_ROWS = 1143

const pages = (width: number, resolution: LineResolution) =>
  pageRecipes().map((recipe) =>
    linePage(
      buildPage({ ...recipe, width, rows: [{ kind: 'runs', runs: [4, 1] }, ...recipe.rows] }),
      resolution,
    ),
  )

function linePage(bitmap: Bitmap, resolution: LineResolution): LinePage {
  return { number: 1, width: bitmap.width, rows: bitmap.rows, resolution, t6: encodeT6(bitmap) }
}

function decode(octets: Uint8Array, { scheme, width, resolution }: Settings): Bitmap {
  const options = { width: widthPels(width, resolution), rowsMax: 5_000 }
  if (scheme === 'MMR') return decodeT6(octets, options)
  return scheme === 'MH' ? decodeMh(octets, options) : decodeMr(octets, options)
}

describe('A page coded for the line', () => {
  it('in T.6 and unscaled is the very octets that were rendered', () => {
    const page = linePage(buildPage({ width: 1728, rows: [{ kind: 'noise', seed: 1 }] }), 'fine')
    assert.equal(codePage(page, SETTINGS), page.t6)
  })

  for (const scheme of ['MH', 'MR'] as const) {
    it(`in ${scheme} has the same pels`, () => {
      fc.assert(
        fc.property(pages(1728, 'fine'), (page) => {
          const settings: Settings = { ...SETTINGS, scheme, ecm: false }
          assert.deepEqual(decode(codePage(page, settings), settings), bitmapOf(page))
        }),
        { numRuns: 40 },
      )
    })

    it(`in ${scheme} grants a slow printer its time for every row`, () => {
      const time = fc.constantFrom(5, 10, 20, 40)
      const modulation = fc.constantFrom('V17_14400', 'V29_9600', 'V27TER_2400')
      fc.assert(
        fc.property(pages(1728, 'fine'), time, modulation, (page, scanLineTimeMs, name) => {
          const settings = { ...SETTINGS, scheme, ecm: false, scanLineTimeMs, modulation: name } as Settings
          const octets = codePage(page, settings)
          const rowBitsMin = (MODULATIONS[settings.modulation].bitRate * scanLineTimeMs) / 1_000
          for (const bits of rowBits(octets).slice(0, page.rows))
            assert.ok(bits >= rowBitsMin, `${bits} bits`)
          assert.deepEqual(decode(octets, settings), bitmapOf(page))
        }),
        { numRuns: 40 },
      )
    })
  }

  it('gets no fill where the receiver needs no time, or with ECM', () => {
    const white = linePage(createBitmap(1728, 3), 'fine')
    const mh: Settings = { ...SETTINGS, scheme: 'MH', ecm: false }
    // EOL, and the white run of 1728: make-up 010011011 and terminating 00110101.
    assert.deepEqual(rowBits(codePage(white, mh)).slice(0, 3), [29, 29, 29])
    const ecm: Settings = { ...mh, ecm: true, scanLineTimeMs: 20 }
    assert.deepEqual(rowBits(codePage(white, ecm)).slice(0, 3), [29, 29, 29])
    // 20 ms at 14,400 bit/s.
    assert.deepEqual(rowBits(codePage(white, { ...mh, scanLineTimeMs: 20 })).slice(0, 3), [288, 288, 288])
  })
})

describe('A page scaled for the line', () => {
  it('from fine to standard resolution keeps every run of ink, and adds none', () => {
    fc.assert(
      fc.property(
        pages(1728, 'fine'),
        (page) => void assertScaled(page, { ...SETTINGS, resolution: 'standard' }),
      ),
      {
        numRuns: 60,
      },
    )
  })

  it('from B4 to A4 keeps every run of ink, and adds none', () => {
    fc.assert(
      fc.property(pages(2048, 'fine'), (page) => void assertScaled(page, SETTINGS)),
      { numRuns: 60 },
    )
  })

  it('from 300 and 400 lines to the inch to what a receiver has keeps every run of ink', () => {
    fc.assert(
      fc.property(pages(2592, 'dpi300'), (page) => void assertScaled(page, SETTINGS)),
      { numRuns: 30 },
    )
    fc.assert(
      fc.property(
        pages(3456, 'dpi400'),
        (page) => void assertScaled(page, { ...SETTINGS, resolution: 'superfine' }),
      ),
      { numRuns: 30 },
    )
  })

  it('of a width that is none of T.4’s gets white on its right', () => {
    const page = linePage(buildPage({ width: 1700, rows: [{ kind: 'runs', runs: [0, 1700] }] }), 'fine')
    const sent = decode(codePage(page, SETTINGS), SETTINGS)
    assert.deepEqual(
      [0, 1699, 1700, 1727].map((x) => pixel(sent, x, 0)),
      [true, true, false, false],
    )
  })

  it('to A4 length is made smaller, not cut: a stroke in every row of a Legal page is still there', () => {
    const legal = createBitmap(1728, 1369)
    for (let y = 0; y < legal.rows; y++) setBlack(legal, y, y)
    const settings: Settings = { ...SETTINGS, resolution: 'standard', length: 'A4' }
    const page = linePage(legal, 'standard')
    assert.equal(assertScaled(page, settings).rows, A4_ROWS)
  })

  it('that fits is left as it is', () => {
    const page = linePage(createBitmap(1728, A4_ROWS), 'standard')
    assert.equal(codePage(page, { ...SETTINGS, resolution: 'standard', length: 'A4' }), page.t6)
  })
})

function bitmapOf(page: LinePage): Bitmap {
  return decodeT6(page.t6, { width: page.width, rowsMax: page.rows })
}

/** From the end of one EOL to the end of the next: a row with its fill and its EOL. */
function rowBits(octets: Uint8Array): number[] {
  const bits = Array.from(octets, (octet) => octet.toString(2).padStart(8, '0')).join('')
  const ends = [...bits.matchAll(EOL_OF)].map((eol) => eol.index + eol[0].length)
  return ends.slice(1).map((end, i) => end - ends[i]!)
}

/** Every black run of every row has ink where it belongs, and all ink stands where some was. */
function assertScaled(page: LinePage, settings: Settings): Bitmap {
  const source = bitmapOf(page)
  const sent = decode(codePage(page, settings), settings)
  const own = RESOLUTIONS[page.resolution]
  const agreed = RESOLUTIONS[settings.resolution]
  const naturalWidth = (source.width * agreed.pelsPerInch) / own.pelsPerInch
  const naturalRows = (source.rows * agreed.linesPerInch) / own.linesPerInch
  const rowsMax = settings.length === 'A4' ? (297 / 25.4) * agreed.linesPerInch : Number.POSITIVE_INFINITY
  const scale = Math.min(1, sent.width / naturalWidth, rowsMax / naturalRows)
  assert.ok(Math.abs(sent.rows - naturalRows * scale) <= 1)
  const scaleX = (naturalWidth * scale) / source.width
  const rowOf = (y: number) => Math.min(sent.rows - 1, Math.floor(((y + 1) * sent.rows - 1) / source.rows))
  for (let y = 0; y < source.rows; y++) {
    for (const [from, to] of runsOf(source, y)) {
      const isThere = hasInk(sent, rowOf(y), Math.floor(from * scaleX), Math.ceil(to * scaleX))
      assert.ok(isThere, `run ${from}–${to} of row ${y} is lost`)
    }
  }
  for (let y = 0; y < sent.rows; y++) {
    const first = Math.floor((y * source.rows) / sent.rows)
    const end = Math.max(first + 1, Math.floor(((y + 1) * source.rows) / sent.rows))
    for (const [from, to] of runsOf(sent, y)) {
      const columns: [number, number] = [Math.floor(from / scaleX) - 1, Math.ceil(to / scaleX) + 1]
      const isFounded = Array.from({ length: end - first }, (_, i) => first + i).some((row) =>
        hasInk(source, row, ...columns),
      )
      assert.ok(isFounded, `run ${from}–${to} of row ${y} was never there`)
    }
  }
  return sent
}

function runsOf(bitmap: Bitmap, y: number): [number, number][] {
  const runs: [number, number][] = []
  for (let x = 0; x < bitmap.width; x++) {
    if (!pixel(bitmap, x, y)) continue
    const last = runs.at(-1)
    if (last?.[1] === x) last[1]++
    else runs.push([x, x + 1])
  }
  return runs
}

function hasInk(bitmap: Bitmap, y: number, from: number, to: number): boolean {
  for (let x = from; x < to; x++) if (pixel(bitmap, x, y)) return true
  return false
}
