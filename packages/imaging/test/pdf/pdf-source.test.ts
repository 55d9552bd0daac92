import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { deflateSync } from 'node:zlib'
import { createBitmap } from '@answerback/protocol/t4/bitmap'
import { decodeT6, encodeT6 } from '@answerback/protocol/t4/t6'
import { RasterPool } from '../../src/raster/pool.ts'
import { renderFirst } from '../raster/drawn-page.ts'
import { onePagePdf, rawPdf, stream } from './raw-pdf.ts'

let pool: RasterPool
before(async () => {
  pool = new RasterPool({ workers: 1 })
  await pool.ready()
})
after(() => pool.close())

const HELVETICA = '/Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>'
const line = (operators: string) => onePagePdf({ content: stream(operators), resources: HELVETICA })

test('a filled form field is on the page', async () => {
  const bytes = rawPdf([
    '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]/DA(/F1 0 Tf 0 g)/DR<</Font<</F1 6 0 R>>>>>>>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Annots[4 0 R]/Resources<<>>>>',
    '<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/V(TEST PATIENT ZEBRA)/DA(/F1 24 Tf 0 g)/F 4/Rect[72 600 540 640]/P 3 0 R/AP<</N 5 0 R>>>>',
    stream(
      '/Tx BMC BT /F1 24 Tf 2 10 Td (TEST PATIENT ZEBRA) Tj ET EMC',
      '/Type/XObject/Subtype/Form/BBox[0 0 468 40]/Resources<</Font<</F1 6 0 R>>>>',
    ),
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
  ])
  const { drawn } = await renderFirst(pool, bytes)
  assert.ok(drawn.inkShare(0.1, 0.18, 0.9, 0.26) > 0.01)
})

test('a field without an appearance of its own is drawn from its value', async () => {
  const bytes = rawPdf([
    '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]/NeedAppearances true/DA(/F1 0 Tf 0 g)/DR<</Font<</F1 5 0 R>>>>>>>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Annots[4 0 R]/Resources<<>>>>',
    '<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/V(TEST PATIENT ZEBRA)/DA(/F1 24 Tf 0 g)/F 4/Rect[72 600 540 640]/P 3 0 R>>',
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
  ])
  const { drawn } = await renderFirst(pool, bytes)
  assert.ok(drawn.inkShare(0.1, 0.18, 0.9, 0.26) > 0.01)
})

test('an empty page is a blank page, not a failure', async () => {
  const { drawn, coded } = await renderFirst(pool, line(''))
  assert.equal(drawn.inkBox(), undefined)
  assert.ok(coded.rows > 2_000)
})

test('a page of white fills and white space is a blank page, not a failure', async () => {
  const { drawn } = await renderFirst(
    pool,
    line('1 g 0 0 612 792 re f 0 g BT /F1 12 Tf 72 700 Td (   ) Tj ET'),
  )
  assert.equal(drawn.inkBox(), undefined)
})

test('a blank scanned page is a blank page, not a failure', async () => {
  const { drawn } = await renderFirst(pool, picturePage(Buffer.alloc(100 * 100, 255), 100, 100))
  assert.equal(drawn.inkBox(), undefined)
})

test('a page that came out white although it has text is refused', async () => {
  const clippedAway = line('0 0 1 1 re W n BT /F1 24 Tf 72 700 Td (Test Patient Zebra) Tj ET')
  await assert.rejects(renderFirst(pool, clippedAway), { code: 'document.render_failed', page: 1 })
})

test('text in pale grey is as black as any other', async () => {
  const { drawn } = await renderFirst(
    pool,
    line('.7 g BT /F1 24 Tf 72 700 Td (Test Patient Zebra) Tj ET 0 g 72 600 9 9 re f'),
  )
  const black = await renderFirst(
    pool,
    line('0 g BT /F1 24 Tf 72 700 Td (Test Patient Zebra) Tj ET 0 g 72 600 9 9 re f'),
  )
  const share = drawn.inkShare(0.1, 0.08, 0.6, 0.14) / black.drawn.inkShare(0.1, 0.08, 0.6, 0.14)
  assert.ok(share > 0.7 && share < 1.3, String(share))
})

test('text in pale grey on a dark ground does not become a black box', async () => {
  const { drawn } = await renderFirst(
    pool,
    line('.1 g 60 680 400 60 re f .75 g BT /F1 24 Tf 72 700 Td (Zebra) Tj ET'),
  )
  assert.ok(drawn.inkShare(0.12, 0.08, 0.22, 0.13) < 0.95)
})

for (const [name, operators] of [
  ['stroked', '.8 G .25 w 72 500 m 540 500 l S 72 300 m 72 500 l S'],
  ['filled', '.8 g 72 500 468 .5 re f 72 300 .5 200 re f'],
] as const) {
  test(`a pale ${name} hairline is a whole black line of one pixel or two`, async () => {
    const { drawn } = await renderFirst(pool, line(`${operators} 0 g 72 100 9 9 re f`))
    const across = countRows(drawn, 900)
    assert.ok(across >= 1 && across <= 2, `${across} rows carry the rule`)
    for (let x = 220; x < 1_500; x++) assert.ok(columnHasInk(drawn, x, 780, 810), `gap at ${x}`)
    for (let y = 820; y < 1_300; y += 7) assert.ok(rowHasInk(drawn, y, 195, 215), `gap at row ${y}`)
  })
}

test('pale graph paper stays pale, so that a trace on it can be read', async () => {
  const grid = Array.from(
    { length: 300 },
    (_, i) => `${i * 2} 0 m ${i * 2} 792 l S 0 ${i * 2} m 612 ${i * 2} l S`,
  )
  const { drawn } = await renderFirst(
    pool,
    line(`.85 G .25 w ${grid.join(' ')} 0 G 1 w 72 400 m 540 420 l S`),
  )
  assert.ok(drawn.inkShare(0, 0.6, 1, 0.9) < 0.01)
  assert.ok(drawn.inkShare(0.2, 0.45, 0.8, 0.5) > 0.005)
})

test('shaded table rows vanish and their text stays', async () => {
  const { drawn } = await renderFirst(
    pool,
    line('.88 g 60 680 400 40 re f 0 g BT /F1 14 Tf 72 695 Td (Zebra) Tj ET'),
  )
  assert.ok(drawn.inkShare(0.3, 0.09, 0.7, 0.14) === 0)
  assert.ok(drawn.inkShare(0.1, 0.09, 0.2, 0.14) > 0.02)
})

test('a fax being forwarded keeps every pixel', async () => {
  const fax = faxBitmap(1_900)
  const { coded } = await renderFirst(pool, faxPdf(fax))
  assert.equal(coded.kind, 'bilevel')
  assert.deepEqual(decodeT6(coded.t6, { width: 1728, rowsMax: 5_000 }).words, fax.words)
})

test('a forwarded fax makes room for the header line by its white foot', async () => {
  const fax = faxBitmap(2_156, 2_050)
  const { coded } = await renderFirst(pool, faxPdf(fax), { rowsReserved: 32 })
  assert.equal(coded.kind, 'bilevel')
  assert.equal(coded.rows, 2_124)
})

test('a forwarded fax too long for the paper is drawn smaller, not cut', async () => {
  const { coded, drawn } = await renderFirst(pool, faxPdf(faxBitmap(2_700)))
  assert.notEqual(coded.kind, 'bilevel')
  assert.ok(coded.rows <= 2_156)
  assert.ok(drawn.inkBox()!.bottom > 2_100)
})

test('a fax of another resolution is drawn at the one asked for', async () => {
  const { coded } = await renderFirst(pool, faxPdf(faxBitmap(1_900)), { resolution: 'standard' })
  assert.notEqual(coded.kind, 'bilevel')
  assert.ok(coded.rows < 1_000)
})

test('a photograph on a page of text is halftoned, and the text stays crisp', async () => {
  const { coded, drawn } = await renderFirst(pool, photoLetter())
  assert.equal(coded.kind, 'photo')
  const middle = drawn.inkShare(0.3, 0.45, 0.4, 0.5)
  assert.ok(middle > 0.1 && middle < 0.9, `tone of the photograph: ${middle}`)
  const text = await renderFirst(pool, line(LETTER_TEXT))
  assert.equal(drawn.inkShare(0, 0, 1, 0.2), text.drawn.inkShare(0, 0, 1, 0.2))
})

test('text mode leaves photographs to the threshold', async () => {
  const auto = await renderFirst(pool, photoLetter())
  const text = await renderFirst(pool, photoLetter(), { mode: 'text' })
  assert.equal(text.coded.kind, 'vector')
  assert.ok(text.coded.t6.length < auto.coded.t6.length / 3)
})

const LETTER_TEXT = '0 g BT /F1 24 Tf 72 700 Td (Test Patient Zebra) Tj ET'

/** Text above a photograph: smooth shapes in middle tones with hard edges. */
function photoLetter(): Uint8Array {
  const side = 400
  const pixels = Buffer.alloc(side * side)
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const shape = (Math.floor(x / 90) + Math.floor(y / 70)) % 3
      pixels[y * side + x] = 40 + shape * 60 + ((x * 3 + y) % 180) / 4
    }
  }
  return imagePdf(pixels, side, side, `${LETTER_TEXT} q 400 0 0 400 100 150 cm /I Do Q`)
}

/** A page that is one grey picture. */
function picturePage(pixels: Buffer, width: number, height: number): Uint8Array {
  return imagePdf(pixels, width, height, 'q 612 0 0 792 0 0 cm /I Do Q')
}

function imagePdf(pixels: Buffer, width: number, height: number, content: string): Uint8Array {
  const image = `/Type/XObject/Subtype/Image/Width ${width}/Height ${height}/BitsPerComponent 8/ColorSpace/DeviceGray/Filter/FlateDecode`
  return onePagePdf({
    content: stream(content),
    resources: `${HELVETICA}/XObject<</I 5 0 R>>`,
    more: [stream(deflateSync(pixels), image)],
  })
}

/** A bitmap with slanted strokes down to `inkRows`. */
function faxBitmap(rows: number, inkRows = rows) {
  const bitmap = createBitmap(1728, rows)
  for (let y = 0; y < inkRows; y++) {
    for (let x = (y * 3) % 97; x < 1728; x += 97)
      bitmap.words[y * bitmap.stride + (x >>> 5)]! |= 0x80000000 >>> (x & 31)
  }
  return bitmap
}

/** The bitmap as a CCITT G4 image that fills its page at 204 x 196. */
function faxPdf(fax: ReturnType<typeof faxBitmap>): Uint8Array {
  const width = (fax.width * 72) / 204
  const height = (fax.rows * 72) / 196
  const parms = `/Filter/CCITTFaxDecode/DecodeParms<</K -1/Columns ${fax.width}/Rows ${fax.rows}>>`
  return onePagePdf({
    content: stream(`q ${width} 0 0 ${height} 0 0 cm /I Do Q`),
    mediaBox: `0 0 ${width} ${height}`,
    resources: '/XObject<</I 5 0 R>>',
    more: [
      stream(
        encodeT6(fax),
        `/Type/XObject/Subtype/Image/Width ${fax.width}/Height ${fax.rows}/BitsPerComponent 1/ColorSpace/DeviceGray${parms}`,
      ),
    ],
  })
}

type Drawn = Awaited<ReturnType<typeof renderFirst>>['drawn']

function countRows(drawn: Drawn, x: number): number {
  let rows = 0
  for (let y = 700; y < 900; y++) rows += drawn.isBlack(x, y) ? 1 : 0
  return rows
}

function columnHasInk(drawn: Drawn, x: number, top: number, bottom: number): boolean {
  for (let y = top; y < bottom; y++) if (drawn.isBlack(x, y)) return true
  return false
}

function rowHasInk(drawn: Drawn, y: number, left: number, right: number): boolean {
  for (let x = left; x < right; x++) if (drawn.isBlack(x, y)) return true
  return false
}
