import PDFDocument from 'pdfkit'
import { rewritePng } from '../image/decoder.ts'
import { DocumentRefusal } from '../intake/refusal.ts'
import type { PaperSize } from '../page.ts'
import { type CoverFields, drawableFields, invalidCover } from './fields.ts'
import { coverFont } from './font.ts'
import { drawCover } from './layout.ts'
import { pelSize, returnCodeModules } from './return-code.ts'
import { type CoverTemplate, LOGO_SIDE_PIXELS_MAX } from './template.ts'

/** A cover sheet as a PDF, which then goes through the same renderer as any document. */
export interface CoverSheet {
  readonly bytes: Uint8Array
  /** More than one only when the message does not fit on one page. */
  readonly pageCount: number
}

/** Reached by thousands of empty lines, not by anything a person writes. */
const COVER_PAGES_MAX = 10
const LOGO_PIXELS_MAX = LOGO_SIDE_PIXELS_MAX ** 2

/** On Legal paper the sheet stays Letter: white rows cost line time and say nothing. */
const PDFKIT_SIZE: Readonly<Record<PaperSize, string>> = { letter: 'LETTER', a4: 'A4', legal: 'LETTER' }

/**
 * Draws the cover sheet of a fax that has `documentPages` pages besides it.
 *
 * Throws `DocumentRefusal` `cover.invalid` when a field is too long or cannot be drawn, or the logo is damaged.
 */
export async function buildCoverSheet(
  fields: CoverFields,
  template: CoverTemplate,
  paper: PaperSize,
  documentPages: number,
): Promise<CoverSheet> {
  const font = coverFont()
  const drawable = drawableFields(fields, font.hasGlyph)
  const logo = template.logo ? await plainPng(template.logo) : undefined
  const code = drawable.returnCode === undefined ? undefined : await returnCodeModules(drawable.returnCode)
  // Pages stay open until the end, because the page count is drawn last.
  const document = new PDFDocument({ size: PDFKIT_SIZE[paper], bufferPages: true, autoFirstPage: false })
  const chunks: Buffer[] = []
  const written = new Promise<Buffer>((resolve, reject) => {
    document.on('data', (chunk: Buffer) => chunks.push(chunk))
    document.on('end', () => resolve(Buffer.concat(chunks)))
    document.on('error', reject)
  })
  document.registerFont('regular', Buffer.from(font.regular))
  document.registerFont('bold', Buffer.from(font.bold))
  const pageCount = drawCover(document, {
    fields: drawable,
    template,
    logo,
    code,
    pel: (sheet) => pelSize(sheet, paper),
    documentPages,
  })
  document.end()
  if (pageCount > COVER_PAGES_MAX) {
    throw invalidCover(`The cover sheet's message takes more than ${COVER_PAGES_MAX} pages.`)
  }
  return { bytes: await written, pageCount }
}

/** Decoded and written anew, so that only a plain 8-bit image reaches the PDF writer. */
async function plainPng(png: Uint8Array): Promise<Uint8Array> {
  try {
    return await rewritePng(png, LOGO_PIXELS_MAX)
  } catch (error) {
    throw error instanceof DocumentRefusal
      ? invalidCover("The cover template's logo is a damaged PNG.")
      : error
  }
}
