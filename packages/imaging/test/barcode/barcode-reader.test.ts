import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { BarcodeReader } from '@answerback/imaging/barcode/barcode-reader'
import { BARCODE_FORMATS } from '@answerback/imaging/barcode/find-barcodes'
import { RasterPool } from '@answerback/imaging/raster/pool'
import { PageUnread } from '@answerback/imaging/reading/page-unread'
import { createBitmap } from '@answerback/protocol/t4/bitmap'
import { decodeT6 } from '@answerback/protocol/t4/t6'
import { styledPages } from '../../../../bench/corpus/text-pdfs.ts'
import { seeded } from '../../../../bench/corpus/words.ts'
import { FakeTimers } from '../ocr/fake-timers.ts'
import { hostilePages } from '../ocr/hostile-pages.ts'
import { drawTextPages } from '../ocr/text-pages.ts'
import { coded, isBlack, setBlack } from '../preview/coded-pages.ts'
import { type CodePage, coverSheet, drawCode, pageWithCode, pageWithCodes } from './code-pages.ts'
import { CODELESS_KINDS, codelessPage } from './codeless-pages.ts'
import { drawWear, wornPage } from './worn-page.ts'

const LONG_MS = 600_000
const never = new AbortController().signal
const reader = new BarcodeReader({ threads: 2, pageDeadlineMs: LONG_MS })
after(() => reader.close())

test('codes on our cover sheets and others are read of worn pages, and no other code is seen', async () => {
  const pool = new RasterPool({ workers: 1 })
  const pages: CodePage[] = []
  for (const resolution of ['fine', 'standard'] as const) {
    const random = seeded(resolution.length)
    for (let code = 0; code < 3; code++) {
      pages.push(await coverSheet(pool, drawCode(random), resolution))
      pages.push(await pageWithCode('DataMatrix', drawCode(random), resolution))
    }
  }
  await pool.close()
  const readings = Array.from({ length: 60 }, async (_, index) => {
    const { page, text } = pages[index % pages.length]!
    const random = seeded(index)
    const found = await reader.read(wornPage(page, drawWear(random), random), never)
    assert.ok(
      found.every((barcode) => barcode.text === text),
      `page ${index}`,
    )
    return found.length > 0
  })
  const read = (await Promise.all(readings)).filter(Boolean).length
  assert.ok(read >= 59, `${read} of 60`)
})

test('no code is seen on pages of text, tables, noise, bars and squares', async () => {
  const [text] = await drawTextPages(await styledPages(1), 'fine')
  const pages = CODELESS_KINDS.flatMap((kind, index) => [
    codelessPage(kind, 'fine', seeded(index)),
    codelessPage(kind, 'standard', seeded(index + 100)),
    wornPage(text!.page, drawWear(seeded(index)), seeded(index)),
  ])
  const found = await Promise.all(pages.map((page) => reader.read(page, never)))
  assert.deepEqual(found.flat(), [])
})

for (const format of BARCODE_FORMATS) {
  test(`${format} is read at every resolution, and its box is where it is`, async () => {
    for (const resolution of ['standard', 'fine', 'superfine'] as const) {
      const { page } = await pageWithCode(format, 'AB-12CD-34EF', resolution)
      const bitmap = decodeT6(page.t6, { width: page.width, rowsMax: page.rows })
      const [found, ...others] = await reader.read(page, never)
      assert.deepEqual(others, [], resolution)
      assert.equal(found?.text, 'AB-12CD-34EF')
      assert.equal(found?.format, format)
      const rowsPerInch = page.rows / 14
      assert.ok(Math.abs(found.left - 408) <= 8 && Math.abs(found.top - 2 * rowsPerInch) <= rowsPerInch / 2)
      assert.ok(isInked(bitmap, found), resolution)
    }
  })
}

test('a code is read on a page that lies upside down', async () => {
  const { page, text } = await pageWithCode('QRCode', 'AB-12CD-34EF', 'fine')
  const bitmap = decodeT6(page.t6, { width: page.width, rowsMax: page.rows })
  const turned = createBitmap(bitmap.width, bitmap.rows)
  for (let y = 0; y < bitmap.rows; y++) {
    for (let x = 0; x < bitmap.width; x++) {
      if (isBlack(bitmap, x, y)) setBlack(turned, bitmap.width - 1 - x, bitmap.rows - 1 - y)
    }
  }
  assert.deepEqual(
    (await reader.read(coded(turned), never)).map((barcode) => barcode.text),
    [text],
  )
})

test('a page with more than 16 codes gives 16, and one code twice is two places', async () => {
  const texts = Array.from({ length: 18 }, (_, index) => `CODE-${index}`)
  assert.equal((await reader.read(await pageWithCodes('DataMatrix', texts, 'fine'), never)).length, 16)
  const twice = await reader.read(await pageWithCodes('DataMatrix', ['SAME', 'SAME'], 'fine'), never)
  assert.deepEqual(
    twice.map(({ text }) => text),
    ['SAME', 'SAME'],
  )
})

test('what a code says is cleaned of controls and bounded', async () => {
  const { page } = await pageWithCode('QRCode', '\x1b[2J\u202eAB\0\r\nCD', 'fine')
  assert.deepEqual(
    (await reader.read(page, never)).map(({ text }) => text),
    ['[2J AB CD'],
  )
  const { page: long } = await pageWithCode('QRCode', 'Z'.repeat(1_500), 'fine')
  assert.deepEqual(
    (await reader.read(long, never)).map(({ text }) => text),
    ['Z'.repeat(1_024)],
  )
})

test('hostile pages are read or refused by reason, and the reader goes on', async () => {
  for (const [what, page] of hostilePages()) {
    try {
      for (const barcode of await reader.read(page, never)) {
        assert.ok(barcode.left >= 0 && barcode.right <= page.width && barcode.bottom <= page.rows, what)
      }
    } catch (error) {
      assert.ok(error instanceof PageUnread, `${what}: ${error}`)
    }
  }
  const { page, text } = await pageWithCode('QRCode', 'AFTER', 'fine')
  assert.equal((await reader.read(page, never))[0]?.text, text)
})

test('random pages of any size are read or refused by reason', async () => {
  const random = seeded(99)
  for (let run = 0; run < 25; run++) {
    const page = createBitmap(1 + Math.floor(random() * 2_600), 1 + Math.floor(random() * 900))
    const density = random()
    for (let y = 0; y < page.rows; y++) {
      for (let x = 0; x < page.width; x++) if (random() < density) setBlack(page, x, y)
    }
    const resolution = (['standard', 'fine', 'superfine'] as const)[run % 3]!
    await reader.read(coded(page, resolution), never)
  }
})

test('a page past its deadline, one nobody waits for and one after closing end by reason', async () => {
  const timers = new FakeTimers()
  const one = new BarcodeReader({ timers })
  const { page, text } = await pageWithCode('QRCode', 'ZEBRA', 'fine')
  const late = one.read(page, never)
  while (timers.pending === 0) await new Promise((resolve) => setImmediate(resolve))
  timers.passAll()
  await assert.rejects(late, isUnread('deadline'))

  const leaving = new AbortController()
  const left = one.read(page, leaving.signal)
  leaving.abort(new Error('nobody waits'))
  await assert.rejects(left, /nobody waits/)

  assert.equal((await one.read(page, never))[0]?.text, text)
  await assert.rejects(one.read({ ...page, t6: Uint8Array.of(1, 2, 3) }, never), isUnread('damaged'))

  const outcomes = Promise.allSettled([one.read(page, never), one.read(page, never)])
  await one.close()
  for (const outcome of await outcomes) {
    assert.ok(outcome.status === 'rejected' && isUnread('closed')(outcome.reason))
  }
  await assert.rejects(one.read(page, never), isUnread('closed'))
})

function isUnread(reason: string): (error: unknown) => boolean {
  return (error) => error instanceof PageUnread && error.reason === reason
}

function isInked(
  bitmap: Parameters<typeof isBlack>[0],
  box: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number },
): boolean {
  let black = 0
  for (let y = box.top; y < box.bottom; y++) {
    for (let x = box.left; x < box.right; x++) if (isBlack(bitmap, x, y)) black++
  }
  return black > 0.2 * (box.right - box.left) * (box.bottom - box.top)
}
