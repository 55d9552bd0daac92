import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readTiff } from '@answerback/imaging/tiff/read-tiff'
import { type Bitmap, createBitmap } from '@answerback/protocol/t4/bitmap'
import PDFDocument from 'pdfkit'

const WIDTH = 1728
const ROWS = 2156
const WORDS =
  'patient referral zebra clinic denies chest pain blood pressure 128/82 mmHg heart rate 71 regular lungs clear ' +
  'abdomen soft medication lisinopril 10 mg daily follow up in four weeks allergies none known history of present ' +
  'illness laboratory results within normal limits please call with any questions regarding this test document'

/**
 * Mixed fax pages at 204x196: letters, dense two-column text, forms with rules, tables, sparse covers, and
 * noisy ones like scans. ITU charts are added from the folder `ANSWERBACK_CHARTS` names, when it does.
 */
export async function buildCorpus(folder: string, chartsFolder: string | undefined): Promise<Bitmap[]> {
  const pdf = join(folder, 'corpus.pdf')
  writeFileSync(pdf, await drawPdf())
  execFileSync('pdftoppm', ['-gray', '-rx', '204', '-ry', '196', pdf, join(folder, 'page')])
  const names = readdirSync(folder).filter((name) => name.endsWith('.pgm'))
  const pages = names.sort().map((name) => thresholdPgm(readFileSync(join(folder, name))))
  const scans = pages.filter((_, index) => index % 5 === 0).map(addSpecks)
  return [...pages, ...scans, ...readCharts(chartsFolder)]
}

async function drawPdf(): Promise<Buffer> {
  const document = new PDFDocument({
    size: 'LETTER',
    margin: 54,
    autoFirstPage: false,
    info: { CreationDate: new Date(0) },
  })
  const chunks: Buffer[] = []
  document.on('data', (chunk: Buffer) => chunks.push(chunk))
  const ended = new Promise((resolve) => document.on('end', resolve))
  for (let i = 0; i < 20; i++) {
    document.addPage()
    PAGE_DRAWERS[i % PAGE_DRAWERS.length]!(document, i)
  }
  document.end()
  await ended
  return Buffer.concat(chunks)
}

const PAGE_DRAWERS: readonly ((document: PDFKit.PDFDocument, seed: number) => void)[] = [
  function letter(document, seed) {
    document.font('Times-Roman').fontSize(11).text(prose(seed, 420), { lineGap: 3, paragraphGap: 8 })
  },
  function dense(document, seed) {
    document.font('Helvetica').fontSize(8).text(prose(seed, 1500), { columns: 2, height: 680 })
  },
  function form(document, seed) {
    document.font('Helvetica').fontSize(9)
    for (let row = 0; row < 22; row++) {
      const y = 60 + row * 30
      document.rect(54, y, 504, 30).stroke()
      document
        .moveTo(200, y)
        .lineTo(200, y + 30)
        .stroke()
      document.text(prose(seed + row, 3), 60, y + 10, { lineBreak: false })
      document.text(prose(seed * 7 + row, 7), 206, y + 10, { lineBreak: false })
    }
  },
  function table(document, seed) {
    document.font('Courier').fontSize(9)
    for (let row = 0; row < 55; row++) {
      for (let column = 0; column < 6; column++) {
        document.text(prose(seed + row * 6 + column, 1), 54 + column * 84, 54 + row * 12, {
          lineBreak: false,
        })
      }
    }
  },
  function cover(document, seed) {
    document.font('Helvetica-Bold').fontSize(40).text('FAX').moveDown()
    document.fontSize(14).text(prose(seed, 40))
    for (let i = 0; i < 12; i++) document.circle(300, 500, 20 + i * 9).stroke()
  },
]

/** The same words in the same order for a seed. */
function prose(seed: number, count: number): string {
  const words = WORDS.split(' ')
  return Array.from({ length: count }, (_, i) => words[mix(seed, i) % words.length]).join(' ')
}

/** Any fixed mixing will do. */
function mix(seed: number, index: number): number {
  const mixed = Math.imul(seed * 7919 + index + 1, 0x9e3779b1)
  return Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b) >>> 8
}

/** Letter at 204 dpi is 1734 pels wide: the last few, white margin here, are left out. */
function thresholdPgm(pgm: Buffer): Bitmap {
  const header = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(pgm.toString('latin1', 0, 40))
  if (header === null) throw new Error('pdftoppm wrote no 8-bit PGM')
  const sourceWidth = Number(header[1])
  const pixels = pgm.subarray(header[0].length)
  const page = createBitmap(WIDTH, ROWS)
  for (let y = 0; y < Math.min(ROWS, Number(header[2])); y++) {
    for (let x = 0; x < Math.min(WIDTH, sourceWidth); x++) {
      if (pixels[y * sourceWidth + x]! < 160)
        page.words[y * page.stride + (x >>> 5)]! |= 0x80000000 >>> (x & 31)
    }
  }
  return page
}

/** Isolated dots, one pixel in 700, as an undespeckled scan has. */
function addSpecks(page: Bitmap, seed: number): Bitmap {
  const words = page.words.slice()
  const count = Math.floor((page.width * page.rows) / 700)
  for (let i = 0; i < count; i++) {
    const at = mix(seed + 99, i) % (page.width * page.rows)
    words[Math.floor(at / page.width) * page.stride + ((at % page.width) >>> 5)]! ^=
      0x80000000 >>> ((at % page.width) & 31)
  }
  return { ...page, words }
}

function readCharts(folder: string | undefined): Bitmap[] {
  if (folder === undefined) return []
  const names = readdirSync(folder).filter((name) => name.endsWith('.tif'))
  return names.sort().flatMap((name) => {
    const { pages } = readTiff(readFileSync(join(folder, name)))
    return pages.flatMap((page) => (page.form === 'bilevel' ? [page.decode()] : []))
  })
}
