import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError } from '../../src/config/misconfiguration.ts'
import { readConfig } from '../../src/config/read-config.ts'

const SAFE = { ANSWERBACK_KEY_FOLDER: '/etc/answerback/keys', ANSWERBACK_DATA: '/var/lib/answerback' }
const sipOf = (file: object) => readConfig('production', { ...file }, SAFE).sip

function faultsOf(profile: 'production' | 'development', file: object): string[] {
  try {
    readConfig(profile, { ...file }, profile === 'production' ? SAFE : {})
    return []
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    for (const { fix, sentence } of error.faults) assert.ok(fix.length > 10 && sentence.length > 10)
    return error.faults.map(({ setting }) => setting)
  }
}

test('the SIP line is off until it is told where to listen', () => {
  assert.equal(sipOf({}), undefined)
})

test('one address is enough: media and what carriers are told follow it', () => {
  assert.deepEqual(sipOf({ sipListen: '192.0.2.5:5060' }), {
    listen: { host: '192.0.2.5', port: 5060 },
    mediaAddress: '192.0.2.5',
    mediaPorts: { from: 20_000, to: 20_999 },
    tls: undefined,
    publicAddress: '192.0.2.5',
  })
  const behindNat = sipOf({
    sipListen: '[::]:5060',
    sipPublicAddress: '198.51.100.7',
    mediaPorts: '30000-30099',
    sipTlsCertificate: '/etc/answerback/sip.crt',
    sipTlsKey: '/etc/answerback/sip.key',
  })
  assert.equal(behindNat?.publicAddress, '198.51.100.7')
  assert.equal(behindNat?.tls?.port, 5061)
  assert.deepEqual(behindNat?.mediaPorts, { from: 30_000, to: 30_099 })
})

test('what does not fit is told with its variable and a fix', () => {
  for (const [file, setting] of [
    [{ sipListen: 'sip.clinic.example:5060' }, 'ANSWERBACK_SIP_LISTEN'],
    [{ sipListen: '192.0.2.5' }, 'ANSWERBACK_SIP_LISTEN'],
    [{ sipListen: '0.0.0.0:5060' }, 'ANSWERBACK_SIP_PUBLIC_ADDRESS'],
    [{ sipListen: '192.0.2.5:5060', mediaPorts: '20999-20000' }, 'ANSWERBACK_MEDIA_PORTS'],
    [{ sipListen: '192.0.2.5:5060', mediaAddress: 'eth0' }, 'ANSWERBACK_MEDIA_ADDRESS'],
    [{ sipListen: '192.0.2.5:5060', sipTlsKey: '/k' }, 'ANSWERBACK_SIP_TLS_CERTIFICATE'],
    [{ mediaPorts: '20000-20999' }, 'ANSWERBACK_MEDIA_PORTS'],
  ] as const) {
    assert.deepEqual(faultsOf('production', file), [setting], JSON.stringify(file))
  }
})

test('the development profile takes calls from this machine only', () => {
  assert.deepEqual(faultsOf('development', { sipListen: '192.0.2.5:5060' }), ['ANSWERBACK_SIP_LISTEN'])
  assert.deepEqual(faultsOf('development', { sipListen: '127.0.0.1:5060' }), [])
})
