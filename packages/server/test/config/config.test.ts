import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ConfigError } from '../../src/config/misconfiguration.ts'
import { readConfig } from '../../src/config/read-config.ts'
import { parseRetryOverrides } from '../../src/domain/attempts/retry-overrides.ts'

const SAFE = { ANSWERBACK_KEY_FOLDER: '/etc/answerback/keys', ANSWERBACK_DATA: '/var/lib/answerback' }

function faultsOf(read: () => unknown): string[] {
  try {
    read()
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    for (const fault of error.faults) assert.ok(fault.fix.length > 10, fault.setting)
    return error.faults.map((fault) => fault.setting)
  }
  return []
}

test('the development profile needs no setting at all', () => {
  const config = readConfig('development', {}, {})
  assert.equal(config.port, 8480)
  assert.equal(config.host, '127.0.0.1')
  assert.equal(config.policy.retry.rules.busy.delaySeconds, 180)
})

test('the keys of an account together may ask twice as often as one, or as often as the operator says', () => {
  const limits = (settings: Record<string, unknown>) => {
    const { requestsPerMinute, accountRequestsPerMinute } = readConfig('production', settings, SAFE)
    return [requestsPerMinute, accountRequestsPerMinute]
  }
  assert.deepEqual(limits({}), [1200, 2400])
  assert.deepEqual(limits({ requestsPerMinute: 50 }), [50, 100])
  assert.deepEqual(limits({ requestsPerMinute: 50, accountRequestsPerMinute: 60 }), [50, 60])
  const faults = faultsOf(() =>
    readConfig('production', {}, { ...SAFE, ANSWERBACK_ACCOUNT_REQUESTS_PER_MINUTE: '0' }),
  )
  assert.deepEqual(faults, ['ANSWERBACK_ACCOUNT_REQUESTS_PER_MINUTE'])
})

test('the development profile never listens beyond this machine', () => {
  assert.deepEqual(
    faultsOf(() => readConfig('development', {}, { ANSWERBACK_HOST: '0.0.0.0' })),
    ['ANSWERBACK_HOST'],
  )
})

test('production refuses plain HTTP beyond this machine, and a key beside the data', () => {
  assert.deepEqual(
    faultsOf(() => readConfig('production', {}, { ANSWERBACK_HOST: '0.0.0.0' })),
    ['ANSWERBACK_HOST', 'ANSWERBACK_KEY_FOLDER'],
  )
  const proxied = { ...SAFE, ANSWERBACK_HOST: '0.0.0.0', ANSWERBACK_TLS_TERMINATED_BY_PROXY: 'true' }
  assert.deepEqual(
    faultsOf(() => readConfig('production', {}, proxied)),
    ['ANSWERBACK_TRUSTED_PROXIES'],
  )
  const named = { ...proxied, ANSWERBACK_TRUSTED_PROXIES: '10.0.3.7,fd00:3::/64' }
  assert.deepEqual(readConfig('production', {}, named).transport.trustedProxies, ['10.0.3.7', 'fd00:3::/64'])
  const own = {
    ...{ ...SAFE, ANSWERBACK_HOST: '0.0.0.0' },
    ...{ ANSWERBACK_TLS_CERTIFICATE: '/etc/a.pem', ANSWERBACK_TLS_KEY: '/etc/a.key' },
  }
  assert.deepEqual(readConfig('production', {}, own).transport.tls, {
    certificate: '/etc/a.pem',
    key: '/etc/a.key',
  })
  assert.deepEqual(readConfig('production', {}, own).transport.trustedProxies, [])
})

test('half a certificate, a CA without one and a proxy that is everybody are refused', () => {
  const faults = (settings: Record<string, unknown>) =>
    faultsOf(() => readConfig('production', settings, SAFE))
  assert.deepEqual(faults({ tlsCertificate: 'a.pem' }), ['ANSWERBACK_TLS_KEY'])
  assert.deepEqual(faults({ tlsKey: 'a.key' }), ['ANSWERBACK_TLS_CERTIFICATE'])
  assert.deepEqual(faults({ webhookClientCertificate: 'a.pem' }), ['ANSWERBACK_WEBHOOK_CLIENT_KEY'])
  assert.deepEqual(faults({ tlsClientCa: 'ca.pem' }), ['ANSWERBACK_TLS_CLIENT_CA'])
  for (const entry of ['0.0.0.0/0', '::/0', 'loopback', 'proxy.example', '10.0.0.0/33', '10.0.0.1/', '']) {
    assert.deepEqual(faults({ trustedProxies: [entry] }), ['ANSWERBACK_TRUSTED_PROXIES'], entry)
  }
})

test('every wrong value and unknown name is told at once', () => {
  const file = {
    prot: 8480,
    callMinutesMax: 0,
    retry: { rules: { busy: { delaySeconds: -1, retriesMax: 3 } } },
  }
  assert.deepEqual(
    faultsOf(() => readConfig('production', file, { ...SAFE, ANSWERBACK_PORT: 'eighty' })).sort(),
    ['ANSWERBACK_PORT', 'callMinutesMax', 'prot', 'retry.rules.busy'],
  )
})

test('the environment wins over the file', () => {
  const config = readConfig('production', { port: 1111 }, { ...SAFE, ANSWERBACK_PORT: '2222' })
  assert.equal(config.port, 2222)
})

test('a single retry figure replaces only itself', () => {
  const file = { retry: { rules: { busy: { delaySeconds: 30, retriesMax: 2 } }, triesMax: 5 } }
  const { retry } = readConfig('production', file, SAFE).policy
  assert.deepEqual(retry.rules.busy, { delaySeconds: 30, retriesMax: 2 })
  assert.equal(retry.triesMax, 5)
  assert.equal(retry.dialsMax, 12)
  assert.equal(retry.rules.no_carrier.retriesMax, 1)
})

test('whatever retry overrides contain, they are read or refused by field, never thrown on', () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      const read = parseRetryOverrides(value)
      assert.ok('overrides' in read || read.field.startsWith('retry'))
    }),
  )
})

test('a public address is one of a server, and loses its trailing slash', () => {
  const read = (url: string) => readConfig('production', {}, { ...SAFE, ANSWERBACK_PUBLIC_URL: url })
  assert.equal(read('https://fax.example/').publicUrl, 'https://fax.example')
  for (const url of ['fax.example', 'ftp://fax.example', 'https://fax.example/path']) {
    assert.deepEqual(
      faultsOf(() => read(url)),
      ['ANSWERBACK_PUBLIC_URL'],
    )
  }
})
