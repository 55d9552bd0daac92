import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { openTextReader, type TextReader, type TextReaderOptions } from '@answerback/imaging/ocr/text-reader'
import type { CodedPage } from '@answerback/imaging/page'
import { PageUnread } from '@answerback/imaging/reading/page-unread'
import { type Bitmap, createBitmap } from '@answerback/protocol/t4/bitmap'
import { decodeT6 } from '@answerback/protocol/t4/t6'
import { clinicalLetters, styledPages } from '../../../../bench/corpus/text-pdfs.ts'
import { coded, isBlack, setBlack } from '../preview/coded-pages.ts'
import { FakeTimers } from './fake-timers.ts'
import { hostilePages } from './hostile-pages.ts'
import { drawTextPages } from './text-pages.ts'
import { wordRecall } from './word-recall.ts'

const needsTesseract = spawnSync('tesseract', ['--version']).error
  ? 'needs tesseract-ocr (tesseract) with its data for English'
  : false
const LONG_MS = 600_000
const never = new AbortController().signal

const letter = (await drawTextPages(await clinicalLetters(1), 'fine'))[0]!
const styled = (await drawTextPages(await styledPages(1), 'standard'))[0]!

async function withReader(options: TextReaderOptions, use: (reader: TextReader) => Promise<void>) {
  const reader = await openTextReader({ pageDeadlineMs: LONG_MS, ...options })
  try {
    await use(reader)
  } finally {
    await reader.close()
  }
}

for (const engine of ['native', 'wasm'] as const) {
  const skip = engine === 'native' ? needsTesseract : false

  test(`${engine}: nearly every word of clean pages is found, and no page is turned`, { skip }, async () => {
    await withReader({ engine }, async (reader) => {
      assert.match(reader.engine, engine === 'native' ? /^tesseract \d/ : /^tesseract\.js-core \d/)
      for (const { page, words } of [letter, styled]) {
        const text = await reader.read(page, never)
        const { found, all } = wordRecall(words, text.words)
        assert.ok(found / all >= 0.97, `${found} of ${all}`)
        assert.equal(text.rotation, 0)
      }
    })
  })

  test(`${engine}: a word's box holds the word's ink and little else`, { skip }, async () => {
    await withReader({ engine }, async (reader) => {
      for (const { page } of [letter, styled]) {
        const bitmap = decodeT6(page.t6, { width: page.width, rowsMax: page.rows })
        const long = (await reader.read(page, never)).words.filter(({ text }) => text.length > 6)
        assert.ok(long.length > 20)
        const inked = long.filter((word) => inkShare(bitmap, word) > 0.1)
        assert.ok(inked.length >= long.length * 0.98, `${inked.length} of ${long.length}`)
      }
    })
  })

  test(`${engine}: hostile pages are read or refused by reason, and the reader goes on`, {
    skip,
  }, async () => {
    await withReader({ engine, pagesAtOnce: 2 }, async (reader) => {
      for (const [what, page] of hostilePages()) {
        try {
          for (const word of (await reader.read(page, never)).words) {
            assert.ok(word.left >= 0 && word.right <= page.width && word.left < word.right, what)
            assert.ok(word.top >= 0 && word.bottom <= page.rows && word.top < word.bottom, what)
          }
        } catch (error) {
          assert.ok(error instanceof PageUnread, `${what}: ${error}`)
        }
      }
      const { found, all } = wordRecall(styled.words, (await reader.read(styled.page, never)).words)
      assert.ok(found / all >= 0.97)
    })
  })

  test(`${engine}: a page past its deadline, and one nobody waits for, end at once`, { skip }, async () => {
    const timers = new FakeTimers()
    await withReader({ engine, timers }, async (reader) => {
      const late = reader.read(letter.page, never)
      await until(() => timers.pending === 1)
      timers.passAll()
      await assert.rejects(late, isUnread('deadline'))

      const leaving = new AbortController()
      const left = reader.read(letter.page, leaving.signal)
      const waiting = reader.read(letter.page, leaving.signal)
      leaving.abort(new Error('nobody waits'))
      await assert.rejects(left, /nobody waits/)
      await assert.rejects(waiting, /nobody waits/)

      assert.ok((await reader.read(styled.page, never)).words.length > 100)
    })
  })

  test(`${engine}: closing ends the page under way and refuses those that wait`, { skip }, async () => {
    const reader = await openTextReader({ engine, pageDeadlineMs: LONG_MS })
    const reads = [letter, styled].map(({ page }) => reader.read(page, never))
    const outcomes = Promise.allSettled(reads)
    await reader.close()
    for (const outcome of await outcomes) {
      assert.ok(outcome.status === 'rejected' && isUnread('closed')(outcome.reason))
    }
    await assert.rejects(reader.read(letter.page, never), isUnread('closed'))
  })

  test(`${engine}: data that is no page is damaged, and a page without end too large`, { skip }, async () => {
    await withReader({ engine }, async (reader) => {
      const noise = Uint8Array.from({ length: 400 }, (_, index) => (index * 197 + 13) & 0xff)
      await assert.rejects(reader.read({ ...letter.page, t6: noise }, never), isUnread('damaged'))
      await assert.rejects(reader.read({ ...letter.page, rows: 1_000_000 }, never), isUnread('too_large'))
    })
  })
}

test('a page is read whichever way it lies, and its boxes are those of the page as it came', {
  skip: needsTesseract,
}, async () => {
  await withReader({ engine: 'native' }, async (reader) => {
    for (const degrees of [90, 180, 270] as const) {
      const page = turned(letter.page, degrees)
      const { words, rotation } = await reader.read(page, never)
      assert.equal(rotation, 360 - degrees, `turned by ${degrees}`)
      const { found, all } = wordRecall(letter.words, words)
      assert.ok(found / all >= 0.97, `turned by ${degrees}: ${found} of ${all}`)
      const bitmap = decodeT6(page.t6, { width: page.width, rowsMax: page.rows })
      const long = words.filter(({ text }) => text.length > 6)
      const inked = long.filter((word) => inkShare(bitmap, word) > 0.1)
      assert.ok(inked.length >= long.length * 0.98, `turned by ${degrees}`)
    }
  })
})

test('a blank page has no words and is read once', { skip: needsTesseract }, async () => {
  await withReader({ engine: 'native' }, async (reader) => {
    assert.deepEqual(await reader.read(coded(createBitmap(1728, 2156)), never), { words: [], rotation: 0 })
  })
})

test('a machine without tesseract reads with our own, unless the machine’s was asked for', async () => {
  const program = '/nowhere/tesseract'
  await withReader({ engine: 'auto', program }, async (reader) => assert.match(reader.engine, /js-core/))
  await assert.rejects(openTextReader({ engine: 'native', program }), /no tesseract/)
  // A program that is something else is not taken for it.
  await assert.rejects(openTextReader({ engine: 'native', program: '/bin/true' }), /no tesseract/)
})

function isUnread(reason: string): (error: unknown) => boolean {
  return (error) => error instanceof PageUnread && error.reason === reason
}

/** Waits by turns of the event loop, not by time. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

function inkShare(
  bitmap: Bitmap,
  box: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number },
): number {
  let black = 0
  for (let y = box.top; y < box.bottom; y++) {
    for (let x = box.left; x < box.right; x++) if (isBlack(bitmap, x, y)) black++
  }
  return black / ((box.right - box.left) * (box.bottom - box.top))
}

function turned(page: CodedPage, degrees: 90 | 180 | 270): CodedPage {
  const { width, rows, resolution, t6 } = page
  const bitmap = decodeT6(t6, { width, rowsMax: rows })
  const to = degrees === 180 ? createBitmap(width, rows) : createBitmap(Math.ceil(rows / 32) * 32, width)
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < width; x++) {
      if (!isBlack(bitmap, x, y)) continue
      if (degrees === 90) setBlack(to, rows - 1 - y, x)
      else if (degrees === 180) setBlack(to, width - 1 - x, rows - 1 - y)
      else setBlack(to, y, width - 1 - x)
    }
  }
  return coded(to, resolution)
}
