import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type E164, maskNumber, parseNumber, sandboxNumber } from '../../../src/domain/numbers/number.ts'

test('what people type is read as the number they mean', () => {
  const typed: readonly [string, string | undefined][] = [
    ['+12025550100', '+12025550100'],
    ['+1 (202) 555-0100', '+12025550100'],
    ['202.555.0100', '+12025550100'],
    ['1-202-555-0100', '+12025550100'],
    ['00442079460000', '+442079460000'],
    [' +44 20 7946 0000 ', '+442079460000'],
    ['555-0100', undefined],
    ['+1 102 555 0100', undefined],
    ['+0 202 555 0100', undefined],
    ['+1202555010', undefined],
    ['+1234567890123456', undefined],
    ['fax@example.com', undefined],
    ['', undefined],
  ]
  for (const [text, number] of typed) assert.equal(parseNumber(text), number, text)
})

test('whatever is typed, the answer is no number or one of E.164 shape that reads the same again', () => {
  const digits = fc.stringMatching(/^[+0-9 ().\-/]{0,45}$/)
  fc.assert(
    fc.property(fc.oneof(digits, fc.string({ maxLength: 60 }), fc.string({ unit: 'binary' })), (text) => {
      const number = parseNumber(text)
      if (number === undefined) return
      assert.match(number, /^\+[1-9]\d{6,14}$/)
      assert.equal(parseNumber(number), number)
    }),
    { numRuns: 500 },
  )
})

test('punctuation never changes which number is meant', () => {
  const area = fc.integer({ min: 200, max: 999 })
  const rest = fc.tuple(fc.integer({ min: 200, max: 999 }), fc.integer({ min: 0, max: 9999 }))
  fc.assert(
    fc.property(area, rest, fc.constantFrom(' ', '-', '.', ''), (code, [exchange, line], gap) => {
      const number = `+1${code}${exchange}${String(line).padStart(4, '0')}`
      const typed = ['+1', code, exchange, String(line).padStart(4, '0')].join(gap)
      assert.equal(parseNumber(typed), number)
    }),
  )
})

test('the numbers nobody can own are the sandbox, and no other is', () => {
  const code = (text: string) => sandboxNumber(parseNumber(text)!)
  assert.deepEqual(code('+1 202 555 0106'), { plan: 'answerback', code: 6 })
  assert.deepEqual(code('+999-9999-6017'), { plan: 'interfax', code: 6017 })
  assert.deepEqual(code('+19898989898'), { plan: 'sinch', code: 0 })
  for (const real of ['+12025550200', '+12025551001', '+442079460000', '+12025540100']) {
    assert.equal(code(real), undefined, real)
  }
})

test('a masked number shows its country digit and the last two digits, nothing between', () => {
  assert.equal(maskNumber('+12025550142' as E164), '+1••••••••42')
})
