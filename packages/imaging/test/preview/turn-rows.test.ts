import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Rotation } from '../../src/page-text.ts'
import type { GreyRows } from '../../src/preview/png.ts'
import { turnRows } from '../../src/preview/turn-rows.ts'

const text = ({ width, bytes }: GreyRows) =>
  Buffer.from(bytes)
    .toString('latin1')
    .match(new RegExp(`.{${width}}`, 'gs'))

const LETTERS: GreyRows = { width: 3, height: 2, bitDepth: 8, bytes: Buffer.from('abcdef') }

test('an image is turned clockwise', () => {
  assert.deepEqual(text(turnRows(LETTERS, 90)), ['da', 'eb', 'fc'])
  assert.deepEqual(text(turnRows(LETTERS, 180)), ['fed', 'cba'])
  assert.deepEqual(text(turnRows(LETTERS, 270)), ['cf', 'be', 'ad'])
})

test('turned all the way round, an image of bits is itself again', () => {
  const image = fc
    .record({ width: fc.integer({ min: 1, max: 40 }), height: fc.integer({ min: 1, max: 20 }) })
    .chain(({ width, height }) =>
      fc.uint8Array({ minLength: ((width + 7) >> 3) * height, maxLength: ((width + 7) >> 3) * height }).map(
        (bytes): GreyRows => ({
          width,
          height,
          bitDepth: 1,
          // The bits that pad a row are zero.
          bytes: bytes.map((byte, index) =>
            index % ((width + 7) >> 3) === (width - 1) >> 3
              ? byte & (0xff00 >> (((width - 1) & 7) + 1))
              : byte,
          ),
        }),
      ),
    )
  fc.assert(
    fc.property(image, (rows) => {
      const quarter = (of: GreyRows, by: Rotation = 90) => turnRows(of, by)
      assert.deepEqual(quarter(quarter(quarter(quarter(rows)))), rows)
      assert.deepEqual(quarter(quarter(rows, 180), 180), rows)
      assert.deepEqual(quarter(quarter(rows), 270), rows)
    }),
  )
})
