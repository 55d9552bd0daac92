import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeBase64 } from '@answerback/imaging/intake/base64'
import { DocumentRefusal } from '@answerback/imaging/intake/refusal'
import fc from 'fast-check'

const BYTES_MAX = 4096

function refusedAs(code: string): (error: unknown) => boolean {
  return (error) => error instanceof DocumentRefusal && error.code === code
}

/** The ways in which clients write the same bytes. */
const spelling = fc.record({
  urlSafe: fc.boolean(),
  padded: fc.boolean(),
  lineLength: fc.integer({ min: 1, max: 80 }),
  prefix: fc.constantFrom(
    '',
    'data:application/pdf;base64,',
    'DATA:;BASE64,',
    '  data:x/y;name=a.pdf;base64,',
  ),
})

test('whatever the spelling, the same bytes come back', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      spelling,
      (bytes, { urlSafe, padded, lineLength, prefix }) => {
        const text = Buffer.from(bytes).toString(urlSafe ? 'base64url' : 'base64')
        const digits = padded && !urlSafe ? text : text.replaceAll('=', '')
        const folded = digits.replace(new RegExp(`.{${lineLength}}`, 'g'), '$&\r\n')
        assert.deepEqual(new Uint8Array(decodeBase64(prefix + folded, BYTES_MAX)), bytes)
      },
    ),
  )
})

test('a character outside the alphabet is refused, not skipped', () => {
  for (const text of ['QUJD!REVG', 'QUJD\0', 'QUJ=REVG', '%51UJD', 'QUJDé']) {
    assert.throws(() => decodeBase64(text, BYTES_MAX), refusedAs('document.corrupt'))
  }
})

test('a length or padding that cannot come from whole bytes is refused', () => {
  for (const text of ['A', 'ABCDE', 'QQ=', 'QUI==', '=', '==', 'QUJD=']) {
    assert.throws(() => decodeBase64(text, BYTES_MAX), refusedAs('document.corrupt'), text)
  }
})

test('a data URI that is not base64 is refused', () => {
  assert.throws(() => decodeBase64('data:text/plain,hello', BYTES_MAX), refusedAs('document.corrupt'))
})

test('exactly the limit is taken, and a byte more is too large', () => {
  assert.equal(decodeBase64(Buffer.alloc(BYTES_MAX).toString('base64'), BYTES_MAX).length, BYTES_MAX)
  assert.throws(
    () => decodeBase64(Buffer.alloc(BYTES_MAX + 1).toString('base64'), BYTES_MAX),
    refusedAs('document.too_large'),
  )
})

test('endless white space is refused before it is removed', () => {
  assert.throws(() => decodeBase64(' '.repeat(1_000_000), BYTES_MAX), refusedAs('document.too_large'))
})

test('any text gives bytes that encode back to it, or a typed refusal', () => {
  const text = fc.oneof(fc.string(), fc.base64String(), fc.stringMatching(/^[A-Za-z0-9+/=_ -]*$/))
  fc.assert(
    fc.property(text, (candidate) => {
      let bytes: Uint8Array
      try {
        bytes = decodeBase64(candidate, BYTES_MAX)
      } catch (error) {
        assert.ok(error instanceof DocumentRefusal)
        return
      }
      const digits = (written: string) =>
        written.replace(/[\s=]/g, '').replaceAll('-', '+').replaceAll('_', '/')
      const back = digits(Buffer.from(bytes).toString('base64'))
      // The last digit may carry bits that belong to no byte.
      assert.equal(back.slice(0, -1), digits(candidate).slice(0, -1))
    }),
    { numRuns: 2000 },
  )
})
