import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import tls from 'node:tls'
import { createSmtpMailer, type SmtpServer } from '../../src/adapters/mail/smtp-mailer.ts'
import { type Mail, MailError } from '../../src/ports/mailer.ts'
import { makeTestCertificate, needsOpenssl } from '../lines/sip/test-certificate.ts'
import { startSmtpServer } from '../support/smtp-server.ts'

const certified = needsOpenssl ? undefined : makeTestCertificate()
const plain = await startSmtpServer()
const secured = certified && (await startSmtpServer({ tls: certified, login: 'fax:zebra' }))
const implicit = certified && (await startSmtpServer({ tls: certified, implicit: true }))
after(async () => {
  await plain.close()
  await secured?.close()
  await implicit?.close()
})

const LIMITS = { connectMs: 2_000, silenceMs: 400, totalMs: 2_000 }
const MAIL: Mail = {
  id: 'ntc_01jd8x3v6rq4h2m7k9a5c0e1tz',
  to: 'front-desk@clinic.example',
  subject: 'a fax came (Referrals)',
  text: 'A fax came to the mailbox Referrals.\n.\nPages: 3\n',
  at: new Date(Date.UTC(2026, 0, 2, 12)),
}

function mailer(settings: Partial<SmtpServer> = {}) {
  const server = { host: '127.0.0.1', port: plain.port, tls: 'none', login: undefined } as const
  return createSmtpMailer({ ...server, from: 'fax@clinic.example', ...settings }, LIMITS)
}

async function codeOf(sending: Promise<void>): Promise<string> {
  try {
    await sending
    return 'sent'
  } catch (error) {
    assert.ok(error instanceof MailError)
    assert.doesNotMatch(error.message + String(error.stack), /clinic\.example|zebra/)
    return error.code
  }
}

test('a mail is one plain text to one address, with an id that stays and a word against automatic replies', async () => {
  await mailer().send(MAIL)
  const taken = plain.mails.at(-1)!
  assert.deepEqual([taken.from, taken.to], ['fax@clinic.example', ['front-desk@clinic.example']])
  const [header = '', body] = taken.text.split('\n\n', 2)
  assert.match(header, /^From: Answerback <fax@clinic\.example>$/m)
  assert.match(header, /^To: front-desk@clinic\.example$/m)
  assert.match(header, /^Subject: a fax came \(Referrals\)$/m)
  assert.match(header, /^Message-ID: <ntc_01jd8x3v6rq4h2m7k9a5c0e1tz@clinic\.example>$/m)
  assert.match(header, /^Content-Type: text\/plain; charset=utf-8$/m)
  assert.match(header, /^Auto-Submitted: auto-generated$/m)
  assert.match(header, /^Date: Fri, 02 Jan 2026 12:00:00 \+0000$/m)
  assert.equal(body, 'A fax came to the mailbox Referrals.\n.\nPages: 3')
})

test('nothing in a name can begin a header or add an address', async () => {
  await mailer().send({ ...MAIL, subject: 'x\r\nBcc: evil@other.example\r\n\r\nbody' })
  const taken = plain.mails.at(-1)!
  assert.deepEqual(taken.to, ['front-desk@clinic.example'])
  assert.doesNotMatch(taken.text, /^Bcc:/im)
})

test('what the server says decides whether it is tried again, and its words stay out of the error', async () => {
  for (const [reply, code] of [
    ['550 5.1.1 front-desk@clinic.example is unknown', 'refused'],
    ['450 4.2.1 try front-desk@clinic.example later', 'deferred'],
    ['hang', 'timeout'],
  ] as const) {
    plain.answer = () => reply
    assert.equal(await codeOf(mailer().send(MAIL)), code)
  }
  plain.answer = () => undefined
})

test('a server that is not there is told from one that speaks something else', async () => {
  const gone = await startSmtpServer()
  await gone.close()
  assert.equal(await codeOf(mailer({ port: gone.port }).send(MAIL)), 'connect')
})

test('where TLS is asked for, nothing is sent to a server that does not offer it', async () => {
  const before = plain.mails.length
  assert.equal(await codeOf(mailer({ tls: 'starttls' }).send(MAIL)), 'tls')
  assert.ok(['tls', 'connect'].includes(await codeOf(mailer({ tls: 'implicit' }).send(MAIL))))
  assert.equal(plain.mails.length, before)
})

test('a certificate that nobody vouches for is refused before the password is told', {
  skip: needsOpenssl,
}, async () => {
  const login = { user: 'fax', password: 'zebra' }
  assert.equal(await codeOf(mailer({ port: secured!.port, tls: 'starttls', login }).send(MAIL)), 'tls')
  assert.equal(secured!.mails.length, 0)
})

test('with one that holds, the login and the mail go over TLS, and a wrong password is told as such', {
  skip: needsOpenssl,
}, async () => {
  const trusted = tls.getCACertificates('default')
  tls.setDefaultCACertificates([...trusted, certified!.certificate])
  try {
    const wanted = { port: secured!.port, tls: 'starttls' } as const
    await mailer({ ...wanted, login: { user: 'fax', password: 'zebra' } }).send(MAIL)
    const { secure, login } = secured!.mails.at(-1)!
    assert.deepEqual([secure, login], [true, 'fax'])
    await mailer({ port: implicit!.port, tls: 'implicit' }).send(MAIL)
    assert.equal(implicit!.mails.at(-1)?.secure, true)
    const wrong = mailer({ ...wanted, login: { user: 'fax', password: 'giraffe' } }).send(MAIL)
    assert.equal(await codeOf(wrong), 'login')
  } finally {
    tls.setDefaultCACertificates(trusted)
  }
})
