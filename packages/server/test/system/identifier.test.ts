import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeId } from '../../src/adapters/system/identifier.ts'
import { SystemRandom } from '../../src/adapters/system/random.ts'
import { VirtualClock } from '../support/clock.ts'
import { SeededRandom } from '../support/random.ts'

const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz'
const time = fc.integer({ min: 0, max: 2 ** 48 - 1 })
const random = fc.uint8Array({ minLength: 10, maxLength: 10 })

test('an identifier reads back as the time and random bits it was made of', () => {
  fc.assert(
    fc.property(time, random, (timeMs, bytes) => {
      const text = encodeId('fax', timeMs, bytes)
      assert.match(text, /^fax_[0-9a-hjkmnp-tv-z]{26}$/)
      const value = [...text.slice(4)].reduce((sum, char) => sum * 32n + BigInt(DIGITS.indexOf(char)), 0n)
      assert.equal(value >> 80n, BigInt(timeMs))
      assert.equal(value & ((1n << 80n) - 1n), BigInt(`0x${Buffer.from(bytes).toString('hex')}`))
    }),
  )
})

test('identifiers sort as text in the order of their times', () => {
  fc.assert(
    fc.property(time, time, random, random, (a, b, x, y) => {
      fc.pre(a !== b)
      assert.equal(encodeId('fax', a, x) < encodeId('fax', b, y), a < b)
    }),
  )
})

test('identifiers of one millisecond differ', () => {
  const source = new SystemRandom(new VirtualClock())
  assert.equal(new Set(Array.from({ length: 10_000 }, () => source.id('fax'))).size, 10_000)
})

test('a seeded source repeats itself, and another seed does not', () => {
  const draw = (seed: string) => new SeededRandom(new VirtualClock(), seed)
  assert.equal(draw('a').id('fax'), draw('a').id('fax'))
  assert.notEqual(draw('a').id('fax'), draw('b').id('fax'))
  const source = draw('a')
  assert.notDeepEqual(source.bytes(40), source.bytes(40))
})

test('a prefix that is not lower-case letters, or a time out of range, is a fault', () => {
  assert.throws(() => encodeId('Fax', 0, new Uint8Array(10)), RangeError)
  assert.throws(() => encodeId('fax', 2 ** 48, new Uint8Array(10)), RangeError)
  assert.throws(() => encodeId('fax', -1, new Uint8Array(10)), RangeError)
})
