import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readTiff } from '@answerback/imaging/tiff/read-tiff'
import { chartPage } from './chart-page.ts'
import { pageDifferences, pagesToTiff, tiffToPages } from './page-tiff.ts'

const pages = [chartPage({ rows: 300 }), chartPage({ rows: 300, seed: 2 })]

test('pages that went through a TIFF are the same', () => {
  assert.deepEqual(pageDifferences(pages, tiffToPages(pagesToTiff(pages))), [])
})

test('the resolution of every page is written', () => {
  const dots = (resolution: Parameters<typeof pagesToTiff>[1]) =>
    readTiff(pagesToTiff(pages, resolution)).pages.map((page) => [page.xDpi, page.yDpi])
  assert.deepEqual(dots('standard'), [
    [204, 98],
    [204, 98],
  ])
  assert.deepEqual(dots('300x300'), [
    [300, 300],
    [300, 300],
  ])
})

test('one pixel more, a row less, a page less and a page too many are all told', () => {
  const [first, second] = [pages[0]!, pages[1]!]
  const speck = { ...first, words: first.words.slice() }
  speck.words[speck.stride * 7]! ^= 1
  assert.deepEqual(pageDifferences([first], [speck]), ['page 1 differs in 1 of 300 rows'])
  assert.deepEqual(pageDifferences([first], [{ ...first, rows: 299 }]), ['page 1 has 299 rows, not 300'])
  assert.deepEqual(pageDifferences([first, second], [first]), ['page 2 is missing'])
  assert.deepEqual(pageDifferences([first], [first, second]), ['page 2 was never sent'])
  assert.deepEqual(pageDifferences([first], [chartPage({ rows: 300, width: 2048 })]), [
    'page 1 is 2048 wide, not 1728',
  ])
})

test('nothing written is no page', () => {
  assert.deepEqual(pageDifferences(pages.slice(0, 1), tiffToPages(undefined)), ['page 1 is missing'])
})
