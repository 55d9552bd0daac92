import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drawableFields } from '@answerback/imaging/cover/fields'
import { coverFont } from '@answerback/imaging/cover/font'
import { DocumentRefusal } from '@answerback/imaging/intake/refusal'
import fc from 'fast-check'

const { hasGlyph } = coverFont()

function refusal(message: RegExp): (error: unknown) => boolean {
  return (error) =>
    error instanceof DocumentRefusal && error.code === 'cover.invalid' && message.test(error.message)
}

test('accented Latin, Greek, Cyrillic and Vietnamese names are drawn as typed', () => {
  for (const name of ['Åsa Öberg', 'Ελένη Παππά', 'Жанна Зебра', 'Nguyễn Thị Ánh', 'Łukasz Żółć']) {
    assert.equal(drawableFields({ toName: name }, hasGlyph).toName, name.normalize('NFC'))
  }
})

test('control characters, overrides and zero-width characters vanish', () => {
  const fields = drawableFields({ toName: 'Test\0 Pa\u202etient\u200b Ze\x1bbra\ufeff' }, hasGlyph)
  assert.equal(fields.toName, 'Test Patient Zebra')
})

test('a name stays on one line and a message keeps its lines', () => {
  const fields = drawableFields({ toName: 'Test\r\nPatient', message: 'one\r\ntwo\rthree' }, hasGlyph)
  assert.deepEqual(fields, { toName: 'Test Patient', message: 'one\ntwo\nthree' })
})

test('a field of nothing but space is left out', () => {
  assert.deepEqual(drawableFields({ subject: ' \t\u200b ', message: '\n\n' }, hasGlyph), {})
})

test('letters that the font lacks are refused by the name of their field', () => {
  assert.throws(() => drawableFields({ toName: '王小明' }, hasGlyph), refusal(/to_name/))
  assert.throws(() => drawableFields({ message: 'नमस्ते' }, hasGlyph), refusal(/message/))
})

test('right-to-left writing is refused, because its words would be drawn in the wrong order', () => {
  assert.throws(() => drawableFields({ fromName: 'שלום' }, hasGlyph), refusal(/from_name .*right-to-left/))
  assert.throws(() => drawableFields({ subject: 'مرحبا' }, hasGlyph), refusal(/subject/))
})

test('a symbol that the font lacks becomes a visible box', () => {
  assert.equal(drawableFields({ message: 'Thanks \u{1f9a0}\ufe0f!' }, hasGlyph).message, 'Thanks \u25a1!')
})

test('texts past their bound are refused, not cut', () => {
  assert.throws(() => drawableFields({ subject: 'x'.repeat(201) }, hasGlyph), refusal(/subject .*200/))
  assert.throws(() => drawableFields({ message: 'x'.repeat(8001) }, hasGlyph), refusal(/message .*8000/))
})

test('any text is drawable or a typed refusal that does not quote it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 220 }), (text) => {
      try {
        for (const character of drawableFields({ message: text }, hasGlyph).message ?? '') {
          assert.ok(character === '\n' || hasGlyph(character.codePointAt(0)!))
        }
      } catch (error) {
        assert.ok(error instanceof DocumentRefusal)
      }
    }),
    { numRuns: 2000 },
  )
})
