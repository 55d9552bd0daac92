import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createScryptHasher } from '../../src/adapters/auth/scrypt.ts'

const cheap = createScryptHasher({ log2N: 4, r: 1, p: 1 })
const PASSWORD = 'correct zebra battery staple'

test('a password is known again however it is composed, and another is not', async () => {
  const hash = await cheap.hash('pässword of Zebra')
  assert.equal(await cheap.verify('pa\u0308ssword of Zebra', hash), true)
  assert.equal(await cheap.verify('password of Zebra', hash), false)
  assert.notEqual(await cheap.hash('pässword of Zebra'), hash, 'each hash has a salt of its own')
})

test('nobody and a hash that is damaged are refused, and cost the work all the same', async () => {
  const hash = await cheap.hash(PASSWORD)
  for (const bad of [undefined, '', 'scrypt$', hash.slice(0, -1), hash.replace('scrypt', 'plain')])
    assert.equal(await cheap.verify(PASSWORD, bad), false)
})

test('the product’s own hash costs tens of milliseconds, and a later server reads older ones', async () => {
  const hasher = createScryptHasher()
  const hash = await hasher.hash(PASSWORD)
  assert.match(hash, /^scrypt\$15\$8\$1\$/)
  const begun = process.cpuUsage()
  assert.equal(await hasher.verify(PASSWORD, undefined), false)
  const { user, system } = process.cpuUsage(begun)
  assert.ok(user + system > 20_000, `${user + system} µs`)
  assert.equal(await cheap.verify(PASSWORD, hash), true)
})

test('many guesses at once are taken two at a time, in their order', async () => {
  const hash = await cheap.hash(PASSWORD)
  const ended: number[] = []
  await Promise.all(
    Array.from({ length: 20 }, async (_, index) => {
      assert.equal(await cheap.verify(PASSWORD, hash), true)
      ended.push(index)
    }),
  )
  assert.equal(ended.length, 20)
  assert.ok(ended.every((index, place) => Math.abs(index - place) <= 1))
})
