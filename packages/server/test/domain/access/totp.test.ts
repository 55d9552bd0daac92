import assert from 'node:assert/strict'
import { test } from 'node:test'
import { base32, hotp, totpStep, totpUri } from '../../../src/domain/access/totp.ts'

const SECRET = Buffer.from('12345678901234567890')

test('codes are those of RFC 4226 appendix D', () => {
  const expected = '755224 287082 359152 969429 338314 254676 287922 162583 399871 520489'.split(' ')
  assert.deepEqual(
    expected.map((_, counter) => hotp(SECRET, counter)),
    expected,
  )
})

test('codes are the last six digits of those of RFC 6238 appendix B', () => {
  for (const [seconds, code] of [
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_234_567_890, '005924'],
    [20_000_000_000, '353130'],
  ] as const) {
    assert.equal(totpStep(SECRET, code, seconds * 1000, 0), Math.floor(seconds / 30))
  }
})

test('a code is good one step late or early, once, and never again for an earlier step', () => {
  const at = 1_111_111_111_000
  const step = Math.floor(at / 30_000)
  for (const drift of [-1, 0, 1])
    assert.equal(totpStep(SECRET, hotp(SECRET, step + drift), at, 0), step + drift)
  for (const drift of [-2, 2]) assert.equal(totpStep(SECRET, hotp(SECRET, step + drift), at, 0), undefined)
  assert.equal(totpStep(SECRET, hotp(SECRET, step), at, step), undefined)
  assert.equal(totpStep(SECRET, hotp(SECRET, step - 1), at, step), undefined)
  for (const code of ['', '12345', '1234567', '12345a', ' 12345', '１２３４５６'])
    assert.equal(totpStep(SECRET, code, at, 0), undefined)
})

test('the seed is told in base32 as RFC 4648 §10 has it', () => {
  const vectors = {
    f: 'MY',
    fo: 'MZXQ',
    foo: 'MZXW6',
    foob: 'MZXW6YQ',
    fooba: 'MZXW6YTB',
    foobar: 'MZXW6YTBOI',
  }
  for (const [text, code] of Object.entries(vectors)) assert.equal(base32(Buffer.from(text)), code)
  assert.equal(
    totpUri(Buffer.from('foobar'), 'Answerback', 'a b@clinic.example'),
    'otpauth://totp/Answerback:a%20b%40clinic.example?secret=MZXW6YTBOI&issuer=Answerback',
  )
})
