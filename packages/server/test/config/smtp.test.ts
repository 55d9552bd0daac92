import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError } from '../../src/config/misconfiguration.ts'
import { readConfig } from '../../src/config/read-config.ts'

const FROM = 'fax@clinic.example'
const SAFE = { ANSWERBACK_KEY_FOLDER: '/etc/answerback/keys', ANSWERBACK_DATA: '/var/lib/answerback' }
const smtpOf = (smtpUrl: string) =>
  readConfig('production', {}, { ...SAFE, ANSWERBACK_SMTP_URL: smtpUrl, ANSWERBACK_MAIL_FROM: FROM }).smtp

function faultOf(settings: Record<string, unknown>) {
  try {
    readConfig('production', settings, SAFE)
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    assert.doesNotMatch(error.message, /hunter2/)
    return error.faults.map(({ setting }) => setting).join()
  }
  return undefined
}

test('no mail is sent until a server is named', () => {
  assert.equal(readConfig('production', {}, SAFE).smtp, undefined)
})

test('everything that leaves this machine is encrypted, from the first byte or before anything is said', () => {
  assert.deepEqual(smtpOf('smtps://fax:hunter2%40home@mail.clinic.example'), {
    ...{ host: 'mail.clinic.example', port: 465, tls: 'implicit', from: FROM },
    login: { user: 'fax', password: 'hunter2@home' },
  })
  const { tls, port, login } = smtpOf('smtp://mail.clinic.example')!
  assert.deepEqual([tls, port, login], ['starttls', 587, undefined])
  for (const host of ['192.0.2.1', 'localhost.example', '[2001:db8::1]', '0.0.0.0']) {
    assert.equal(smtpOf(`smtp://${host}:25`)?.tls, 'starttls', host)
  }
})

test('a relay on this machine may be spoken to in the clear', () => {
  for (const host of ['127.0.0.1', 'localhost', '[::1]', '127.0.1.1']) {
    const { tls, port } = smtpOf(`smtp://${host}`)!
    assert.deepEqual([tls, port], ['none', 25], host)
  }
})

test('what cannot be a mail server, or says who we are not, keeps the server from starting', () => {
  const mailFrom = FROM
  for (const smtpUrl of [
    'mail.clinic.example',
    'https://mail.clinic.example',
    'smtp://',
    'smtp://mail.clinic.example/queue',
    'smtp://mail.clinic.example?tls=no',
    'smtps://fax@mail.clinic.example',
    'smtps://:hunter2@mail.clinic.example',
    'smtps://fax:hunter2%@mail.clinic.example',
    'smtp://mail.clinic.example:0',
  ]) {
    assert.equal(faultOf({ smtpUrl, mailFrom }), 'ANSWERBACK_SMTP_URL', smtpUrl)
  }
  const smtpUrl = 'smtps://fax:hunter2@mail.clinic.example'
  assert.equal(faultOf({ smtpUrl }), 'ANSWERBACK_MAIL_FROM')
  assert.equal(faultOf({ smtpUrl, mailFrom: 'Clinic <fax@clinic.example>' }), 'ANSWERBACK_MAIL_FROM')
  assert.equal(faultOf({ mailFrom }), 'ANSWERBACK_MAIL_FROM')
})
