import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { BilevelPage, GreyPage, RasterTarget } from '@answerback/imaging/drawing/page-source'
import { openTiffSource } from '@answerback/imaging/image/tiff-source'
import { DocumentRefusal } from '@answerback/imaging/intake/refusal'
import type { CodedPage, Resolution } from '@answerback/imaging/page'
import { writeTiff } from '@answerback/imaging/tiff/write-tiff'
import { type Bitmap, createBitmap } from '@answerback/protocol/t4/bitmap'
import { encodeT6 } from '@answerback/protocol/t4/t6'
import fc from 'fast-check'
import sharp from 'sharp'
import { noiseFrom, picture, writing } from './scenes.ts'

const needsLibtiff = spawnSync('tiffcp', ['-h']).error ? 'needs libtiff-tools (tiffcp)' : false

const STANDARD: RasterTarget = { width: 1728, rowsMax: 1078, xDpi: 204, yDpi: 98 }
const FINE: RasterTarget = { width: 1728, rowsMax: 2156, xDpi: 204, yDpi: 196 }
const SUPERFINE: RasterTarget = { width: 1728, rowsMax: 4301, xDpi: 204, yDpi: 391 }

/** A bitmap whose every row differs, so that a lost or doubled row shows. */
function bars(width: number, rows: number): Bitmap {
  const bitmap = createBitmap(width, rows)
  const random = noiseFrom(rows)
  const lastWordMask = width % 32 === 0 ? 0xffffffff : ~(0xffffffff >>> (width % 32))
  for (let row = 0; row < rows; row++) {
    for (let bar = 0; bar < 6; bar++)
      bitmap.words[row * bitmap.stride + Math.floor(random() * bitmap.stride)] = 0xfff00fff
    bitmap.words[(row + 1) * bitmap.stride - 1]! &= lastWordMask
  }
  return bitmap
}

function coded(bitmap: Bitmap, resolution: Resolution = 'fine'): CodedPage {
  const { width, rows } = bitmap
  return { width, rows, resolution, kind: 'bilevel', t6: encodeT6(bitmap) }
}

async function render(bytes: Uint8Array, target = FINE, page = 1): Promise<GreyPage | BilevelPage> {
  return (await openTiffSource(bytes)).render(page, target)
}

async function exactly(bytes: Uint8Array, target = FINE, page = 1): Promise<Bitmap> {
  const drawn = await render(bytes, target, page)
  assert.ok(drawn.form === 'bilevel', 'the page was resampled')
  return drawn.bitmap
}

async function resampled(bytes: Uint8Array, target = FINE): Promise<GreyPage> {
  const drawn = await render(bytes, target)
  assert.ok(drawn.form === 'grey', 'the page was passed through')
  return drawn
}

/** Runs a libtiff tool over one file and returns what it made of it. */
function throughLibtiff(bytes: Uint8Array, tool: (input: string, output: string) => string[]): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'tiff-source-'))
  try {
    const [input, output] = [join(folder, 'in.tif'), join(folder, 'out.tif')]
    writeFileSync(input, bytes)
    const [command, ...args] = tool(input, output)
    execFileSync(command!, args, { stdio: ['ignore', 'ignore', 'pipe'] })
    return readFileSync(command === 'tiffset' ? input : output)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function inked(page: GreyPage): { left: number; right: number; bottom: number; share: number } {
  let [left, right, bottom, count] = [page.width, 0, 0, 0]
  for (let y = 0; y < page.rows; y++) {
    for (let x = 0; x < page.width; x++) {
      if (page.pixels[y * page.stride + x]! >= 128) continue
      left = Math.min(left, x)
      right = Math.max(right, x)
      bottom = y
      count++
    }
  }
  return { left, right, bottom, share: count / (page.width * page.rows) }
}

test('a fax that is forwarded keeps every pixel', async () => {
  const pages = [bars(1728, 900), bars(1728, 2156)]
  const tiff = writeTiff(pages.map((page) => coded(page)))
  assert.equal((await openTiffSource(tiff)).pageCount, 2)
  for (const [index, page] of pages.entries()) assert.deepEqual(await exactly(tiff, FINE, index + 1), page)
})

for (const options of [
  ['-c', 'g3:1d'],
  ['-c', 'g3:2d'],
  ['-c', 'none'],
  ['-c', 'packbits'],
  ['-c', 'g4', '-f', 'lsb2msb', '-r', '64'],
]) {
  test(`the same pixels come from what libtiff writes with ${options.join(' ')}`, {
    skip: needsLibtiff,
  }, async () => {
    const page = bars(1728, 700)
    const tiff = throughLibtiff(writeTiff([coded(page)]), (input, output) => [
      'tiffcp',
      ...options,
      input,
      output,
    ])
    assert.deepEqual(await exactly(tiff), page)
  })
}

test('a standard page goes out at fine and superfine with its rows repeated', async () => {
  const page = bars(1728, 500)
  const tiff = writeTiff([coded(page, 'standard')])
  for (const [target, repeats] of [
    [FINE, 2],
    [SUPERFINE, 4],
  ] as const) {
    const { rows, stride, words } = await exactly(tiff, target)
    assert.equal(rows, 500 * repeats)
    for (let row = 0; row < rows; row++) {
      const source = Math.floor(row / repeats)
      assert.deepEqual(
        words.subarray(row * stride, (row + 1) * stride),
        page.words.subarray(source * 54, (source + 1) * 54),
      )
    }
  }
})

test('a fine page is shrunk to standard without losing what it shows', async () => {
  const page = createBitmap(1728, 2000)
  for (let row = 100; row < 1900; row++) page.words.fill(0xffffffff, row * 54 + 10, row * 54 + 30)
  const drawn = await resampled(writeTiff([coded(page)]), STANDARD)
  assert.equal(drawn.rows, 1000)
  const { left, right, bottom } = inked(drawn)
  assert.ok(Math.abs(left - 320) <= 1 && Math.abs(right - 959) <= 1 && Math.abs(bottom - 949) <= 1)
})

test('white rows past the end of the paper are given up, black ones are not', async () => {
  const page = createBitmap(1728, 2400)
  page.words[2100 * 54] = 1
  assert.equal((await exactly(writeTiff([coded(page)]))).rows, 2101)
  page.words[2399 * 54] = 0xffff0000
  const { bottom } = inked(await resampled(writeTiff([coded(page)])))
  assert.ok(bottom >= 2150, 'the last row is still on the page')
})

test('an all-white page longer than the paper stays a page', async () => {
  assert.equal((await exactly(writeTiff([coded(createBitmap(1728, 3000))]))).rows, 1)
})

test('a 200 dpi scan narrower than the line is set in its middle, pixel for pixel', {
  skip: needsLibtiff,
}, async () => {
  const page = bars(1664, 300)
  const plain = writeTiff([coded(page)])
  const withX = throughLibtiff(plain, (input) => ['tiffset', '-s', '282', '200.0', input])
  const tiff = throughLibtiff(withX, (input) => ['tiffset', '-s', '283', '200.0', input])
  const { words, stride } = await exactly(tiff)
  assert.deepEqual(words.subarray(1, 53), page.words.subarray(0, 52))
  assert.equal(stride, 54)
})

test('a 300 dpi page comes out at its printed size', { skip: needsLibtiff }, async () => {
  const page = createBitmap(2400, 3000)
  for (let row = 300; row < 600; row++) page.words.fill(0xffffffff, row * 75 + 25, row * 75 + 50)
  const withX = throughLibtiff(writeTiff([coded(page)]), (input) => ['tiffset', '-s', '282', '300.0', input])
  const tiff = throughLibtiff(withX, (input) => ['tiffset', '-s', '283', '300.0', input])
  const drawn = await resampled(tiff)
  assert.equal(drawn.kind, 'vector')
  // 10 inches at 196 lines, and a bar from 1 to 2 inches down that is 800/300 inch wide.
  assert.equal(drawn.rows, 1960)
  const { left, right, bottom } = inked(drawn)
  assert.ok(Math.abs(right - left - (800 / 300) * 204) <= 2 && Math.abs(bottom - 392) <= 2)
})

test('a page stored on its side stands up', { skip: needsLibtiff }, async () => {
  const page = createBitmap(2000, 1500)
  for (let row = 0; row < 1500; row++) page.words.fill(0xffffffff, row * 63, row * 63 + 3)
  // Orientation 6: the first stored column is the top row.
  const tiff = throughLibtiff(writeTiff([coded(page)]), (input) => ['tiffset', '-s', '274', '6', input])
  const drawn = await resampled(tiff)
  assert.ok(drawn.pixels[5 * drawn.stride + 864]! < 100, 'black at the top')
  assert.ok(inked(drawn).bottom < drawn.rows / 10)
})

test('a grey TIFF is drawn as a scan and a colour photo as a photo, each on its own page', async () => {
  const grey = writing(850, 1100)
  const scan = await sharp(grey.pixels, { raw: { width: 850, height: 1100, channels: 1 } })
    .tiff({ compression: 'lzw', xres: 100 / 25.4, yres: 100 / 25.4 })
    .toBuffer()
  const scanPage = await resampled(scan)
  assert.equal(scanPage.kind, 'scan')
  const photo = picture(800, 800)
  const colour = await sharp(photo.pixels, { raw: { width: 800, height: 800, channels: 1 } })
    .toColourspace('srgb')
    .tiff({ compression: 'jpeg' })
    .toBuffer()
  assert.equal((await resampled(colour)).kind, 'photo')
})

test('a grey page between bilevel ones is the one that is drawn', { skip: needsLibtiff }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tiff-source-'))
  try {
    const grey = picture(400, 400)
    await sharp(grey.pixels, { raw: { width: 400, height: 400, channels: 1 } })
      .tiff()
      .toFile(join(folder, 'b.tif'))
    writeFileSync(join(folder, 'a.tif'), writeTiff([coded(bars(1728, 50))]))
    execFileSync('tiffcp', ['a.tif', 'b.tif', 'a.tif', 'all.tif'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const source = await openTiffSource(readFileSync(join(folder, 'all.tif')))
    assert.equal(source.pageCount, 3)
    const pages = await Promise.all([1, 2, 3].map((number) => source.render(number, FINE)))
    assert.deepEqual(
      pages.map((page) => (page.form === 'grey' ? page.kind : page.form)),
      ['bilevel', 'photo', 'bilevel'],
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('an endless page and a page that does not exist are refused', async () => {
  await assert.rejects(
    openTiffSource(writeTiff([coded(createBitmap(64, 3000))])),
    (error) => error instanceof DocumentRefusal && error.code === 'document.too_large',
  )
  const source = await openTiffSource(writeTiff([coded(bars(1728, 20))]))
  await assert.rejects(source.render(2, FINE), DocumentRefusal)
})

test('any damage to a TIFF gives pages of the right width or a typed refusal', async () => {
  const bilevel = writeTiff([coded(bars(1728, 60)), coded(bars(1728, 40), 'standard')])
  const grey = await sharp(picture(90, 90).pixels, { raw: { width: 90, height: 90, channels: 1 } })
    .tiff()
    .toBuffer()
  const damage = fc.array(fc.tuple(fc.nat(1 << 16), fc.nat(255)), { minLength: 1, maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(bilevel, grey), damage, async (file, changes) => {
      const bytes = Uint8Array.from(file)
      for (const [offset, value] of changes) bytes[offset % bytes.length] = value
      try {
        const source = await openTiffSource(bytes)
        for (let number = 1; number <= Math.min(source.pageCount, 3); number++) {
          const page = await source.render(number, FINE)
          const { width, rows } = page.form === 'bilevel' ? page.bitmap : page
          assert.equal(width, FINE.width)
          assert.ok(rows >= 1 && rows <= FINE.rowsMax)
        }
      } catch (error) {
        assert.ok(error instanceof DocumentRefusal, String(error))
      }
    }),
    { numRuns: 150 },
  )
})
