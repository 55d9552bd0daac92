/** PDFs of text as clinical software makes them: letters, two-column papers, book pages, styled forms. */
import { createRequire } from 'node:module'
import PDFDocument from 'pdfkit'
import { paragraph, seeded, sentence } from './words.ts'

export interface TextPdf {
  readonly bytes: Buffer
  /** The words of each page in reading order, for counting what OCR finds. */
  readonly pages: readonly (readonly string[])[]
}

const ttf = (name: string) => createRequire(import.meta.url).resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`)

/** Referral letters in the standard fonts, 11 pt. */
export function clinicalLetters(pages: number, seed = 1): Promise<TextPdf> {
  return build(pages, seed, (doc, random, write) => {
    doc.font('Helvetica-Bold').fontSize(15)
    write('Riverside Test Clinic', 60, 50)
    doc.font('Helvetica').fontSize(10)
    write('Referral for Test Patient Zebra, born 1 January 1970', 60, 74)
    doc.fontSize(11)
    for (let y = 110; y < 700; y += 82) write(paragraph(random, 4), 60, y)
  })
}

/** Two dense columns in an embedded serif, 8.5 pt. */
export function denseColumns(pages: number, seed = 2): Promise<TextPdf> {
  return build(pages, seed, (doc, random, write) => {
    doc.font(ttf('DejaVuSerif')).fontSize(8.5)
    for (const x of [45, 315]) {
      for (let y = 45; y < 710; y += 68) write(paragraph(random, 4), x, y, 250)
    }
  })
}

/** A book's page: one column of justified embedded serif, 10 pt, wide margins. */
export function bookPages(pages: number, seed = 3): Promise<TextPdf> {
  return build(pages, seed, (doc, random, write) => {
    doc.font(ttf('DejaVuSerif')).fontSize(10)
    for (let y = 90; y < 660; y += 96) write(paragraph(random, 5), 100, y, 412)
  })
}

const STYLES = [
  { size: 16, colour: '#000000' },
  { size: 10, colour: '#444444' },
  { size: 8, colour: '#000000' },
  { size: 12, colour: '#1a4fa0' },
  { size: 9, colour: '#777777' },
  { size: 11, colour: '#000000' },
  { size: 7, colour: '#444444' },
  { size: 10, colour: '#999999' },
  { size: 6, colour: '#000000' },
] as const

/** A styled clinical page: 6 to 16 pt, greys to #999, blue headings, a table with shaded rows. */
export function styledPages(pages: number, seed = 4): Promise<TextPdf> {
  return build(pages, seed, (doc, random, write) => {
    let y = 46
    for (const { size, colour } of STYLES) {
      doc.font(ttf('DejaVuSans')).fontSize(size).fillColor(colour)
      write(sentence(random, Math.floor(620 / size / 4)), 54, y, 504)
      y += size * 2.6 + 10
    }
    for (let row = 0; row < 14; row++, y += 22) {
      if (row % 2 === 0) doc.rect(54, y - 4, 504, 22).fill('#e4e4e4')
      doc.font(ttf('DejaVuSans')).fontSize(9).fillColor('#000000')
      for (const x of [60, 230, 400]) write(sentence(random, 3), x, y, 150)
    }
  })
}

type Write = (text: string, x: number, y: number, width?: number) => void

async function build(
  pageCount: number,
  seed: number,
  drawPage: (doc: PDFKit.PDFDocument, random: () => number, write: Write) => void,
): Promise<TextPdf> {
  const random = seeded(seed)
  const doc = new PDFDocument({ size: 'letter', margin: 0, autoFirstPage: false })
  const chunks: Buffer[] = []
  const ended = new Promise((resolve) => doc.on('end', resolve))
  doc.on('data', (chunk: Buffer) => chunks.push(chunk))
  const pages: string[][] = []
  for (let page = 0; page < pageCount; page++) {
    const words: string[] = []
    doc.addPage()
    drawPage(doc, random, (text, x, y, width = 490) => {
      words.push(...text.split(' '))
      doc.text(text, x, y, { width, align: 'left' })
    })
    pages.push(words)
  }
  doc.end()
  await ended
  return { bytes: Buffer.concat(chunks), pages }
}
