import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codedBytesMax, PageMemory } from '@answerback/imaging/coding/page-memory'
import { type Bitmap, createBitmap } from '@answerback/protocol/t4/bitmap'
import { encodeT6 } from '@answerback/protocol/t4/t6'
import fc from 'fast-check'
import { PageBuffers } from '../../src/bilevel/page-buffers.ts'
import { toBilevel } from '../../src/bilevel/to-bilevel.ts'
import type { GreyPage } from '../../src/drawing/page-source.ts'
import { rasterTarget } from '../../src/drawing/target.ts'
import { compileEngine, startEngine } from '../../src/pdf/engine.ts'
import { openPdfSource } from '../../src/pdf/pdf-source.ts'
import { oddTextPdfs } from '../pdf/odd-text-pdfs.ts'

const PAGES = Number(process.env.ANSWERBACK_FUZZ_INPUTS ?? 3_000)
const memory = new PageMemory()

function assertSame(bitmap: Bitmap): void {
  assert.ok(Buffer.compare(memory.encodeT6(bitmap), encodeT6(bitmap)) === 0, describe(bitmap))
}

function describe({ width, rows, words }: Bitmap): string {
  return `${width} x ${rows}: ${Array.from(words, (word) => word.toString(16)).join(' ')}`
}

function setBlack(bitmap: Bitmap, x: number, y: number): void {
  bitmap.words[y * bitmap.stride + (x >>> 5)]! |= 0x80000000 >>> (x & 31)
}

/** Rows drawn one from the other, as a page's are: runs whose ends move a little, begin and vanish. */
const page = fc
  .record({
    width: fc.oneof(fc.integer({ min: 1, max: 200 }), fc.constantFrom(1728, 2048, 2432, 2591, 2592, 2623)),
    rows: fc.integer({ min: 1, max: 7 }),
    run: fc.constantFrom(1, 2, 3, 9, 80, 700, 2600),
    seed: fc.integer(),
  })
  .map(({ width, rows, run, seed }) => drawn(width, rows, run, seed))

function drawn(width: number, rows: number, longestRun: number, seed: number): Bitmap {
  const bitmap = createBitmap(width, rows)
  let state = seed | 1
  const random = (below: number) => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9
    return ((state ^ (state >>> 13)) >>> 0) % below
  }
  let changes: number[] = []
  for (let y = 0; y < rows; y++) {
    const kind = random(8)
    if (kind === 0 || y === 0) {
      changes = []
      for (let x = random(longestRun + 1); x < width; x += 1 + random(longestRun)) changes.push(x)
    } else if (kind === 1) {
      changes = []
    } else if (kind > 2) {
      changes = changes.filter(() => random(12) > 0).map((x) => x + (random(3) === 0 ? random(9) - 4 : 0))
    }
    for (let i = 0; i < changes.length; i += 2) {
      for (let x = Math.max(0, changes[i]!); x < Math.min(width, changes[i + 1] ?? width); x++)
        setBlack(bitmap, x, y)
    }
  }
  return bitmap
}

test('a page is coded to the very bits of the reference encoder, whatever its rows', () => {
  fc.assert(fc.property(page, assertSame), { numRuns: PAGES })
})

test('two rows of up to six pixels are coded as by the reference encoder, every one of them, and within the bound', () => {
  for (let width = 1; width <= 6; width++) {
    for (let pixels = 0; pixels < 4 ** width; pixels++) {
      const bitmap = createBitmap(width, 2)
      bitmap.words[0] = (pixels >>> width) << (32 - width)
      bitmap.words[1] = pixels << (32 - width)
      assertSame(bitmap)
      assert.ok(encodeT6(bitmap).length <= codedBytesMax(width, 2))
    }
  }
})

test('pages as they are drawn are coded as by the reference encoder, at every resolution', async () => {
  const engine = await startEngine(await compileEngine(256))
  const buffers = new PageBuffers()
  for (const { name, bytes } of await oddTextPdfs()) {
    for (const resolution of ['standard', 'fine', 'superfine'] as const) {
      const source = openPdfSource(engine, bytes)
      const page = await source.render(1, rasterTarget('legal', resolution, 0))
      assert.equal(page.form, 'grey', name)
      const { bitmap } = toBilevel(page as GreyPage, 'auto', buffers)
      source.close()
      const expected = encodeT6(bitmap)
      assert.ok(Buffer.compare(buffers.page.encodeT6(bitmap), expected) === 0, `${name}, ${resolution}`)
    }
  }
})

test('the coder starts anew with each page', () => {
  const black = createBitmap(1728, 3)
  black.words.fill(0xffffffff)
  for (const bitmap of [black, createBitmap(1728, 3), createBitmap(64, 0), black]) assertSame(bitmap)
})

test('a page that takes the most bits a pixel fits the memory kept for it', () => {
  // Single pixels below a white row take 6 bits a pixel, and the white row below them a pass for each.
  const stripes = createBitmap(2432, 5_474)
  for (let y = 0; y < stripes.rows; y += 2)
    stripes.words.fill(0x55555555, y * stripes.stride, (y + 1) * stripes.stride)
  assertSame(stripes)
  const noise = createBitmap(2432, 5_474)
  let state = 1
  for (let i = 0; i < noise.words.length; i++) {
    state = Math.imul(state, 1_664_525) + 1_013_904_223
    noise.words[i] = state ^ (state >>> 16)
  }
  assertSame(noise)
})

test('a row wider than the loops have room for is refused', () => {
  assert.throws(() => memory.bitmap(2_624, 1), RangeError)
})
