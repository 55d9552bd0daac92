import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import startWabt from 'wabt'
import { startKernels } from '../../src/pdf/kernels.ts'

const source = (name: string) => readFileSync(new URL(`../../src/pdf/${name}`, import.meta.url))

const memory = new WebAssembly.Memory({ initial: 1 })
const kernels = startKernels(memory)
const bytes = new Uint8Array(memory.buffer)

/** Where the tests put what the loops read and write; bytes around them must stay as they are. */
const FROM = 1_000
const TO = 20_000
const CLIP = 40_000

test('the loops that run are the ones whose source is read', async () => {
  const wabt = await startWabt()
  const assembled = wabt
    .parseWat('kernels.wat', source('kernels.wat').toString(), { simd: true })
    .toBinary({}).buffer
  assert.deepEqual(
    Buffer.from(assembled),
    source('kernels.wasm'),
    'assemble it: npx wat2wasm kernels.wat -o kernels.wasm',
  )
})

const isSet = (at: number, bit: number) => (bytes[at + (bit >>> 3)]! & (0x80 >>> (bit & 7))) !== 0

test('adding a letter to a line blackens exactly the pixels that are black in the letter, wherever it stands', () => {
  const letter = fc.record({
    width: fc.integer({ min: -1, max: 90 }),
    height: fc.integer({ min: 0, max: 5 }),
    fromBit: fc.integer({ min: 0, max: 40 }),
    toBit: fc.integer({ min: 0, max: 70 }),
    fromSlack: fc.integer({ min: 0, max: 4 }),
    toSlack: fc.integer({ min: 0, max: 4 }),
    ink: fc.uint8Array({ minLength: 256, maxLength: 256 }),
    line: fc.uint8Array({ minLength: 256, maxLength: 256 }),
  })
  fc.assert(
    fc.property(letter, ({ width, height, fromBit, toBit, fromSlack, toSlack, ink, line }) => {
      const fromPitch = ((fromBit + Math.max(width, 0) + 7) >>> 3) + fromSlack
      const toPitch = ((toBit + Math.max(width, 0) + 7) >>> 3) + toSlack
      bytes.set(ink, FROM)
      bytes.set(line, TO)
      const expected = bytes.slice()
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const to = toBit + x
          if (isSet(FROM + y * fromPitch, fromBit + x))
            expected[TO + y * toPitch + (to >>> 3)]! |= 0x80 >>> (to & 7)
        }
      }
      kernels.addPixels(FROM, fromPitch, fromBit, TO, toPitch, toBit, width, height)
      assert.ok(Buffer.compare(bytes, expected) === 0)
    }),
    { numRuns: 3_000 },
  )
})

/** Lines of text are mostly white; all kinds of stretches have to come up. */
const mask = fc.array(
  fc.oneof(fc.constant(0), fc.constant(0), fc.constant(255), fc.integer({ min: 0, max: 255 })),
  {
    minLength: 48,
    maxLength: 48,
  },
)

test('painting a row through a mask gives each pixel what the engine computes for it', () => {
  const row = fc.record({
    width: fc.integer({ min: 0, max: 300 }),
    maskBit: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 40 })),
    grey: fc.integer({ min: 0, max: 255 }),
    opacity: fc.oneof(fc.constant(255), fc.integer({ min: 0, max: 255 })),
    clipped: fc.boolean(),
    mask,
    clip: fc.uint8Array({ minLength: 300, maxLength: 300 }),
    paper: fc.uint8Array({ minLength: 310, maxLength: 310 }),
  })
  fc.assert(
    fc.property(row, ({ width, maskBit, grey, opacity, clipped, mask, clip, paper }) => {
      bytes.set(mask, FROM)
      bytes.set(paper, TO)
      bytes.set(clip, CLIP)
      const expected = bytes.slice()
      for (let x = 0; x < width; x++) {
        if (!isSet(FROM, maskBit + x)) continue
        const alpha = clipped ? Math.floor((opacity * clip[x]!) / 255) : opacity
        expected[TO + x] = Math.floor(((255 - alpha) * paper[x]! + alpha * grey) / 255)
      }
      kernels.paintRow(FROM, maskBit, TO, width, (opacity << 8) | grey, clipped ? CLIP : 0)
      assert.ok(Buffer.compare(bytes, expected) === 0)
    }),
    { numRuns: 3_000 },
  )
})

test('a pixel is black exactly when it is darker than the level', () => {
  const page = fc.record({
    count: fc.integer({ min: 0, max: 12 }),
    level: fc.integer({ min: 1, max: 255 }),
    white: fc.boolean(),
    pixels: fc.uint8Array({ minLength: 400, maxLength: 400 }),
  })
  fc.assert(
    fc.property(page, ({ count, level, white, pixels }) => {
      if (white) pixels.fill(255, 0, 200)
      bytes.set(pixels, FROM)
      kernels.threshold(FROM, level, TO, count)
      const words = new Uint32Array(memory.buffer, TO, count)
      for (let x = 0; x < count * 32; x++) {
        const black = (words[x >>> 5]! & (0x80000000 >>> (x & 31))) !== 0
        assert.equal(black, pixels[x]! < level)
      }
    }),
  )
})

test('a stretch is white only when every byte of it is', () => {
  const stretch = fc.record({
    count: fc.integer({ min: 0, max: 70 }),
    mark: fc.integer({ min: 0, max: 80 }),
    grey: fc.integer({ min: 0, max: 254 }),
  })
  fc.assert(
    fc.property(stretch, ({ count, mark, grey }) => {
      bytes.fill(255, FROM, FROM + 100)
      bytes[FROM + mark] = grey
      assert.equal(kernels.isWhite(FROM, count), mark < count ? 0 : 1)
    }),
  )
})
