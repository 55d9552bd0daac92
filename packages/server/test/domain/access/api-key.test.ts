import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatApiKey, hashApiKey, isApiKey } from '../../../src/domain/access/api-key.ts'

const entropy = fc.uint8Array({ minLength: 32, maxLength: 32 })

test('a key has its mode in front, 49 letters and digits, and a checksum that holds', () => {
  fc.assert(
    fc.property(entropy, fc.constantFrom('test', 'live'), (bytes, mode) => {
      const key = formatApiKey(mode as 'test' | 'live', bytes)
      assert.match(key, new RegExp(`^ab_${mode}_[0-9A-Za-z]{49}$`))
      assert.ok(isApiKey(key))
    }),
  )
})

test('all 256 bits are in the key: different bytes give different keys', () => {
  const lowest = Buffer.alloc(32)
  const keys = Array.from({ length: 256 }, (_, bit) => {
    const bytes = Buffer.from(lowest)
    bytes[bit >> 3] = 1 << (bit & 7)
    return formatApiKey('test', bytes)
  })
  assert.equal(new Set([...keys, formatApiKey('test', lowest)]).size, 257)
  assert.ok(isApiKey(formatApiKey('live', Buffer.alloc(32, 0xff))), 'the largest value still fits')
})

test('one wrong character, a swap, a cut or the other mode is noticed', () => {
  const key = formatApiKey('test', Buffer.from('0123456789abcdef0123456789abcdef'))
  for (let at = 8; at < key.length; at++) {
    const other = key[at] === 'x' ? 'y' : 'x'
    assert.ok(!isApiKey(key.slice(0, at) + other + key.slice(at + 1)), `character ${at}`)
    if (at > 8 && key[at] !== key[at - 1]) {
      assert.ok(!isApiKey(key.slice(0, at - 1) + key[at] + key[at - 1] + key.slice(at + 1)), `swap at ${at}`)
    }
  }
  assert.ok(!isApiKey(key.slice(0, -1)))
  assert.ok(!isApiKey(key.replace('test', 'live')))
  assert.ok(!isApiKey(''))
})

test('the stored hash is 32 bytes and tells nothing of the key', () => {
  const key = formatApiKey('test', Buffer.alloc(32, 7))
  assert.equal(hashApiKey(key).length, 32)
  assert.notDeepEqual(hashApiKey(key), hashApiKey(formatApiKey('live', Buffer.alloc(32, 7))))
})

test('a key is made of exactly 32 bytes', () => {
  assert.throws(() => formatApiKey('test', Buffer.alloc(31)), RangeError)
})
