import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  findTrunkMistake,
  isHost,
  isHostAndPort,
  mayCallFrom,
} from '../../../src/domain/trunks/check-trunk.ts'
import type { TrunkSettings } from '../../../src/domain/trunks/trunk.ts'
import { TRUNK_SETTINGS } from '../../support/trunks.ts'

const fieldOf = (settings: Partial<TrunkSettings>, hasSecret = false) =>
  findTrunkMistake({ ...TRUNK_SETTINGS, ...settings }, hasSecret)?.field

test('a trunk that says all it needs to has no mistake', () => {
  assert.equal(fieldOf({}), undefined)
  assert.equal(fieldOf({ registration: 'register', username: 'clinic' }, true), undefined)
})

test('every setting that does not fit is named', () => {
  for (const [settings, field] of [
    [{ host: 'sip carrier' }, 'host'],
    [{ host: '1.2.3' }, 'host'],
    [{ fromDomain: 'a@b' }, 'fromDomain'],
    [{ outboundProxy: 'proxy.example:0' }, 'outboundProxy'],
    [{ registration: 'register' }, 'username'],
    [{ registration: 'register', username: 'clinic' }, 'secret'],
    [{ prefixes: { include: ['+1', '1'], exclude: [] } }, 'prefixes.include[1]'],
    [{ prefixes: { include: [], exclude: ['+'] } }, 'prefixes.exclude[0]'],
    [{ inbound: { allowedSources: ['192.0.2.0/33'], dids: [] } }, 'inbound.allowedSources[0]'],
    [{ inbound: { allowedSources: [], dids: ['2025550142'] } }, 'inbound.dids[0]'],
    [
      {
        numberFormat: { style: 'national', countryCode: '', nationalPrefix: '0', internationalPrefix: '00' },
      },
      'numberFormat.countryCode',
    ],
  ] as const) {
    assert.equal(fieldOf(settings), field)
  }
})

test('hosts are names and addresses of both families, with a port where one may stand', () => {
  for (const host of ['sip.carrier.example', 'localhost', '192.0.2.7', '2001:db8::7']) {
    assert.ok(isHost(host), host)
    assert.ok(isHostAndPort(host), host)
  }
  for (const text of ['proxy.example:5061', '192.0.2.7:5060', '[2001:db8::7]:5060'])
    assert.ok(isHostAndPort(text))
  for (const text of ['a b', 'sip:host', 'host;x', '999.1.1.1', '-a.example', 'host:70000'])
    assert.ok(!isHostAndPort(text), text)
})

test('no text makes the checks throw', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (host, source) => {
      fieldOf({ host, inbound: { allowedSources: [source], dids: [source] } })
      assert.equal(typeof mayCallFrom({ ...TRUNK_SETTINGS, host }, source), 'boolean')
    }),
  )
})

test('a call must come from an address the operator listed, or without a list from the host', () => {
  const listed = {
    ...TRUNK_SETTINGS,
    inbound: { allowedSources: ['192.0.2.0/24', '2001:db8::/32'], dids: [] },
  }
  assert.ok(mayCallFrom(listed, '192.0.2.99'))
  assert.ok(mayCallFrom(listed, '2001:db8:1::1'))
  assert.ok(!mayCallFrom(listed, '198.51.100.1'))
  const byAddress = { ...TRUNK_SETTINGS, host: '192.0.2.7' }
  assert.ok(mayCallFrom(byAddress, '192.0.2.7'))
  assert.ok(!mayCallFrom(byAddress, '192.0.2.8'))
})
