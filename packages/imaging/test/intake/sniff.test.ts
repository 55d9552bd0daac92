import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DocumentRefusal } from '@answerback/imaging/intake/refusal'
import { sniffDocument } from '@answerback/imaging/intake/sniff'
import fc from 'fast-check'

function latin1(text: string): Uint8Array {
  return Buffer.from(text, 'latin1')
}

function refusalOf(bytes: Uint8Array): DocumentRefusal {
  try {
    sniffDocument(bytes)
  } catch (error) {
    assert.ok(error instanceof DocumentRefusal)
    return error
  }
  assert.fail('the document was taken')
}

test('a PDF is known by its header, also with junk before it', () => {
  assert.equal(sniffDocument(latin1('%PDF-1.7\n')), 'pdf')
  assert.equal(sniffDocument(latin1(`${'\0'.repeat(1000)}%PDF-1.4\n`)), 'pdf')
})

test('a PDF header after the first 1024 bytes does not make a PDF', () => {
  assert.equal(refusalOf(latin1(`${'\0'.repeat(1020)}%PDF-1.4\n`)).code, 'document.unsupported_type')
})

test('TIFF of both byte orders, PNG and JPEG are known by their first bytes', () => {
  assert.equal(sniffDocument(latin1('II*\0\x08\0\0\0')), 'tiff')
  assert.equal(sniffDocument(latin1('MM\0*\0\0\0\x08')), 'tiff')
  assert.equal(sniffDocument(latin1('\x89PNG\r\n\x1a\n')), 'png')
  assert.equal(sniffDocument(latin1('\xff\xd8\xff\xe0')), 'jpeg')
})

test('an empty document is corrupt, not unsupported', () => {
  assert.equal(refusalOf(new Uint8Array(0)).code, 'document.corrupt')
})

const FOREIGN: readonly (readonly [opening: string, named: RegExp])[] = [
  ['PK\x03\x04\x14\0\0\0[Content_Types].xml........word/document.xml', /Word document \(\.docx\)/],
  ['PK\x03\x04\x14\0\0\0[Content_Types].xml........xl/workbook.xml', /Excel/],
  ['PK\x03\x04\x14\0\0\0photo.jpg', /ZIP archive/],
  ['\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', /\.doc/],
  ['\0\0\0\x18ftypheic\0\0\0\0', /HEIC/],
  ['GIF89a', /GIF/],
  ['RIFF\0\0\0\0WEBPVP8 ', /WebP/],
  ['II+\0\x08\0\0\0', /BigTIFF/],
  [`${'\0'.repeat(128)}DICM`, /DICOM/],
  ['\xef\xbb\xbf\r\n  <!DOCTYPE html><title>x</title>', /HTML/],
  ['{\\rtf1\\ansi', /\.rtf/],
  ['<?xml version="1.0"?><ClinicalDocument/>', /XML/],
  ['MSH|^~\\&|LAB', /HL7/],
  ['JVBERi0xLjcK', /base64/],
  ['Dear colleague, please see the enclosed.', /plain text/],
]

for (const [opening, named] of FOREIGN) {
  test(`a refusal names what the document looks like: ${named.source}`, () => {
    const refusal = refusalOf(latin1(opening))
    assert.equal(refusal.code, 'document.unsupported_type')
    assert.match(refusal.message, named)
  })
}

test('a marker at the end of a long ZIP file is found', () => {
  const padding = '\x01'.repeat(200_000)
  assert.match(refusalOf(latin1(`PK\x03\x04${padding}word/document.xml`)).message, /Word/)
})

test('text whose last character is cut by the window is still text', () => {
  const bytes = Buffer.from(`${'x'.repeat(1023)}é and more`, 'utf8')
  assert.match(refusalOf(bytes).message, /plain text/)
})

test('a refusal never quotes the document', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z]{12,40}$/), (secret) => {
      assert.ok(!refusalOf(latin1(`Test Patient Zebra ${secret}`)).message.includes(secret))
    }),
  )
})

test('any bytes give a type or a typed refusal', () => {
  const openings = FOREIGN.map(([opening]) => latin1(opening))
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 2048 }),
    fc
      .tuple(fc.constantFrom(...openings), fc.uint8Array({ maxLength: 64 }))
      .map((parts) => Buffer.concat(parts)),
  )
  fc.assert(
    fc.property(bytes, (document) => {
      try {
        assert.match(sniffDocument(document), /^(pdf|tiff|png|jpeg)$/)
      } catch (error) {
        assert.ok(error instanceof DocumentRefusal)
      }
    }),
    { numRuns: 2000 },
  )
})
