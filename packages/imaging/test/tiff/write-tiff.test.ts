import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readTiff } from '@answerback/imaging/tiff/read-tiff'
import { type TiffCoding, writeTiff } from '@answerback/imaging/tiff/write-tiff'
import sharp from 'sharp'
import { NEEDS_LIBTIFF, tiffcmp, tiffcp, tiffinfo } from './libtiff.ts'
import { codePage, packedRows, samplePage } from './sample-pages.ts'

const CODINGS: readonly TiffCoding[] = ['MH', 'MR', 'MMR']
const bitmaps = [samplePage(1728, 90, 1), samplePage(1728, 61, 2), samplePage(2432, 33, 3)]
const pages = [
  codePage(bitmaps[0]!, 'standard'),
  codePage(bitmaps[1]!, 'fine'),
  codePage(bitmaps[2]!, 'superfine'),
]

describe('writeTiff', () => {
  for (const coding of CODINGS) {
    it(`writes ${coding} pages that its own reader gives back exactly`, () => {
      const file = readTiff(writeTiff(pages, coding))
      const decoded = file.pages.map((page) => (page.form === 'bilevel' ? page.decode() : undefined))
      assert.deepEqual(decoded, bitmaps)
    })

    it(`writes ${coding} pages that libtiff reads without a warning, pixel for pixel`, {
      skip: NEEDS_LIBTIFF,
    }, () => {
      const ours = writeTiff(pages, coding)
      const unpacked = tiffcp(['-c', 'none'], ours)
      const reread = readTiff(unpacked).pages
      assert.deepEqual(
        reread.map((page) => page.form === 'bilevel' && page.compression),
        ['none', 'none', 'none'],
      )
      assert.deepEqual(
        reread.map((page) => page.form === 'bilevel' && page.decode()),
        bitmaps,
      )
      assert.doesNotMatch(tiffcmp(ours, unpacked), /Scanline/)
    })

    it(`writes ${coding} pages that sharp reads, pixel for pixel`, async () => {
      const ours = writeTiff([pages[0]!], coding)
      const { data, info } = await sharp(ours).extractChannel(0).raw().toBuffer({ resolveWithObject: true })
      assert.deepEqual([info.width, info.height, info.channels], [1728, 90, 1])
      const blackBits = packedRows(bitmaps[0]!)
      for (let i = 0; i < data.length; i++) {
        const isBlack = ((blackBits[i >>> 3]! << (i & 7)) & 0x80) !== 0
        if ((data[i] === 0) !== isBlack) assert.fail(`pixel ${i} differs`)
      }
    })
  }

  it('says what class F wants it to say', { skip: NEEDS_LIBTIFF }, () => {
    const info = tiffinfo(writeTiff(pages))
    for (const line of [
      'Subfile Type: multi-page document (2 = 0x2)',
      'Image Width: 1728 Image Length: 90',
      'Resolution: 204, 98 pixels/inch',
      'Resolution: 204, 196 pixels/inch',
      'Resolution: 204, 391 pixels/inch',
      'Bits/Sample: 1',
      'Compression Scheme: CCITT Group 4',
      'Photometric Interpretation: min-is-white',
      'FillOrder: msb-to-lsb',
      'Samples/Pixel: 1',
      'Rows/Strip: 90',
      'Page Number: 0-3',
      'Page Number: 2-3',
    ]) {
      assert.ok(info.includes(line), `${line}\nis not in\n${info}`)
    }
    assert.match(tiffinfo(writeTiff(pages, 'MR')), /Group 3 Options: 2-d encoding\+EOL padding \(5 = 0x5\)/)
  })

  it('puts the coded bytes of an MMR page into the file as they are', () => {
    const file = Buffer.from(writeTiff([pages[0]!]))
    assert.ok(file.includes(Buffer.from(pages[0]!.t6)))
  })
})
