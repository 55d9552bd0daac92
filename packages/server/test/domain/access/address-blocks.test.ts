import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blockSize, isWithin, PRIVATE_BLOCKS } from '../../../src/domain/access/address-list.ts'

test('a block is as large as its prefix says, and IPv6 is counted in links', () => {
  for (const [block, size] of [
    ['192.0.2.7', 1n],
    ['192.0.2.0/24', 256n],
    ['0.0.0.0/0', 2n ** 32n],
    ['2001:db8::1', 1n],
    ['2001:db8::/64', 1n],
    ['2001:db8::/48', 65_536n],
    ['::/0', 2n ** 64n],
  ] as const)
    assert.equal(blockSize(block), size, block)
})

test('a block lies in another only with all of it', () => {
  for (const inside of [
    '10.0.3.7',
    '10.0.0.0/8',
    '172.31.0.0/16',
    '192.168.1.0/24',
    '127.0.0.1',
    'fd00::/8',
    '::1',
  ])
    assert.ok(isWithin(inside, PRIVATE_BLOCKS), inside)
  for (const outside of ['0.0.0.0/0', '10.0.0.0/7', '172.32.0.0/16', '198.51.100.7', '::/0', '2001:db8::/32'])
    assert.ok(!isWithin(outside, PRIVATE_BLOCKS), outside)
})
