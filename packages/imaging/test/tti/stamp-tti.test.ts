import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Resolution } from '@answerback/imaging/page'
import { ttiBandRows } from '@answerback/imaging/tti/band-rows'
import { layOutHeaderLine } from '@answerback/imaging/tti/header-line'
import { toPlainLetters } from '@answerback/imaging/tti/plain-letters'
import { drawTtiBand, stampTti } from '@answerback/imaging/tti/stamp-tti'
import { decodeT6 } from '@answerback/protocol/t4/t6'
import { codePage, samplePage } from '../tiff/sample-pages.ts'

const fields = {
  at: '2031-03-04 09:05',
  from: 'Zebra Clinic +1 202 555 0100',
  to: '+1 202 555 0142',
  page: 2,
  pageCount: 3,
}
const RESOLUTIONS: readonly Resolution[] = ['standard', 'fine', 'superfine']

describe('stampTti', () => {
  for (const resolution of RESOLUTIONS) {
    for (const width of [1728, 2048, 2432]) {
      it(`puts the line above an untouched page of ${width} pels at ${resolution} resolution`, () => {
        const bitmap = samplePage(width, 40)
        const stamped = stampTti(codePage(bitmap, resolution), fields)
        const band = drawTtiBand(width, resolution, fields)
        assert.equal(stamped.rows, 40 + ttiBandRows(resolution))
        const decoded = decodeT6(stamped.t6, { width, rowsMax: stamped.rows })
        assert.deepEqual(decoded.words, Uint32Array.of(...band.words, ...bitmap.words))
      })
    }
  }

  it('draws a line that is not blank and ends the band in white', () => {
    for (const resolution of RESOLUTIONS) {
      const band = drawTtiBand(1728, resolution, fields)
      assert.ok(band.words.some((word) => word !== 0))
      assert.ok(band.words.subarray(-band.stride).every((word) => word === 0))
    }
  })

  it('gives letters the same height on paper at every resolution', () => {
    const heights = RESOLUTIONS.map((resolution) => ttiBandRows(resolution))
    assert.deepEqual(heights, [12, 24, 48])
  })

  it('draws the letters it was asked for', () => {
    const band = drawTtiBand(300, 'standard', { ...fields, at: 'Tx', from: '', page: 1, pageCount: 1 })
    const rows = Array.from({ length: 9 }, (_, y) => {
      const bits = [...band.words.subarray((y + 1) * band.stride, (y + 1) * band.stride + 2)]
      const text = bits.map((word) => word.toString(2).padStart(32, '0')).join('')
      // Three columns of margin, two letters; each dot is two pels wide.
      return text.slice(36, 60).replace(/(.)\1/g, (_, bit) => (bit === '1' ? '#' : '.'))
    })
    assert.deepEqual(rows, [
      '#####.......',
      '..#.........',
      '..#...#...#.',
      '..#....#.#..',
      '..#.....#...',
      '..#....#.#..',
      '..#...#...#.',
      '............',
      '............',
    ])
  })
})

describe('The header line', () => {
  it('says when, from whom, to whom and which page', () => {
    const line = layOutHeaderLine(fields, 144)
    assert.match(
      line,
      /^ {3}2031-03-04 09:05 {2}From: Zebra Clinic \+1 202 555 0100 {2}To: \+1 202 555 0142 +Page 2 of 3$/,
    )
    assert.equal(line.length, 141)
  })

  it('shortens a long sender in the middle and keeps the number at its end', () => {
    const from = `${'Very Long Zebra Clinic Name '.repeat(8)}+1 202 555 0100`
    const line = layOutHeaderLine({ ...fields, from }, 144)
    assert.match(
      line,
      /From: Very Long Zebra.*\.\.\..*\+1 202 555 0100 {2}To: \+1 202 555 0142 {2}Page 2 of 3$/,
    )
    assert.equal(line.length, 141)
  })

  it('never grows past a narrow page', () => {
    for (let columns = 0; columns < 80; columns++) {
      assert.ok(layOutHeaderLine(fields, columns).length <= Math.max(columns, 3), `${columns} columns`)
    }
  })

  it('spells letters that the font does not have', () => {
    assert.equal(
      toPlainLetters('Zürich Straße Ærø Łódź “Ñandú” – 北 ½'),
      'Zurich Strasse AEro Lodz "Nandu" - ? 1?2',
    )
  })
})
