import assert from 'node:assert/strict'
import { test } from 'node:test'
import { admit } from '../../src/adapters/addresses/address-policy.ts'

const PUBLIC = [
  '8.8.8.8',
  '93.184.216.34',
  '1.1.1.1',
  '172.15.255.255',
  '172.32.0.1',
  '2606:4700::1111',
  '2a00:1450::1',
]

const NOT_PUBLIC = {
  loopback: ['127.0.0.1', '127.255.255.254', '::1'],
  'this network': ['0.0.0.0', '0.1.2.3', '::'],
  private: ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fd12:3456::1', 'fec0::1'],
  'link-local and metadata': ['169.254.169.254', '169.254.170.2', 'fe80::1', 'fd00:ec2::254'],
  'carrier-grade NAT': ['100.64.0.1', '100.127.255.254'],
  'documentation and benchmarks': [
    '192.0.2.1',
    '198.51.100.1',
    '203.0.113.1',
    '198.18.0.1',
    '2001:db8::1',
    '3fff::1',
    '2001:2::1',
  ],
  'multicast and broadcast': ['224.0.0.1', '239.255.255.255', '255.255.255.255', 'ff02::1'],
  reserved: ['240.0.0.1', '192.0.0.8', '192.88.99.1', '100::1', '4000::1', '1::1', '5f00::1'],
  'IPv4 inside IPv6': [
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '::127.0.0.1',
    '::ffff:0:127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::a00:1',
  ],
  tunnels: ['2002:7f00:1::', '2002:a00:1::', '2001::1', '2001:0:7f00:1::'],
  'not an address': ['', 'localhost', '1.2.3', '127.1', '::g'],
}

test('a public address is admitted for everybody', () => {
  for (const address of PUBLIC) assert.equal(admit('a.example', address, {}), 'public', address)
})

for (const [kind, addresses] of Object.entries(NOT_PUBLIC)) {
  test(`${kind}: refused`, () => {
    for (const address of addresses) assert.equal(admit('a.example', address, {}), undefined, address)
  })
}

test('loopback is let through only when the caller says so, and then nothing else is', () => {
  const policy = { allowLoopback: true }
  for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1'])
    assert.equal(admit('a', address, policy), 'listed')
  for (const address of ['10.0.0.1', '169.254.169.254', '0.0.0.0', '::ffff:10.0.0.1']) {
    assert.equal(admit('a', address, policy), undefined)
  }
})

test('a listed block lets through its addresses and no others', () => {
  const policy = { allowedHosts: ['10.1.0.0/16', 'fd00::/8', '192.168.7.7'] }
  for (const address of ['10.1.0.1', '10.1.255.255', '::ffff:10.1.2.3', 'fd00::1', '192.168.7.7']) {
    assert.equal(admit('a', address, policy), 'listed', address)
  }
  for (const address of ['10.2.0.1', '192.168.7.8', 'fc00::1', '127.0.0.1']) {
    assert.equal(admit('a', address, policy), undefined, address)
  }
})

test('a listed name may stand for an inside address but never for a metadata service', () => {
  const policy = { allowedHosts: ['EHR.clinic.example'] }
  assert.equal(admit('ehr.clinic.example', '10.0.0.1', policy), 'listed')
  assert.equal(admit('ehr.clinic.example', 'fd00::1', policy), 'listed')
  assert.equal(admit('ehr.clinic.example', '169.254.169.254', policy), undefined)
  assert.equal(admit('ehr.clinic.example', '224.0.0.1', policy), undefined)
  assert.equal(admit('other.clinic.example', '10.0.0.1', policy), undefined)
  assert.equal(admit('x.ehr.clinic.example', '10.0.0.1', policy), undefined)
})
