import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Resolution } from '@answerback/imaging/page'
import { writePdfa } from '@answerback/imaging/pdfa/write-pdfa'
import { createBitmap } from '@answerback/protocol/t4/bitmap'
import { coded, isBlack, squareWithHole } from '../preview/coded-pages.ts'
import { edited } from './edit-pdf.ts'
import { pdfa2Faults, statements } from './pdfa2-faults.ts'
import { follow, pageObjects, readPdf } from './read-pdf.ts'
import { ABOUT, ALL_KINDS, FINE, STANDARD, SUPERFINE } from './samples.ts'
import { NEEDS_POPPLER, NEEDS_QPDF, run, withFile } from './tools.ts'

const FAX = writePdfa(ALL_KINDS, ABOUT)

test('a received fax keeps every rule of PDF/A-2b that we know', () => {
  assert.deepEqual(pdfa2Faults(FAX), [])
  assert.deepEqual(pdfa2Faults(writePdfa([{ page: FINE }], ABOUT)), [])
})

for (const [fault, from, to] of [
  ['something no fax has', '/Type /Page ', '/Type /Page /AA << >> '],
  ['another colour space than grey (§6.2.4)', '/DeviceGray', '/DeviceRGB'],
  ['another filter (§6.1.7)', '/CCITTFaxDecode', '/JPXDecode'],
  ['no grey output intent (§6.2.3)', 'GTS_PDFA1', 'GTS_PDFX'],
  ['a font that is not embedded (§6.2.11.4)', '/FontFile2', '/FontFile9'],
  ['not declared as part 2, level B (§6.6.4)', '<pdfaid:part>2', '<pdfaid:part>3'],
  ['metadata and information differ (§6.6.2.3)', '<xmp:CreateDate>2026', '<xmp:CreateDate>2025'],
  ['a side under 3 or over 14,400 units (§6.1.13)', '/MediaBox [0 ', '/MediaBox [-20000 '],
] as const) {
  test(`the rules see ${fault}`, () => {
    assert.deepEqual(pdfa2Faults(edited(FAX, (text) => text.replace(from, to))), [fault])
  })
}

test('the file is well formed', { skip: NEEDS_QPDF }, () => {
  assert.match(run('qpdf', ['--check'], FAX), /No syntax or stream encoding errors/)
})

test('the images are the very T.6 data, at the resolution of the fax', { skip: NEEDS_POPPLER }, () => {
  const pages = [STANDARD, FINE, SUPERFINE]
  withFile(
    writePdfa(
      pages.map((page) => ({ page })),
      ABOUT,
    ),
    (path, folder) => {
      const list = execFileSync('pdfimages', ['-list', path], { encoding: 'utf8' })
      assert.match(list, /1728 +1078 +gray +1 +1 +ccitt .* 204 +98 /)
      assert.match(list, /1728 +2156 +gray +1 +1 +ccitt .* 204 +196 /)
      assert.match(list, /1728 +4301 +gray +1 +1 +ccitt .* 204 +391 /)
      execFileSync('pdfimages', ['-ccitt', path, join(folder, 'page')])
      for (const [index, page] of pages.entries()) {
        assert.deepEqual(readFileSync(join(folder, `page-00${index}.ccitt`)), Buffer.from(page.t6))
      }
    },
  )
})

test('every page of every kind holds its own T.6 data, to the byte', () => {
  const pdf = readPdf(FAX)
  for (const [index, page] of pageObjects(pdf).entries()) {
    assert.deepEqual(follow(pdf, page.text, 'Fax').stream, Buffer.from(ALL_KINDS[index]!.page.t6))
  }
})

test('pages have the size of their paper, and are shown upright', { skip: NEEDS_POPPLER }, () => {
  const info = run('pdfinfo', ['-l', '6'], FAX)
  assert.equal([...info.matchAll(/Page +\d size: +609\.882 x 792 /g)].length, 6, info)
  const turns = Array.from(info.matchAll(/Page +\d rot: +(\d+)/g), ([, degrees]) => Number(degrees))
  assert.deepEqual(turns, [0, 0, 0, 90, 180, 270])
})

test('poppler draws the pixels that were received, black as black', { skip: NEEDS_POPPLER }, () => {
  const bitmap = squareWithHole(1728, 2156, 196)
  withFile(writePdfa([{ page: coded(bitmap) }], ABOUT), (path, folder) => {
    execFileSync('pdfimages', [path, join(folder, 'page')])
    const pbm = readFileSync(join(folder, 'page-000.pbm'))
    const raster = pbm.subarray(pbm.length - 216 * 2156)
    for (let y = 0; y < 2156; y += 7) {
      for (let x = 0; x < 1728; x += 3) {
        const black = (raster[y * 216 + (x >> 3)]! & (0x80 >> (x & 7))) !== 0
        assert.equal(black, isBlack(bitmap, x, y))
      }
    }
  })
})

test('words over a page put no ink on it', { skip: NEEDS_POPPLER }, () => {
  const picture = (pdf: Uint8Array) =>
    withFile(pdf, (path) => execFileSync('pdftoppm', ['-r', '50', path], { maxBuffer: 2 ** 28 }))
  const upright = ALL_KINDS.filter(({ text }) => text?.rotation === 0)
  const bare = writePdfa(
    upright.map(({ page }) => ({ page })),
    ABOUT,
  )
  assert.ok(picture(writePdfa(upright, ABOUT)).equals(picture(bare)))
  const visible = edited(writePdfa(upright, ABOUT), (text) => text.replace('BT 3 Tr', 'BT 0 Tr'))
  assert.ok(picture(visible).equals(picture(bare)), 'not even where a reader forgets that they are invisible')
})

test('information and metadata say the same, and nothing that was not given', () => {
  const titled = (title: string | undefined) => statements(readPdf(writePdfa([], { ...ABOUT, title })))
  for (const [given, kept] of [
    [undefined, 'Received fax'],
    ['', 'Received fax'],
    [' \u0000\ud800 ', 'Received fax'],
    ['Fax <1> & "more"\n患者 😀', 'Fax <1> & "more" 患者 😀'],
    ['x'.repeat(300), 'x'.repeat(200)],
  ] as const) {
    const { info, xmp } = titled(given)
    assert.deepEqual(info, [kept, 'Answerback', '2026-01-31T23:59:58Z', '2026-01-31T23:59:58Z'])
    assert.deepEqual(xmp, info)
  }
})

test('the same fax is the same file each time, and its id is the one given', () => {
  assert.deepEqual(writePdfa(ALL_KINDS, ABOUT), FAX)
  const id = Buffer.from(ABOUT.id).toString('hex')
  assert.ok(readPdf(FAX).trailer.includes(`/ID [<${id}> <${id}>]`))
})

test('an id of another length and a date that is none are refused', () => {
  assert.throws(() => writePdfa([], { ...ABOUT, id: new Uint8Array(15) }), RangeError)
  assert.throws(() => writePdfa([], { ...ABOUT, createdAt: new Date(Number.NaN) }), RangeError)
  assert.throws(() => writePdfa([], { ...ABOUT, createdAt: new Date('+010000-01-01T00:00:00Z') }), RangeError)
})

test('a page of one row and a roll of ten metres are pages still', () => {
  const rows: readonly [number, Resolution][] = [
    [1, 'standard'],
    [1, 'superfine'],
    [40_000, 'standard'],
  ]
  for (const [count, resolution] of rows) {
    const pdf = writePdfa([{ page: coded(createBitmap(1728, count), resolution) }], ABOUT)
    assert.deepEqual(pdfa2Faults(pdf), [])
  }
})

test('a fax of two hundred pages has one font and one profile', { skip: NEEDS_POPPLER }, () => {
  const pdf = writePdfa(Array(200).fill(ALL_KINDS[0]), ABOUT)
  assert.match(run('pdfinfo', [], pdf), /Pages: +200\b/)
  assert.equal(readPdf(pdf).objects.filter(({ text }) => text.includes('/FontFile2')).length, 1)
})
