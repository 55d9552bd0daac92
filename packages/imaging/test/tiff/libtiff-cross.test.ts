import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readTiff } from '@answerback/imaging/tiff/read-tiff'
import { type TiffCoding, writeTiff } from '@answerback/imaging/tiff/write-tiff'
import fc from 'fast-check'
import { buildPage, pageRecipes } from '../../../protocol/test/t4/pages.ts'
import { NEEDS_LIBTIFF, tiffcp } from './libtiff.ts'
import { codePage } from './sample-pages.ts'

const bitmaps = fc
  .sample(pageRecipes(2432, 40), { seed: 42, numRuns: 120 })
  .filter((recipe) => recipe.rows.length > 0)
  .map(buildPage)
const pages = bitmaps.map((bitmap) => codePage(bitmap))

const CODINGS: readonly [TiffCoding, string][] = [
  ['MH', 'g3:1d'],
  ['MR', 'g3:2d'],
  ['MMR', 'g4'],
]

function decodeAll(tiff: Uint8Array) {
  return readTiff(tiff).pages.map((page) => (page.form === 'bilevel' ? page.decode() : undefined))
}

describe('Over a hundred random pages', { skip: NEEDS_LIBTIFF }, () => {
  for (const [coding, compression] of CODINGS) {
    it(`coded by us in ${coding} are decoded by libtiff to the same pixels`, () => {
      assert.deepEqual(decodeAll(tiffcp(['-c', 'none'], writeTiff(pages, coding))), bitmaps)
    })

    it(`coded by libtiff in ${coding} are decoded by us to the same pixels`, () => {
      const raw = tiffcp(['-c', 'none'], writeTiff(pages))
      assert.deepEqual(decodeAll(tiffcp(['-c', compression], raw)), bitmaps)
    })
  }
})
