import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DocumentRefusal, type RefusalCode } from '@answerback/imaging/intake/refusal'
import { readTiff } from '@answerback/imaging/tiff/read-tiff'
import { encodeT6 } from '@answerback/protocol/t4/t6'
import { packedRows, samplePage } from './sample-pages.ts'
import { buildTiff, type TiffRecipe } from './tiff-builder.ts'

const page = samplePage(64, 20)
const coded = encodeT6(page)
const sound = { 256: 64, 257: 20, 258: 1, 259: 4, 262: 0, 277: 1, 278: 20 }

function refusalOf(tiff: Uint8Array, pagesMax = 5): RefusalCode | 'none' {
  try {
    for (const one of readTiff(tiff, { pagesMax }).pages) if (one.form === 'bilevel') one.decode()
    return 'none'
  } catch (error) {
    if (error instanceof DocumentRefusal) return error.code
    throw error
  }
}

function tiff(
  fields: TiffRecipe['pages'][0]['fields'],
  strips = [coded],
  more: Partial<TiffRecipe> = {},
): Uint8Array {
  return buildTiff({ pages: [{ fields: { ...sound, ...fields }, strips }], ...more })
}

describe('readTiff on hostile files', () => {
  it('takes the sound file that the others are made from', () => {
    assert.equal(refusalOf(tiff({})), 'none')
  })

  const refusals: readonly [string, Uint8Array, RefusalCode][] = [
    ['an empty file', new Uint8Array(0), 'document.corrupt'],
    ['a header alone', Uint8Array.of(0x49, 0x49, 42, 0, 8, 0, 0, 0), 'document.corrupt'],
    ['no pages at all', Uint8Array.of(0x49, 0x49, 42, 0, 0, 0, 0, 0), 'document.corrupt'],
    [
      'a page list that runs in a circle',
      tiff({}, [coded], { lastLink: 8 + coded.length }),
      'document.corrupt',
    ],
    ['a page list that leaves the file', tiff({}, [coded], { lastLink: 0x7fffffff }), 'document.corrupt'],
    ['no width', tiff({ 256: 0 }), 'document.corrupt'],
    ['no rows', tiff({ 257: 0 }), 'document.corrupt'],
    ['a width of four thousand million', tiff({ 256: 0xffffffff }), 'document.too_large'],
    ['more than a hundred million pixels', tiff({ 256: 20_000, 257: 5001, 278: 5001 }), 'document.too_large'],
    ['more rows than any page', tiff({ 256: 1, 257: 100_001 }), 'document.too_large'],
    ['a strip outside the file', tiff({ 273: 0xfffffff0 }), 'document.corrupt'],
    ['a strip longer than the file', tiff({ 279: 0xfffffff0 }), 'document.corrupt'],
    [
      'strips that overlap',
      tiff({ 278: 10, 273: [8, 8], 279: [coded.length + 100, coded.length + 100] }),
      'document.corrupt',
    ],
    ['fewer strips than its rows need', tiff({ 278: 1 }), 'document.corrupt'],
    ['no rows in a strip', tiff({ 278: 0 }), 'document.corrupt'],
    ['fewer rows than declared', tiff({ 257: 21, 278: 21 }), 'document.corrupt'],
    ['MMR data cut in two', tiff({}, [coded.subarray(0, coded.length >>> 1)]), 'document.corrupt'],
    ['too few raw pixels', tiff({ 259: 1 }, [packedRows(page).subarray(1)]), 'document.corrupt'],
    ['too few PackBits', tiff({ 259: 32773 }, [Uint8Array.of(0x81, 0)]), 'document.corrupt'],
    ['uncompressed mode', tiff({}, [Uint8Array.of(0x03, 0xff)]), 'document.unsupported_type'],
  ]
  for (const [name, file, code] of refusals) {
    it(`refuses ${name}`, () => assert.equal(refusalOf(file), code))
  }

  it('refuses more pages than allowed, and counts directories that are no pages too', () => {
    const one = { fields: sound, strips: [coded] }
    const thumbnail = { fields: { ...sound, 254: 1 }, strips: [coded] }
    assert.equal(refusalOf(buildTiff({ pages: Array(5).fill(one) })), 'none')
    assert.equal(refusalOf(buildTiff({ pages: Array(6).fill(one) })), 'document.too_many_pages')
    assert.equal(refusalOf(buildTiff({ pages: Array(16).fill(thumbnail) })), 'document.too_many_pages')
  })

  it('names the page it refuses', () => {
    const file = buildTiff({
      pages: [
        { fields: sound, strips: [coded] },
        { fields: sound, strips: [coded.subarray(0, 3)] },
      ],
    })
    assert.throws(
      () => readTiff(file).pages.map((one) => one.form === 'bilevel' && one.decode()),
      (error) => error instanceof DocumentRefusal && error.page === 2,
    )
  })
})
