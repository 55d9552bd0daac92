import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type E164, parseNumber } from '../../../src/domain/numbers/number.ts'
import { formatDialled, type NumberFormat, parseDialled } from '../../../src/domain/numbers/number-format.ts'

const US = '+12025550142' as E164
const GERMAN = '+493012345678' as E164
const AMERICAN: NumberFormat = {
  style: 'national',
  countryCode: '1',
  nationalPrefix: '1',
  internationalPrefix: '011',
}
const FROM_GERMANY: NumberFormat = {
  style: 'national',
  countryCode: '49',
  nationalPrefix: '0',
  internationalPrefix: '00',
}

test('a number is dialled as the trunk wants it', () => {
  for (const [format, number, dialled] of [
    [{ style: 'e164' }, US, '+12025550142'],
    [{ style: 'e164_no_plus' }, US, '12025550142'],
    [{ style: 'digits', prefix: '9' }, US, '912025550142'],
    [AMERICAN, US, '12025550142'],
    [AMERICAN, GERMAN, '011493012345678'],
    [FROM_GERMANY, GERMAN, '03012345678'],
    [FROM_GERMANY, US, '0012025550142'],
  ] as const) {
    assert.equal(formatDialled(format, number), dialled)
    assert.equal(parseDialled(format, dialled), number)
  }
})

test('a number told with a plus is E.164 in every style', () => {
  for (const format of [AMERICAN, FROM_GERMANY, { style: 'digits', prefix: '9' } as const]) {
    assert.equal(parseDialled(format, GERMAN), GERMAN)
  }
})

test('a number a trunk tells in its own style is the number that was dialled', () => {
  const digits = fc.stringMatching(/^[1-9]\d{7,12}$/)
  const formats = fc.constantFrom<NumberFormat>(
    { style: 'e164' },
    { style: 'e164_no_plus' },
    { style: 'digits', prefix: '00' },
    AMERICAN,
    FROM_GERMANY,
  )
  fc.assert(
    fc.property(formats, digits, (format, text) => {
      const number = parseNumber(`+${text}`)
      // No national number of Germany begins with 0, the trunk prefix.
      fc.pre(number !== undefined && !number.startsWith('+490'))
      assert.equal(parseDialled(format, formatDialled(format, number)), number)
    }),
  )
})

test('what cannot be a number is not guessed at', () => {
  for (const text of ['', '1', 'clinic', '+', '+0123456789', '12;ext=3', '9'.repeat(21)]) {
    assert.equal(parseDialled({ style: 'e164' }, text), undefined, text)
  }
})
