import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DEFAULT_COVER_TEMPLATE, parseCoverTemplate } from '@answerback/imaging/cover/template'
import { DocumentRefusal } from '@answerback/imaging/intake/refusal'
import fc from 'fast-check'
import sharp from 'sharp'

async function png(side: number): Promise<string> {
  const image = sharp({ create: { width: side, height: 10, channels: 3, background: '#000' } })
  return (await image.png().toBuffer()).toString('base64')
}

test('an empty template is the built-in one', () => {
  const { title, rows, accent, confidentiality } = parseCoverTemplate({})
  assert.deepEqual(
    { ...DEFAULT_COVER_TEMPLATE, title, rows, accent, confidentiality },
    DEFAULT_COVER_TEMPLATE,
  )
})

test('a whole template is read', async () => {
  const template = parseCoverTemplate({
    title: 'Telefax',
    organisation: 'Fir Street Clinic',
    addressLines: ['1 Fir Street', '', 'Springfield'],
    logo: `data:image/png;base64,${await png(20)}`,
    confidentiality: 'Private.',
    rows: ['subject', 'to'],
    accent: 'band',
  })
  assert.equal(template.organisation, 'Fir Street Clinic')
  assert.deepEqual(template.addressLines, ['1 Fir Street', 'Springfield'])
  assert.deepEqual(template.rows, ['subject', 'to'])
  assert.equal(template.logo?.[1], 0x50)
})

test('an empty confidentiality text means none', () => {
  assert.equal(parseCoverTemplate({ confidentiality: '' }).confidentiality, undefined)
})

const REFUSED: readonly (readonly [what: string, template: unknown, names: RegExp])[] = [
  ['text', 'Fax', /JSON object/],
  ['a list', [], /JSON object/],
  ['nothing', null, /JSON object/],
  ['an unknown field', { titel: 'Fax' }, /no other fields than title/],
  ['a number as the title', { title: 1 }, /title/],
  ['a title too long', { title: 'x'.repeat(61) }, /title/],
  ['seven address lines', { addressLines: Array(7).fill('x') }, /addressLines/],
  ['an address line that is no text', { addressLines: [{}] }, /addressLines/],
  ['a row that does not exist', { rows: ['to', 'patient'] }, /rows/],
  ['a row twice', { rows: ['to', 'to'] }, /rows/],
  ['an unknown accent', { accent: 'rainbow' }, /accent/],
  ['a logo that is not base64', { logo: '<svg/>' }, /logo/],
  ['a logo that is not a PNG', { logo: Buffer.from('x'.repeat(40)).toString('base64') }, /logo is not a PNG/],
  ['a logo of too many bytes', { logo: Buffer.alloc(300_000).toString('base64') }, /logo/],
]

for (const [what, template, names] of REFUSED) {
  test(`${what} is refused by name`, () => {
    assert.throws(
      () => parseCoverTemplate(template),
      (error) =>
        error instanceof DocumentRefusal && error.code === 'cover.invalid' && names.test(error.message),
    )
  })
}

test('a logo of too many pixels is refused before it is decoded', async () => {
  const logo = await png(2001)
  assert.throws(() => parseCoverTemplate({ logo }), /2000 pixels/)
})

test('any JSON is a template or a typed refusal', () => {
  const value = fc.oneof(fc.string({ maxLength: 20 }), fc.array(fc.string({ maxLength: 9 })), fc.jsonValue())
  const nearly = fc.record(
    {
      title: value,
      organisation: value,
      addressLines: value,
      logo: value,
      confidentiality: value,
      rows: value,
      accent: value,
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(fc.oneof(nearly, fc.jsonValue()), (json) => {
      try {
        const template = parseCoverTemplate(json)
        assert.ok(template.title.length > 0 && template.addressLines.length <= 6)
      } catch (error) {
        assert.ok(error instanceof DocumentRefusal)
      }
    }),
    { numRuns: 1000 },
  )
})
