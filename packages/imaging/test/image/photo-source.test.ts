import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crc32 } from 'node:zlib'
import type { GreyPage, RasterTarget } from '@answerback/imaging/drawing/page-source'
import type { GreyImage } from '@answerback/imaging/image/grey-image'
import { openPhotoSource } from '@answerback/imaging/image/photo-source'
import { DocumentRefusal } from '@answerback/imaging/intake/refusal'
import fc from 'fast-check'
import sharp, { type Sharp } from 'sharp'
import { draw, picture, writing } from './scenes.ts'

const FINE_LETTER: RasterTarget = { width: 1728, rowsMax: 2156, xDpi: 204, yDpi: 196 }
const STANDARD_LETTER: RasterTarget = { width: 1728, rowsMax: 1078, xDpi: 204, yDpi: 98 }

function encoder({ width, height, pixels }: GreyImage): Sharp {
  return sharp(pixels, { raw: { width, height, channels: 1 } })
}

async function render(bytes: Uint8Array, target = FINE_LETTER): Promise<GreyPage> {
  const page = await (await openPhotoSource(bytes)).render(1, target)
  assert.ok(page.form === 'grey')
  return page
}

function at(page: GreyPage, x: number, y: number): number {
  return page.pixels[y * page.stride + x]!
}

async function refusalOf(bytes: Uint8Array, pixelsMax?: number): Promise<DocumentRefusal> {
  try {
    const source = await openPhotoSource(bytes, pixelsMax === undefined ? undefined : { pixelsMax })
    await source.render(1, FINE_LETTER)
  } catch (error) {
    assert.ok(error instanceof DocumentRefusal)
    return error
  }
  assert.fail('the image was taken')
}

test('a scan with a density is drawn at its own size, in the middle of the line', async () => {
  const jpeg = await encoder(writing(850, 1100)).jpeg().withMetadata({ density: 200 }).toBuffer()
  const page = await render(jpeg)
  assert.equal(page.kind, 'scan')
  assert.equal(page.width, 1728)
  // 5.5 inches high at 196 lines an inch.
  assert.equal(page.rows, 1078)
  assert.equal(at(page, 420, 500), 255, 'beside the scan the paper is white')
})

test('a picture fills the line and is halftoned where it stands', async () => {
  const page = await render(await encoder(picture(1200, 1200)).jpeg().toBuffer())
  assert.equal(page.kind, 'photo')
  assert.deepEqual(page.photoBoxes, [{ left: 0, top: 0, right: 1728, bottom: page.rows }])
  // A square page is as high as it is wide: 1728 pels at 204 an inch are 1660 rows at 196.
  assert.equal(page.rows, 1660)
})

test('a wide image is turned a quarter clockwise, whole', async () => {
  // A dark patch in the top left corner ends up at the top right.
  const wide = draw(2000, 1000, (x, y) => (x < 200 && y < 200 ? 0 : 255))
  const page = await render(await encoder(wide).png().toBuffer())
  assert.ok(page.rows > page.width / 2)
  assert.equal(at(page, page.photoBoxes.length === 0 ? page.width - 400 : 0, 20) < 255, true)
  const dark = [...page.pixels].filter((level) => level < 128).length
  const drawnPixels = (page.rows * page.rows) / 2
  assert.ok(
    Math.abs(dark / (drawnPixels * (204 / 196)) - 0.02) < 0.002,
    'the patch is still a fiftieth of the image',
  )
})

test('rows are half as many at standard resolution', async () => {
  const png = await encoder(picture(1200, 1200)).png().toBuffer()
  assert.equal((await render(png, STANDARD_LETTER)).rows, 830)
})

test('a phone photo lying on its side stands up', async () => {
  const top = draw(800, 1000, (_, y) => (y < 500 ? 0 : 255))
  const upright = await render(await encoder(top).jpeg().toBuffer())
  // Orientation 6: the stored rows are the scene's columns from right to left.
  const stored = await encoder(top).rotate(270).jpeg().withMetadata({ orientation: 6 }).toBuffer()
  const turned = await render(stored)
  assert.equal(turned.rows, upright.rows)
  assert.ok(at(turned, 864, 100) < 20 && at(turned, 864, turned.rows - 100) > 235)
})

test('transparency is white', async () => {
  const clear = sharp({
    create: { width: 400, height: 500, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
  })
  const page = await render(await clear.png().toBuffer())
  assert.ok(page.pixels.every((level) => level === 255))
})

test('16-bit, palette, CMYK, 1-bit and interlaced images are drawn alike', async () => {
  const scene = writing(600, 700)
  const expected = await render(await encoder(scene).png().toBuffer())
  const variants: Record<string, Buffer> = {
    '16-bit': await encoder(scene).toColourspace('grey16').png().toBuffer(),
    palette: await encoder(scene).toColourspace('srgb').png({ palette: true, colours: 4 }).toBuffer(),
    CMYK: await encoder(scene).toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer(),
    '1-bit': await encoder(scene).png({ palette: true, colours: 2 }).toBuffer(),
    interlaced: await encoder(scene).png({ progressive: true }).toBuffer(),
  }
  for (const [name, bytes] of Object.entries(variants)) {
    const page = await render(bytes)
    assert.equal(page.rows, expected.rows, name)
    const differing = page.pixels.filter(
      (level, index) => Math.abs(level - expected.pixels[index]!) > 64,
    ).length
    assert.ok(differing < page.pixels.length * 0.01, `${name}: ${differing} pixels differ`)
  }
})

test('bytes in shared memory are drawn as any others', async () => {
  const png = await encoder(writing(300, 400)).png().toBuffer()
  const shared = new Uint8Array(new SharedArrayBuffer(png.length))
  shared.set(png)
  assert.deepEqual((await render(shared)).pixels, (await render(png)).pixels)
})

test('more pixels than allowed are refused from the header', async () => {
  const refusal = await refusalOf(
    await encoder(draw(100, 100, () => 255))
      .png()
      .toBuffer(),
    9_999,
  )
  assert.equal(refusal.code, 'document.too_large')
})

/** A PNG whose header, check sum and all, claims another size than its pixels have. */
function claiming(png: Buffer, side: number): Buffer {
  const claim = Buffer.from(png)
  claim.writeUInt32BE(side, 16)
  claim.writeUInt32BE(side, 20)
  claim.writeUInt32BE(crc32(claim.subarray(12, 29)), 29)
  return claim
}

test('a size past the limit is refused from the header, before a pixel is decoded', async () => {
  const png = await encoder(draw(8, 8, () => 255))
    .png()
    .toBuffer()
  for (const side of [10_001, 60_000]) {
    assert.equal((await refusalOf(claiming(png, side))).code, 'document.too_large')
  }
})

test('an interlaced PNG, which is held whole while it is decoded, is refused from 40 million pixels', async () => {
  const plain = await encoder(draw(8, 8, () => 255))
    .png()
    .toBuffer()
  const interlaced = await encoder(draw(8, 8, () => 255))
    .png({ progressive: true })
    .toBuffer()
  assert.equal((await refusalOf(claiming(interlaced, 6_400))).code, 'document.too_large')
  assert.equal((await refusalOf(claiming(plain, 6_400))).code, 'document.corrupt', 'its pixels are missing')
})

test('an endless strip is refused', async () => {
  const refusal = await refusalOf(
    await encoder(draw(10, 900, () => 255))
      .png()
      .toBuffer(),
  )
  assert.equal(refusal.code, 'document.too_large')
  assert.match(refusal.message, /20 times/)
})

test('a truncated JPEG is refused, not drawn half grey', async () => {
  const jpeg = await encoder(picture(800, 1000)).jpeg().toBuffer()
  assert.equal((await refusalOf(jpeg.subarray(0, jpeg.length >> 1))).code, 'document.corrupt')
})

test('an image type whose decoder is shut off is refused', async () => {
  const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')
  assert.equal((await refusalOf(gif)).code, 'document.corrupt')
})

test('any damage to an image gives a page of the right width or a typed refusal', async () => {
  const png = await encoder(writing(160, 200)).png().toBuffer()
  const jpeg = await encoder(picture(160, 200)).jpeg().toBuffer()
  const damage = fc.array(fc.tuple(fc.nat(4096), fc.nat(255)), { minLength: 1, maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(png, jpeg), damage, fc.nat(100), async (image, changes, cutPercent) => {
      const bytes = Buffer.from(
        image.subarray(0, image.length - Math.floor((image.length * (cutPercent % 7)) / 100)),
      )
      for (const [offset, value] of changes) bytes[offset % bytes.length] = value
      try {
        const page = await render(bytes)
        assert.equal(page.pixels.length, page.stride * page.rows)
        assert.equal(page.width, FINE_LETTER.width)
      } catch (error) {
        assert.ok(error instanceof DocumentRefusal, String(error))
      }
    }),
    { numRuns: 60 },
  )
})
