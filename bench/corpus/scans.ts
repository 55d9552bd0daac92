/** Scanned pages: text pages as an office scanner or a bad phone photograph would give them, in a PDF of JPEGs. */
import { compileEngine, startEngine } from '@answerback/imaging/pdf/engine'
import { openPdfSource } from '@answerback/imaging/pdf/pdf-source'
import PDFDocument from 'pdfkit'
import sharp from 'sharp'
import type { TextPdf } from './text-pdfs.ts'
import { seeded } from './words.ts'

const DPI = 200
const WIDTH = 8.5 * DPI
const HEIGHT = 11 * DPI
const SKEW_DEGREES = 0.4
const ENGINE_HEAP_MB = 256

export interface Scanner {
  /** Brightness of the paper at a point of the page (shares 0..1 from the top left), 0..255. */
  paper(x: number, y: number): number
  /** How much darker full ink is than the paper it is on, 0..1. */
  readonly contrast: number
  /** Standard deviation of the sensor's noise, in grey levels. */
  readonly noise: number
  readonly jpegQuality: number
}

/** An office scanner in grey mode: the paper comes out light grey, with a little noise. */
export const OFFICE_SCANNER: Scanner = { paper: () => 230, contrast: 0.86, noise: 7, jpegQuality: 80 }

/** A page photographed badly: weak ink, light falling off to less than half across the page. */
export const POOR_SCANNER: Scanner = {
  paper: (x, y) => 225 - 75 * x - 55 * y,
  contrast: 0.42,
  noise: 8,
  jpegQuality: 70,
}

/** The pages of a text PDF after a trip through a scanner. The words stay known. */
export async function scanned(source: TextPdf, scanner: Scanner, seed = 9): Promise<TextPdf> {
  const engine = await startEngine(await compileEngine(ENGINE_HEAP_MB))
  const pdf = openPdfSource(engine, source.bytes)
  const random = seeded(seed)
  const doc = new PDFDocument({ size: 'letter', margin: 0, autoFirstPage: false })
  const chunks: Buffer[] = []
  const ended = new Promise((resolve) => doc.on('end', resolve))
  doc.on('data', (chunk: Buffer) => chunks.push(chunk))
  for (let page = 1; page <= pdf.pageCount; page++) {
    const target = { width: 2 * WIDTH, rowsMax: 2 * HEIGHT, xDpi: 2 * DPI, yDpi: 2 * DPI }
    const drawn = await pdf.render(page, target)
    if (drawn.form !== 'grey') throw new Error('a text page is drawn in grey')
    const image = expose(halved(drawn), scanner, random)
    const jpeg = await sharp(image, { raw: { width: WIDTH, height: HEIGHT, channels: 1 } })
      .jpeg({ quality: scanner.jpegQuality })
      .toBuffer()
    doc.addPage().image(jpeg, 0, 0, { width: 612, height: 792 })
  }
  doc.end()
  await ended
  pdf.close()
  return { bytes: Buffer.concat(chunks), pages: source.pages }
}

interface Grey {
  readonly pixels: Uint8Array
  readonly stride: number
  readonly rows: number
}

/** Each pixel the mean of four: what a sensor sees of a sharp print. */
function halved({ pixels, stride }: Grey): Grey {
  const out = new Uint8Array(WIDTH * HEIGHT)
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const at = 2 * y * stride + 2 * x
      out[y * WIDTH + x] =
        (pixels[at]! + pixels[at + 1]! + pixels[at + stride]! + pixels[at + stride + 1]! + 2) >> 2
    }
  }
  return { pixels: out, stride: WIDTH, rows: HEIGHT }
}

/** The page seen askew (nearest pixel), under the scanner's light, with its noise. */
function expose(page: Grey, scanner: Scanner, random: () => number): Buffer {
  const out = Buffer.alloc(WIDTH * HEIGHT)
  const sin = Math.sin((SKEW_DEGREES * Math.PI) / 180)
  const cos = Math.cos((SKEW_DEGREES * Math.PI) / 180)
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const dx = x - WIDTH / 2
      const dy = y - HEIGHT / 2
      const grey = sample(page, cos * dx + sin * dy + WIDTH / 2, cos * dy - sin * dx + HEIGHT / 2)
      const light = scanner.paper(x / WIDTH, y / HEIGHT) * (1 - scanner.contrast * (1 - grey / 255))
      // The sum of four uniform numbers is near enough to a normal one (variance 4/12).
      const noise = (random() + random() + random() + random() - 2) * Math.sqrt(3) * scanner.noise
      out[y * WIDTH + x] = Math.max(0, Math.min(255, Math.round(light + noise)))
    }
  }
  return out
}

/** Bilinear; white outside the page. */
function sample(page: Grey, x: number, y: number): number {
  const left = Math.floor(x)
  const top = Math.floor(y)
  const at = (column: number, row: number) =>
    column < 0 || row < 0 || column >= WIDTH || row >= page.rows
      ? 255
      : page.pixels[row * page.stride + column]!
  const upper = at(left, top) * (left + 1 - x) + at(left + 1, top) * (x - left)
  const lower = at(left, top + 1) * (left + 1 - x) + at(left + 1, top + 1) * (x - left)
  return upper * (top + 1 - y) + lower * (y - top)
}
