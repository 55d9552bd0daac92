import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DocumentRefusal } from '@answerback/imaging/intake/refusal'
import { readTiff } from '@answerback/imaging/tiff/read-tiff'
import { writeTiff } from '@answerback/imaging/tiff/write-tiff'
import { BitWriter } from '@answerback/protocol/t4/bit-writer'
import type { Bitmap } from '@answerback/protocol/t4/bitmap'
import { createChangeRow, findChanges } from '@answerback/protocol/t4/change-row'
import { encodeRow1d } from '@answerback/protocol/t4/encode-1d'
import { encodeMh } from '@answerback/protocol/t4/mh'
import { encodeT6 } from '@answerback/protocol/t4/t6'
import sharp from 'sharp'
import { NEEDS_LIBTIFF, tiffcp } from './libtiff.ts'
import { codePage, packedRows, samplePage } from './sample-pages.ts'
import { buildTiff } from './tiff-builder.ts'

const bitmap = samplePage(1728, 100)
const narrow = samplePage(75, 40)

function decodeAll(tiff: Uint8Array): (Bitmap | undefined)[] {
  return readTiff(tiff).pages.map((page) => (page.form === 'bilevel' ? page.decode() : undefined))
}

/** Fields of a bilevel page; `more` adds or replaces. */
function fields(page: Bitmap, compression: number, more: Record<number, number | readonly number[]> = {}) {
  return {
    256: page.width,
    257: page.rows,
    258: 1,
    259: compression,
    262: 0,
    277: 1,
    278: page.rows,
    ...more,
  }
}

/** Compression 2. */
function huffmanRows(page: Bitmap): Uint8Array {
  const writer = new BitWriter()
  const row = createChangeRow(page.width)
  for (let y = 0; y < page.rows; y++) {
    findChanges(page.words, y * page.stride, row)
    encodeRow1d(writer, row)
    writer.alignTo()
  }
  return writer.toBytes()
}

describe('readTiff on files of libtiff', { skip: NEEDS_LIBTIFF }, () => {
  const source = writeTiff([codePage(bitmap), codePage(narrow)])
  const compressions = ['none', 'packbits', 'g3:1d', 'g3:2d', 'g3:1d:fill', 'g3:2d:fill', 'g4']
  for (const compression of compressions) {
    it(`reads ${compression} in both byte and bit orders, in one strip and in many`, () => {
      for (const byteOrder of ['-L', '-B']) {
        for (const bitOrder of ['msb2lsb', 'lsb2msb']) {
          for (const rowsPerStrip of ['7', '1000']) {
            const options = [byteOrder, '-f', bitOrder, '-r', rowsPerStrip, '-s', '-c', compression]
            assert.deepEqual(decodeAll(tiffcp(options, source)), [bitmap, narrow], options.join(' '))
          }
        }
      }
    })
  }

  it('reads back what libtiff makes of rows coded with compression 2', () => {
    const tiff = buildTiff({ pages: [{ fields: fields(narrow, 2), strips: [huffmanRows(narrow)] }] })
    assert.deepEqual(decodeAll(tiff), [narrow])
    assert.deepEqual(decodeAll(tiffcp(['-c', 'none'], tiff)), [narrow])
  })

  it('hands a page in LZW or in tiles to the caller, since no fax is coded so', () => {
    const lzw = readTiff(tiffcp(['-c', 'lzw'], source)).pages[0]!
    assert.deepEqual([lzw.form, lzw.width, lzw.rows, lzw.xDpi, lzw.yDpi], ['other', 1728, 100, 204, 196])
    assert.equal(readTiff(tiffcp(['-t', '-c', 'none'], source)).pages[0]!.form, 'other')
  })
})

describe('readTiff', () => {
  it('turns min-is-black pixels round, whatever the compression', () => {
    const inverted = { ...narrow, words: narrow.words.map((word) => ~word) }
    for (let y = 0; y < narrow.rows; y++) inverted.words[y * 3 + 2]! &= -1 << (96 - 75)
    for (const [compression, data] of [
      [1, packedRows(inverted)],
      [2, huffmanRows(inverted)],
      [3, encodeMh(inverted, { hasRtc: false })],
      [4, encodeT6(inverted)],
    ] as const) {
      const tiff = buildTiff({ pages: [{ fields: fields(narrow, compression, { 262: 1 }), strips: [data] }] })
      assert.deepEqual(decodeAll(tiff), [narrow], `compression ${compression}`)
    }
  })

  it('reads resolutions in centimetres, and takes a page without one for a fine fax', () => {
    const strips = [encodeT6(narrow)]
    const metric = buildTiff({ pages: [{ fields: fields(narrow, 4, { 282: 80, 283: 77, 296: 3 }), strips }] })
    const page = readTiff(metric).pages[0]!
    assert.deepEqual([page.xDpi, page.yDpi], [80 * 2.54, 77 * 2.54])
    const bare = readTiff(buildTiff({ pages: [{ fields: fields(narrow, 4), strips }] })).pages[0]!
    assert.deepEqual([bare.xDpi, bare.yDpi], [204, 196])
  })

  it('passes over thumbnails and masks', () => {
    const strips = [encodeT6(narrow)]
    const tiff = buildTiff({
      pages: [
        { fields: fields(narrow, 4, { 254: 1 }), strips },
        { fields: fields(narrow, 4, { 254: 2 }), strips },
        { fields: fields(narrow, 4, { 254: 4 }), strips },
      ],
    })
    assert.deepEqual(
      readTiff(tiff).pages.map((page) => page.directoryIndex),
      [1],
    )
  })

  it('hands grey and colour pages to the caller with their size', async () => {
    const grey = await sharp({ create: { width: 30, height: 20, channels: 3, background: 'red' } })
      .tiff()
      .toBuffer()
    const page = readTiff(grey).pages[0]!
    assert.deepEqual([page.form, page.width, page.rows], ['other', 30, 20])
  })

  it('reads what sharp writes as Group 4', async () => {
    const pixels = Buffer.alloc(64 * 20, 255)
    pixels.fill(0, 64 * 5 + 10, 64 * 5 + 30)
    const tiff = await sharp(pixels, { raw: { width: 64, height: 20, channels: 1 } })
      .toColourspace('b-w')
      .tiff({ compression: 'ccittfax4', bitdepth: 1, miniswhite: true })
      .toBuffer()
    const page = decodeAll(tiff)[0]!
    assert.deepEqual([page.width, page.rows], [64, 20])
    assert.deepEqual([...page.words.subarray(10, 12)], [0x003ffffc, 0])
  })

  it('takes a page with unreadable rows only when the file owns up to them', () => {
    const rows = encodeMh(narrow, { alignsEol: true, hasRtc: false })
    rows[Math.floor(rows.length / 2)]! ^= 0xff
    const honest = fields(narrow, 3, { 326: 4, 327: 2 })
    assert.equal(decodeAll(buildTiff({ pages: [{ fields: honest, strips: [rows] }] }))[0]!.rows, narrow.rows)
    const silent = buildTiff({ pages: [{ fields: fields(narrow, 3), strips: [rows] }] })
    assert.throws(
      () => decodeAll(silent),
      (error) => error instanceof DocumentRefusal && error.code === 'document.corrupt',
    )
  })
})
