import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { after, test } from 'node:test'
import type { Barcode } from '@answerback/imaging/barcode/barcode'
import { BarcodeReader } from '@answerback/imaging/barcode/barcode-reader'
import { checkCoverFields } from '@answerback/imaging/cover/check-fields'
import { buildCoverSheet } from '@answerback/imaging/cover/cover-sheet'
import type { CoverFields } from '@answerback/imaging/cover/fields'
import { DEFAULT_COVER_TEMPLATE, parseCoverTemplate } from '@answerback/imaging/cover/template'
import { DocumentRefusal } from '@answerback/imaging/intake/refusal'
import type { CodedPage, PaperSize, Resolution } from '@answerback/imaging/page'
import { RasterPool } from '@answerback/imaging/raster/pool'
import { renderFax } from '@answerback/imaging/render-fax'
import { ttiBandRows } from '@answerback/imaging/tti/band-rows'
import type { Bitmap } from '@answerback/protocol/t4/bitmap'
import { decodeT6 } from '@answerback/protocol/t4/t6'
import { isBlack } from '../preview/coded-pages.ts'

const needsPoppler = spawnSync('pdftotext', ['-v']).error ? 'needs poppler-utils (pdftotext)' : false

const CODE = 'AB-7K2M-9QXR-4TZD'
/** Squares a side of its QR code. */
const SIDE = 25
const FIELDS: CoverFields = {
  toName: 'Cardiology Intake',
  to: '+1 415 555 0100',
  subject: 'Referral: cardiology consult',
  message: 'Please find the referral for Test Patient Zebra.',
  returnCode: CODE,
}

const pool = new RasterPool({ workers: 1 })
const reader = new BarcodeReader({ pageDeadlineMs: 600_000 })
after(async () => {
  await pool.close()
  await reader.close()
})

async function fax(
  fields: CoverFields,
  resolution: Resolution,
  options: { readonly template?: unknown; readonly paper?: PaperSize } = {},
): Promise<CodedPage[]> {
  const template = options.template === undefined ? undefined : parseCoverTemplate(options.template)
  const rendered = await renderFax(pool, {
    documents: [],
    cover: { fields, template },
    resolution,
    paper: options.paper ?? 'letter',
    mode: 'auto',
    ttiRows: ttiBandRows(resolution),
  })
  const pages: CodedPage[] = []
  for await (const page of rendered.pages) pages.push(page)
  return pages
}

async function codesOf(page: CodedPage): Promise<readonly Barcode[]> {
  return await reader.read(page, new AbortController().signal)
}

function bitmapOf({ t6, width, rows }: CodedPage): Bitmap {
  return decodeT6(t6, { width, rowsMax: rows })
}

test('the sheet says the code in letters and asks to keep it', { skip: needsPoppler }, async () => {
  const { bytes } = await buildCoverSheet(FIELDS, DEFAULT_COVER_TEMPLATE, 'letter', 2)
  const text = execFileSync('pdftotext', ['-layout', '-', '-'], { input: bytes, encoding: 'utf8' })
  assert.match(text, /Please keep this code on your reply\./)
  assert.ok(text.includes(CODE))
})

test('without a code the sheet is as it was', { skip: needsPoppler }, async () => {
  const { bytes } = await buildCoverSheet({ toName: 'Zebra' }, DEFAULT_COVER_TEMPLATE, 'letter', 2)
  const text = execFileSync('pdftotext', ['-layout', '-', '-'], { input: bytes, encoding: 'utf8' })
  assert.doesNotMatch(text, /code/)
})

test('the code is read of the sheet at every resolution and on every paper', async () => {
  for (const paper of ['letter', 'a4', 'legal'] as const) {
    for (const resolution of ['standard', 'fine', 'superfine'] as const) {
      const [page] = await fax(FIELDS, resolution, { paper })
      const codes = await codesOf(page!)
      assert.deepEqual(
        codes.map(({ format, text }) => [format, text]),
        [['QRCode', CODE]],
        `${paper}, ${resolution}`,
      )
    }
  }
})

test('every square of the code is whole pels, all of one colour', async () => {
  // An A4 sheet has an odd number of fine rows, so that at standard resolution squares are a row off here and there.
  for (const [paper, resolution, rows] of [
    ['letter', 'fine', 6],
    ['letter', 'standard', 3],
    ['a4', 'fine', 6],
  ] as const) {
    const page = (await fax(FIELDS, resolution, { paper }))[0]!
    const [code] = await codesOf(page)
    const bitmap = bitmapOf(page)
    const { left, top } = inkCorner(bitmap, code!)
    for (let square = 0; square < SIDE * SIDE; square++) {
      const x0 = left + (square % SIDE) * 6
      const y0 = top + Math.floor(square / SIDE) * rows
      for (let pel = 1; pel < 6 * rows; pel++) {
        assert.equal(
          isBlack(bitmap, x0 + (pel % 6), y0 + Math.floor(pel / 6)),
          isBlack(bitmap, x0, y0),
          `${paper}, ${resolution}, square ${square}`,
        )
      }
    }
  }
})

test('nothing comes near the code, however much the sheet has to say', async () => {
  const word = 'wide '.repeat(40).trim()
  const full = { ...FIELDS, toName: word, fromName: word, subject: word, message: 'word '.repeat(1_500) }
  const line = 'W'.repeat(60)
  for (const template of [
    {},
    { confidentiality: '' },
    {
      title: line,
      organisation: line,
      addressLines: Array(6).fill(line),
      confidentiality: 'word '.repeat(240),
    },
    { accent: 'band', rows: [] },
  ]) {
    const [first, ...others] = await fax(full, 'fine', { template })
    const [code] = await codesOf(first!)
    assert.equal(code?.text, CODE)
    const bitmap = bitmapOf(first!)
    const quiet = 4 * 6
    for (let y = code.top - quiet; y < code.bottom + quiet; y++) {
      for (let x = code.left - quiet; x < code.right + quiet - 2; x++) {
        const isCode = x >= code.left - 1 && x <= code.right && y >= code.top - 1 && y <= code.bottom
        if (!isCode) assert.equal(isBlack(bitmap, x, y), false, `${x}, ${y}`)
      }
    }
    for (const page of others) assert.deepEqual(await codesOf(page), [])
  }
})

test('the longest code is drawn and read', async () => {
  for (const code of ['W'.repeat(64), '~'.repeat(64), 'x']) {
    const [page] = await fax({ ...FIELDS, returnCode: code }, 'standard')
    assert.deepEqual(
      (await codesOf(page!)).map(({ text }) => text),
      [code],
    )
  }
})

test('a code that is not 1 to 64 printable ASCII characters is refused by its name', () => {
  for (const returnCode of ['', 'x'.repeat(65), 'Zébra', 'a\nb', 'a\tb', ' a', 'a ', '\u{1f9a0}']) {
    assert.throws(
      () => checkCoverFields({ returnCode }),
      (error) =>
        error instanceof DocumentRefusal &&
        error.code === 'cover.invalid' &&
        /return_code/.test(error.message),
    )
  }
  for (const returnCode of ['x', 'a b', '~'.repeat(64)]) checkCoverFields({ returnCode })
})

/** The upper left black pel near the corner of the code's box. */
function inkCorner(bitmap: Bitmap, { left, top }: Barcode): { left: number; top: number } {
  for (let y = top - 3; y < top + 4; y++) {
    for (let x = left - 3; x < left + 4; x++) if (isBlack(bitmap, x, y)) return { left: x, top: y }
  }
  throw new Error('no ink where the code is')
}
