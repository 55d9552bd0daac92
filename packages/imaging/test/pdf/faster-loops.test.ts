import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { before, test } from 'node:test'
import { rasterTarget } from '../../src/drawing/target.ts'
import { compileEngine, type PdfEngine, startEngine } from '../../src/pdf/engine.ts'
import { replaceSlowLoops } from '../../src/pdf/faster-loops.ts'
import { capMemory } from '../../src/pdf/memory-cap.ts'
import { openPdfSource } from '../../src/pdf/pdf-source.ts'
import { oddTextPdfs } from './odd-text-pdfs.ts'
import { onePagePdf, stream } from './raw-pdf.ts'

const CAP_MB = 256
const FUZZ_PAGES = Number(process.env.ANSWERBACK_FUZZ_INPUTS ?? 60)
const installed = Uint8Array.from(
  readFileSync(createRequire(import.meta.url).resolve('@embedpdf/pdfium/pdfium.wasm')),
)

let ours: PdfEngine
let asItCame: PdfEngine
before(async () => {
  ours = await startEngine(await compileEngine(CAP_MB))
  asItCame = await startEngine(await WebAssembly.compile(capMemory(installed, CAP_MB * 2 ** 20)))
})

test('the PDFium that is installed is the build whose loops are replaced', () => {
  const replaced = replaceSlowLoops(installed)
  const changed = replaced.reduce((count, byte, at) => count + (byte === installed[at] ? 0 : 1), 0)
  assert.equal(replaced.length, installed.length)
  assert.ok(changed > 100 && changed < 400, `${changed} bytes changed`)
})

test('another build of it runs as it came', () => {
  const other = Uint8Array.from(installed)
  other[other.length - 1]! ^= 1
  assert.equal(replaceSlowLoops(other), other)
})

test('a page of odd text has the same pixels as the engine draws by its own loops', async () => {
  for (const { name, bytes } of await oddTextPdfs()) await assertSame(bytes, name)
})

test('pages of text at random places, angles, sizes, greys and clips have the same pixels too', async () => {
  const seed = (Math.random() * 2 ** 32) >>> 0
  const random = generator(seed)
  for (let page = 0; page < FUZZ_PAGES; page++) {
    await assertSame(randomPage(random), `seed ${seed}, page ${page}`)
  }
})

test('pixels that differ are told', async () => {
  const line = (x: number) =>
    onePagePdf({
      content: stream(`BT /F1 11 Tf ${x} 700 Td (Zebra) Tj ET`),
      resources: '/Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>',
    })
  assert.notDeepEqual(await pixels(ours, line(40)), await pixels(asItCame, line(40.4)))
})

async function assertSame(bytes: Uint8Array, name: string): Promise<void> {
  const [drawn, expected] = [await pixels(ours, bytes), await pixels(asItCame, bytes)]
  const differing = drawn.reduce((count, row, y) => count + (row.equals(expected[y]!) ? 0 : 1), 0)
  assert.equal(drawn.length, expected.length, name)
  assert.equal(differing, 0, `${name}: rows that differ`)
}

/** Rows of the page's grey raster at each resolution; the code of the refusal where it is refused. */
async function pixels(engine: PdfEngine, bytes: Uint8Array): Promise<Buffer[]> {
  const rows: Buffer[] = []
  const source = openPdfSource(engine, bytes)
  for (const resolution of ['standard', 'fine', 'superfine'] as const) {
    try {
      const page = await source.render(1, rasterTarget('letter', resolution, 0))
      assert.equal(page.form, 'grey')
      if (page.form !== 'grey') continue
      const copy = Buffer.from(page.pixels)
      for (let y = 0; y < page.rows; y++) rows.push(copy.subarray(y * page.stride, (y + 1) * page.stride))
    } catch (error) {
      rows.push(Buffer.from((error as { code: string }).code))
    }
  }
  source.close()
  return rows
}

/** A page of a few dozen text objects with everything about them drawn by lot. */
function randomPage(random: () => number): Uint8Array {
  const between = (low: number, high: number) => (low + random() * (high - low)).toFixed(3)
  const pick = <T>(values: readonly T[]) => values[Math.floor(random() * values.length)]!
  const text = () =>
    Array.from({ length: 1 + Math.floor(random() * 30) }, () =>
      Math.floor(33 + random() * 200)
        .toString(16)
        .padStart(2, '0'),
    ).join('')
  const objects = Array.from({ length: 30 }, () => {
    const clip =
      random() < 0.4
        ? `${between(0, 500)} ${between(0, 700)} ${between(1, 300)} ${between(1, 300)} re ${pick(['W', 'W*'])} n`
        : ''
    const curve =
      random() < 0.15
        ? `${between(0, 600)} ${between(0, 700)} m ${between(0, 600)} ${between(0, 700)} l ${between(0, 600)} ${between(0, 700)} l h W n`
        : ''
    const turn = random() < 0.3 ? `1 ${between(-1, 1)} ${between(-1, 1)} 1` : `${between(0.4, 2)} 0 0 1`
    const move = `${between(-60, 620)} ${between(-30, 800)}`
    const look = `${pick(['0', '0', '0', between(0, 1)])} g /${pick(['Solid', 'Solid', 'Half', 'Multiply'])} gs`
    return `q ${clip} ${curve} ${look} BT /F${pick([1, 2, 3])} ${between(3, 40)} Tf ${turn} ${move} Tm <${text()}> Tj [<${text()}> ${between(-400, 400)} <${text()}>] TJ ET Q`
  })
  return onePagePdf({
    content: stream(objects.join('\n')),
    resources: [
      '/Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
      '/F2<</Type/Font/Subtype/Type1/BaseFont/Times-BoldItalic>>',
      '/F3<</Type/Font/Subtype/Type1/BaseFont/Courier>>>>',
      '/ExtGState<</Solid<</ca 1/BM/Normal>>/Half<</ca 0.4/BM/Normal>>/Multiply<</ca 1/BM/Multiply>>>>',
    ].join(''),
  })
}

/** Mulberry32: 32 bits of state are enough for a page that can be drawn again. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
