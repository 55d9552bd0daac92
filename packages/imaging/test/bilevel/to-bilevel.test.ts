import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Bitmap } from '@answerback/protocol/t4/bitmap'
import { PageBuffers } from '../../src/bilevel/page-buffers.ts'
import { type HalftoneChoice, toBilevel } from '../../src/bilevel/to-bilevel.ts'
import type { GreyPage } from '../../src/drawing/page-source.ts'

const WIDTH = 480
const ROWS = 480

/** A small deterministic noise, -1..1. */
function noise(x: number, y: number): number {
  const mixed = Math.imul(x * 374_761_393 + y * 668_265_263, 1_274_126_177)
  return ((mixed ^ (mixed >>> 13)) & 0xffff) / 0x8000 - 1
}

function page(grey: (x: number, y: number) => number, facts: Partial<GreyPage> = {}): GreyPage {
  const pixels = new Uint8Array(WIDTH * ROWS)
  for (let y = 0; y < ROWS; y++) {
    for (let x = 0; x < WIDTH; x++) pixels[y * WIDTH + x] = Math.max(0, Math.min(255, Math.round(grey(x, y))))
  }
  return {
    form: 'grey',
    width: WIDTH,
    rows: ROWS,
    stride: WIDTH,
    pixels,
    kind: 'scan',
    photoBoxes: [],
    ...facts,
  }
}

function convert(grey: GreyPage, choice: HalftoneChoice = 'auto') {
  const { bitmap, kind } = toBilevel(grey, choice, new PageBuffers())
  return { bitmap, kind, isBlack: (x: number, y: number) => blackAt(bitmap, x, y) }
}

function blackAt({ words, stride }: Bitmap, x: number, y: number): boolean {
  return (words[y * stride + (x >>> 5)]! & (0x80000000 >>> (x & 31))) !== 0
}

function blackShare(bitmap: Bitmap, left: number, top: number, right: number, bottom: number): number {
  let black = 0
  for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) black += blackAt(bitmap, x, y) ? 1 : 0
  return black / ((right - left) * (bottom - top))
}

/** Strokes three pixels wide, as letters have them. */
const isStroke = (x: number, y: number) => x % 12 < 3 && y % 30 > 8

test('writing under light that falls off across the page is all there, and nothing else is', () => {
  const paper = (x: number, y: number) => 230 - (x / WIDTH) * 90 - (y / ROWS) * 60
  const { isBlack } = convert(page((x, y) => paper(x, y) * (isStroke(x, y) ? 0.55 : 1) + 4 * noise(x, y)))
  let wrong = 0
  for (let y = 0; y < ROWS; y++) for (let x = 0; x < WIDTH; x++) if (isBlack(x, y) !== isStroke(x, y)) wrong++
  assert.ok(wrong / (WIDTH * ROWS) < 0.005, `${wrong} pixels wrong`)
})

test('an empty sheet of grey paper with noise on it comes out all but white', () => {
  const { bitmap } = convert(page((x, y) => 200 + 6 * noise(x, y)))
  assert.ok(blackShare(bitmap, 0, 0, WIDTH, ROWS) < 0.001)
})

test('an isolated speck of a scan goes, a full stop stays', () => {
  const isStop = (x: number, y: number) => x >= 100 && x < 103 && y >= 100 && y < 103
  const { isBlack } = convert(page((x, y) => (isStop(x, y) || (x === 300 && y === 300) ? 20 : 240)))
  assert.ok(isBlack(101, 101))
  assert.ok(!isBlack(300, 300))
})

test('a speck beside a word boundary of the bitmap is told from a stroke across it', () => {
  const { isBlack } = convert(
    page((x, y) => (y === 50 && (x === 31 || x === 32) ? 20 : y === 90 && x === 63 ? 20 : 240)),
  )
  assert.ok(isBlack(31, 50) && isBlack(32, 50))
  assert.ok(!isBlack(63, 90))
})

test('a drawn page keeps letters of mid grey and drops a light tint', () => {
  const grey = page((x, y) => (isStroke(x, y) ? 153 : y > 240 ? 228 : 255), { kind: 'vector' })
  const { isBlack } = convert(grey)
  assert.ok(isBlack(1, 20) && isBlack(1, 290))
  assert.ok(!isBlack(6, 20) && !isBlack(6, 290))
})

test('a drawn page whose only ink is pale does not go out blank', () => {
  const { isBlack } = convert(page((x, y) => (isStroke(x, y) ? 200 : 255), { kind: 'vector' }))
  assert.ok(isBlack(1, 20) && !isBlack(6, 20))
})

const PHOTO_BOX = { left: 64, top: 64, right: 416, bottom: 416 }
const inBox = (x: number, y: number) => x >= 64 && x < 416 && y >= 64 && y < 416

test('tones are kept as dots inside a photo box, and only there', () => {
  const grey = page((x, y) => (inBox(x, y) ? 128 : isStroke(x, y) ? 0 : 255), {
    kind: 'vector',
    photoBoxes: [PHOTO_BOX],
  })
  const { bitmap, kind, isBlack } = convert(grey)
  assert.equal(kind, 'photo')
  assert.ok(Math.abs(blackShare(bitmap, 64, 64, 416, 416) - 0.5) < 0.1)
  for (let y = 0; y < 60; y++) for (let x = 0; x < WIDTH; x++) assert.equal(isBlack(x, y), isStroke(x, y))
})

test('darker tones of a photograph have more black, highlights none and shadows no white', () => {
  const shares = [250, 190, 130, 70, 10].map((tone) => {
    const { bitmap } = convert(page(() => tone, { kind: 'photo' }))
    return blackShare(bitmap, 0, 0, WIDTH, ROWS)
  })
  assert.deepEqual(
    shares,
    [...shares].sort((a, b) => a - b),
  )
  assert.equal(shares[0], 0)
  assert.equal(shares[4], 1)
})

test('text mode never halftones and photo mode halftones every picture', () => {
  const picture = page((x, y) => (inBox(x, y) ? 100 : 255), { kind: 'vector', pictures: [PHOTO_BOX] })
  assert.equal(convert(picture, 'auto').kind, 'vector')
  assert.equal(convert(picture, 'photo').kind, 'photo')
  assert.equal(
    convert(
      page(() => 128, { kind: 'photo' }),
      'text',
    ).kind,
    'scan',
  )
})

test('a page converted after a larger one has nothing of it', () => {
  const buffers = new PageBuffers()
  toBilevel(
    page(() => 0, { kind: 'vector' }),
    'auto',
    buffers,
  )
  const small = { ...page(() => 255, { kind: 'vector' }), width: 128, rows: 100 }
  const { bitmap } = toBilevel(small, 'auto', buffers)
  assert.equal(bitmap.words.length, 400)
  assert.ok(bitmap.words.every((word) => word === 0))
})
