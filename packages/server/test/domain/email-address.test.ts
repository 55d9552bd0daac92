import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isEmailAddress, maskEmail } from '../../src/domain/email-address.ts'

test('plain addresses are told from names, lists and what would break a header', () => {
  for (const text of ['desk@clinic.example', "o'neil+fax@a-b.example", 'root@localhost']) {
    assert.ok(isEmailAddress(text), text)
  }
  for (const text of [
    '',
    'desk',
    'desk@',
    '@clinic.example',
    'Desk <desk@clinic.example>',
    'a@clinic.example,b@clinic.example',
    'a@b@clinic.example',
    'a@clinic.example\r\nBcc: b@clinic.example',
    '.a@clinic.example',
    'a..b@clinic.example',
    'a@-clinic.example',
    'a@clinic..example',
    '"a b"@clinic.example',
    'a@[127.0.0.1]',
    `${'a'.repeat(65)}@clinic.example`,
    `a@${'b'.repeat(60)}.${'c.'.repeat(100)}example`,
  ]) {
    assert.ok(!isEmailAddress(text), text)
  }
})

test('no text that passes holds a blank, a control character, a comma, an angle bracket or a second @', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300, unit: 'binary-ascii' }), fc.emailAddress(), (text, address) => {
      for (const each of [text, `${address}${text}`, `${text}${address}`]) {
        if (isEmailAddress(each)) assert.match(each, /^(?:(?![,;<>()"\\@])[!-~])+@[A-Za-z0-9.-]+$/)
      }
    }),
  )
})

test('an address that is shown keeps its domain and its first letter', () => {
  assert.equal(maskEmail('desk@clinic.example'), 'd•••@clinic.example')
})
