import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { buildCoverSheet, type CoverSheet } from '@answerback/imaging/cover/cover-sheet'
import type { CoverFields } from '@answerback/imaging/cover/fields'
import { DEFAULT_COVER_TEMPLATE, parseCoverTemplate } from '@answerback/imaging/cover/template'
import { DocumentRefusal } from '@answerback/imaging/intake/refusal'
import fc from 'fast-check'
import sharp from 'sharp'

const needsPoppler = spawnSync('pdftotext', ['-v']).error ? 'needs poppler-utils (pdftotext)' : false

const FIELDS: CoverFields = {
  subject: 'Referral: cardiology consult',
  fromName: 'Dr. Åsa Öberg, Fir Street Clinic',
  toName: 'Cardiology Intake',
  from: '+1 202 555 0123',
  to: '+1 415 555 0100',
  date: '22 Nov 2026, 17:30 EST',
  message: 'Please find the referral for Test Patient Zebra.',
}

function build(fields: CoverFields, template: unknown = {}, documentPages = 3): Promise<CoverSheet> {
  return buildCoverSheet(fields, parseCoverTemplate(template), 'letter', documentPages)
}

function textOf({ bytes }: CoverSheet, page?: number): string {
  const pages = page === undefined ? [] : ['-f', String(page), '-l', String(page)]
  return execFileSync('pdftotext', ['-layout', ...pages, '-', '-'], { input: bytes, encoding: 'utf8' })
}

test('the sheet shows what the sender typed and how many pages come with it', {
  skip: needsPoppler,
}, async () => {
  const text = textOf(await build(FIELDS))
  for (const typed of Object.values(FIELDS)) assert.ok(text.includes(typed), typed)
  assert.match(text, /Pages\s+4 \(cover sheet included\)/)
  assert.match(text, /This fax is meant only for/)
})

test('a sheet with no document behind it says so', { skip: needsPoppler }, async () => {
  assert.match(textOf(await build(FIELDS, {}, 0)), /1 \(this cover sheet only\)/)
})

test('rows with nothing to show are left out', { skip: needsPoppler }, async () => {
  const text = textOf(await build({ message: 'Only this.' }))
  assert.match(text, /Only this\./)
  assert.doesNotMatch(text, /\b(To|From|Date|Subject)\b/)
})

test('a template decides title, organisation, rows and confidentiality', { skip: needsPoppler }, async () => {
  const template = {
    title: 'Telefax',
    organisation: 'Fir Street Clinic',
    rows: ['to'],
    confidentiality: 'Private.',
    accent: 'band',
  }
  const text = textOf(await build(FIELDS, template))
  assert.match(text, /Telefax/)
  assert.match(text, /Private\./)
  assert.doesNotMatch(text, /Subject|Pages/)
})

test('a message longer than a page goes on to another, is whole, and counts', {
  skip: needsPoppler,
}, async () => {
  const words = Array.from({ length: 600 }, (_, index) => `word${index}`)
  const sheet = await build({ ...FIELDS, message: words.join(' ') })
  assert.equal(sheet.pageCount, 2)
  const text = textOf(sheet)
  for (const word of words) assert.match(text, new RegExp(`\\b${word}\\b`))
  assert.match(textOf(sheet, 1), /5 \(2 cover pages included\)/)
})

test('the longest message without a single space is whole', { skip: needsPoppler }, async () => {
  const sheet = await build({ message: 'M'.repeat(8000) })
  assert.equal(textOf(sheet).replaceAll(/[^M]/g, '').length, 8000)
})

test('eight thousand empty lines do not make a fax of hundreds of pages', async () => {
  await assert.rejects(
    build({ message: `a${'\n'.repeat(7990)}b` }),
    (error) => error instanceof DocumentRefusal && /message/.test(error.message),
  )
})

test('the longest fields and the longest template still leave their page count right', {
  skip: needsPoppler,
}, async () => {
  const long = 'wide '.repeat(40).trim()
  const fields = {
    subject: long,
    fromName: long,
    toName: long,
    from: long,
    to: long,
    date: long,
    message: 'The end.',
  }
  const line = 'W'.repeat(60)
  const template = {
    title: line,
    organisation: line,
    addressLines: Array(6).fill(line),
    confidentiality: 'word '.repeat(240),
  }
  const sheet = await build(fields, template)
  const text = textOf(sheet)
  assert.match(text, new RegExp(`${3 + sheet.pageCount} \\(`))
  assert.match(text, /The end\./)
  const printed = execFileSync('pdfinfo', ['-'], { input: sheet.bytes, encoding: 'utf8' })
  assert.match(printed, new RegExp(`Pages:\\s+${sheet.pageCount}\\b`))
})

test('a logo is drawn, and a damaged one is refused', async () => {
  const image = sharp({ create: { width: 300, height: 100, channels: 4, background: '#333' } })
  const png = await image.png().toBuffer()
  const plain = await build(FIELDS)
  const withLogo = await build(FIELDS, { logo: png.toString('base64') })
  assert.ok(withLogo.bytes.length > plain.bytes.length)
  await assert.rejects(
    build(FIELDS, { logo: png.subarray(0, png.length - 40).toString('base64') }),
    (error) => error instanceof DocumentRefusal && error.code === 'cover.invalid',
  )
})

test('an A4 sheet is A4', { skip: needsPoppler }, async () => {
  const sheet = await buildCoverSheet(FIELDS, DEFAULT_COVER_TEMPLATE, 'a4', 1)
  assert.match(execFileSync('pdfinfo', ['-'], { input: sheet.bytes, encoding: 'utf8' }), /A4/)
})

test('any typed text gives a sheet of a few pages or a typed refusal', async () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 300 })
  await fc.assert(
    fc.asyncProperty(text, text, async (toName, message) => {
      try {
        const sheet = await build({ toName, message })
        assert.ok(sheet.pageCount >= 1 && sheet.pageCount <= 10)
      } catch (error) {
        assert.ok(error instanceof DocumentRefusal, String(error))
      }
    }),
    { numRuns: 30 },
  )
})
