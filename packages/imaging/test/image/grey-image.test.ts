import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exifTurn, quarterMore, swapsSides, type Turn, turnImage } from '@answerback/imaging/image/grey-image'
import fc from 'fast-check'
import sharp from 'sharp'
import { draw } from './scenes.ts'

const IMAGE = draw(3, 2, (x, y) => 10 * y + x)

for (let orientation = 1; orientation <= 8; orientation++) {
  test(`EXIF orientation ${orientation} is undone as libvips undoes it`, async () => {
    const { width, height, pixels } = draw(16, 24, (x, y) => x * 8 + y * 4)
    const png = await sharp(pixels, { raw: { width, height, channels: 1 } })
      .withMetadata({ orientation })
      .png()
      .toBuffer()
    const oracle = await sharp(png).autoOrient().greyscale().raw().toBuffer({ resolveWithObject: true })
    const turned = turnImage({ width, height, pixels }, exifTurn(orientation))
    assert.deepEqual([turned.width, turned.height], [oracle.info.width, oracle.info.height])
    assert.deepEqual(Buffer.from(turned.pixels), oracle.data)
  })
}

test('a quarter more turns the picture clockwise', () => {
  const turned = turnImage(IMAGE, quarterMore(exifTurn(1)))
  assert.deepEqual([turned.width, turned.height, ...turned.pixels], [2, 3, 10, 0, 11, 1, 12, 2])
})

test('an orientation that EXIF does not know turns nothing', () => {
  assert.deepEqual(turnImage(IMAGE, exifTurn(9)), IMAGE)
})

test('a quarter more is the same as a quarter afterwards', () => {
  const turn = fc.record({
    mirrored: fc.boolean(),
    quarters: fc.constantFrom(0, 1, 2, 3),
  }) as fc.Arbitrary<Turn>
  fc.assert(
    fc.property(turn, (first) => {
      const oneByOne = turnImage(turnImage(IMAGE, first), { mirrored: false, quarters: 1 })
      assert.deepEqual(turnImage(IMAGE, quarterMore(first)), oneByOne)
      assert.equal(swapsSides(first), turnImage(IMAGE, first).width !== IMAGE.width)
    }),
  )
})
