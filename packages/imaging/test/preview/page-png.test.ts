import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LINES_PER_INCH, type Resolution } from '@answerback/imaging/page'
import { pagePng, thumbnailPng } from '@answerback/imaging/preview/page-png'
import { createBitmap } from '@answerback/protocol/t4/bitmap'
import fc from 'fast-check'
import sharp from 'sharp'
import { coded, isBlack, setBlack, squareWithHole } from './coded-pages.ts'

/** Decodes with an independent decoder. */
async function decode(png: Uint8Array): Promise<{ width: number; height: number; grey: Buffer }> {
  const { data, info } = await sharp(png, { failOn: 'warning' })
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, grey: data }
}

const RESOLUTIONS: readonly Resolution[] = ['standard', 'fine', 'superfine']

for (const resolution of RESOLUTIONS) {
  test(`a square is square on a ${resolution} page`, async () => {
    const linesPerInch = LINES_PER_INCH[resolution]
    const page = coded(squareWithHole(1728, 11 * linesPerInch, linesPerInch), resolution)
    const { width, height, grey } = await decode(await pagePng(page))
    assert.equal(width, 1728)
    assert.equal(height, 11 * 204)
    const black = (x: number, y: number) => grey[Math.round(y * 204) * width + Math.round(x * 204)] === 0
    for (const [x, y] of [
      [1.02, 1.02],
      [3.98, 1.02],
      [3.98, 3.98],
      [1.5, 2.5],
    ] as const)
      assert.ok(black(x, y), `${x},${y}`)
    for (const [x, y] of [
      [0.98, 1.5],
      [2.5, 2.5],
      [4.02, 2],
      [2, 4.02],
    ] as const)
      assert.ok(!black(x, y), `${x},${y}`)
  })
}

test('every pixel of a page shows at full size', async () => {
  const dimensions = fc.record({
    width: fc.integer({ min: 1, max: 70 }),
    rows: fc.integer({ min: 1, max: 40 }),
  })
  const dots = fc.array(fc.tuple(fc.nat(69), fc.nat(39)), { maxLength: 40 })
  await fc.assert(
    fc.asyncProperty(
      dimensions,
      dots,
      fc.constantFrom(...RESOLUTIONS),
      async ({ width, rows }, points, resolution) => {
        const bitmap = createBitmap(width, rows)
        for (const [x, y] of points) setBlack(bitmap, x % width, y % rows)
        const { height, grey } = await decode(await pagePng(coded(bitmap, resolution)))
        for (let x = 0; x < width; x++) {
          const column = Array.from({ length: height }, (_, y) => grey[y * width + x] === 0)
          const hasInk = Array.from({ length: rows }, (_, y) => isBlack(bitmap, x, y)).includes(true)
          assert.equal(column.includes(true), hasInk)
        }
      },
    ),
    { numRuns: 60 },
  )
})

test('a hairline one row high is not lost at superfine, where rows are merged', async () => {
  for (const row of [1000, 1001, 1002, 1003]) {
    const bitmap = createBitmap(1728, 4301)
    for (let x = 100; x < 1600; x++) setBlack(bitmap, x, row)
    const { grey } = await decode(await pagePng(coded(bitmap, 'superfine')))
    assert.equal(grey.filter((level) => level === 0).length, 1500)
  }
})

test('thumbnails keep the proportions of the paper', async () => {
  for (const resolution of RESOLUTIONS) {
    const page = coded(createBitmap(1728, 11 * LINES_PER_INCH[resolution]), resolution)
    for (const [size, width] of [
      ['small', 200],
      ['large', 850],
    ] as const) {
      const image = await decode(await thumbnailPng(page, size))
      assert.equal(image.width, width)
      assert.equal(image.height, Math.round((11 * 204 * width) / 1728))
      assert.ok(image.grey.every((level) => level === 255))
    }
  }
})

test('a thumbnail is as dark as its page', async () => {
  const page = squareWithHole(1728, 2156, 196)
  const black = 8 / ((1728 / 204) * 11)
  for (const size of ['small', 'large'] as const) {
    const { grey } = await decode(await thumbnailPng(coded(page), size))
    const darkness = grey.reduce((sum, level) => sum + (255 - level) / 255, 0) / grey.length
    assert.ok(Math.abs(darkness - black) < 0.003, `${size}: ${darkness} for ${black}`)
  }
})

test('a page of one row has pictures', async () => {
  const bitmap = createBitmap(1728, 1)
  assert.equal((await decode(await pagePng(coded(bitmap)))).height, 1)
  assert.equal((await decode(await thumbnailPng(coded(bitmap), 'small'))).height, 1)
})

test('the printed size is stated in the file', async () => {
  const { density } = await sharp(await pagePng(coded(createBitmap(1728, 100)))).metadata()
  assert.equal(density, 204)
})
