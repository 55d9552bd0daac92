import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findTrunk } from '../../../src/adapters/lines/sip/find-trunk.ts'
import { openTrunkOf } from './open-trunk.ts'

const find = (
  trunks: Parameters<typeof findTrunk>[0],
  source: string,
  addresses: Record<string, string[]> = {},
) => findTrunk(trunks, source, new Map(Object.entries(addresses)))?.id

const inbound = (...allowedSources: string[]) => ({ inbound: { allowedSources, dids: ['*'] } })

test('a call belongs to the trunk whose host it came from', () => {
  const trunks = [openTrunkOf('a', { host: '192.0.2.1' }), openTrunkOf('b', { host: '192.0.2.2' })]
  assert.equal(find(trunks, '192.0.2.2'), 'b')
  assert.equal(find(trunks, '192.0.2.3'), undefined)
})

test('a host name stands for every address it was last resolved to', () => {
  const trunks = [openTrunkOf('a', { host: 'sip.carrier.example' })]
  const addresses = { 'sip.carrier.example': ['192.0.2.1', '2001:db8::1'] }
  assert.equal(find(trunks, '192.0.2.1', addresses), 'a')
  assert.equal(find(trunks, '2001:db8::1', addresses), 'a')
  assert.equal(find(trunks, '192.0.2.9', addresses), undefined)
  assert.equal(find(trunks, '192.0.2.1'), undefined)
})

test('allowed sources take the place of the host', () => {
  const trunks = [openTrunkOf('a', { host: '192.0.2.1', ...inbound('198.51.100.0/24', '2001:db8::/32') })]
  assert.equal(find(trunks, '198.51.100.77'), 'a')
  assert.equal(find(trunks, '2001:db8:1::5'), 'a')
  assert.equal(find(trunks, '198.51.101.1'), undefined)
  assert.equal(find(trunks, '192.0.2.1'), undefined)
})

test('the first of two trunks that a source fits is taken', () => {
  const trunks = [openTrunkOf('a', inbound('198.51.100.0/24')), openTrunkOf('b', inbound('198.51.100.7'))]
  assert.equal(find(trunks, '198.51.100.7'), 'a')
})

test('a source that is no address belongs to nobody', () => {
  assert.equal(find([openTrunkOf('a', inbound('0.0.0.0/0', '::/0'))], 'sip.carrier.example'), undefined)
})

test('an IPv4 caller is known by its address also where it reached an IPv6 socket (RFC 4291 §2.5.5.2)', () => {
  const byHost = [openTrunkOf('a', { host: '192.0.2.1' })]
  assert.equal(find(byHost, '::ffff:192.0.2.1'), 'a')
  const byName = [openTrunkOf('a', { host: 'sip.carrier.example' })]
  assert.equal(find(byName, '::ffff:192.0.2.1', { 'sip.carrier.example': ['192.0.2.1'] }), 'a')
  const bySource = [openTrunkOf('a', inbound('192.0.2.0/24'))]
  assert.equal(find(bySource, '::ffff:192.0.2.1'), 'a')
  assert.equal(find(bySource, '::ffff:192.0.3.1'), undefined)
})
