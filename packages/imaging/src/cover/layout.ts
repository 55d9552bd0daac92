import type { Column } from './column.ts'
import type { CoverFields } from './fields.ts'
import type { CodeModules, PelSize } from './return-code.ts'
import { drawReturnCode } from './return-code-block.ts'
import type { CoverRow, CoverTemplate } from './template.ts'

/** All measures are in points. Type is never below 9: a standard-resolution line has 98 rows an inch. */
const MARGIN = 54
const LOGO_BOX = { width: 160, height: 56 }
const TITLE_SIZE = 34
const LABEL_WIDTH = 84
const ROW_GAP = 9
const FIELD_SIZE = 12
const MESSAGE_SIZE = 11.5
const SMALL_SIZE = 9.5
const GAP = 16

type Pdf = PDFKit.PDFDocument

/** What is drawn. */
export interface CoverContent {
  readonly fields: CoverFields
  readonly template: CoverTemplate
  readonly logo: Uint8Array | undefined
  /** The return code of the fields. */
  readonly code: CodeModules | undefined
  /** Of a sheet in points, the size of a pel. */
  readonly pel: (sheet: PelSize) => PelSize
  readonly documentPages: number
}

/** Draws the sheet on `pdf`, opening pages as needed, and returns how many there are. */
export function drawCover(pdf: Pdf, content: CoverContent): number {
  const { fields, template, logo, code, pel, documentPages } = content
  pdf.addPage({ size: pdf.options.size, margin: MARGIN })
  const column = { left: MARGIN, width: pdf.page.width - 2 * MARGIN }
  drawFooter(pdf, template, column)
  if (fields.returnCode && code) drawReturnCode(pdf, fields.returnCode, code, pel(pdf.page), column)
  drawLetterhead(pdf, template, logo, column)
  drawTitle(pdf, template, column)
  const pagesAt = drawRows(pdf, fields, template.rows, column)
  drawMessage(pdf, fields.message, column)
  const { count } = pdf.bufferedPageRange()
  if (pagesAt !== undefined) drawPageCount(pdf, pagesAt, column, documentPages + count, count)
  return count
}

/** Confidentiality text at the foot of the first page; the message stops above it. */
function drawFooter(pdf: Pdf, template: CoverTemplate, column: Column): void {
  if (!template.confidentiality) return
  pdf.font('regular').fontSize(SMALL_SIZE)
  const height = pdf.heightOfString(template.confidentiality, { width: column.width, lineGap: 1 })
  const top = pdf.page.height - MARGIN - height
  pdf
    .moveTo(column.left, top - 8)
    .lineTo(column.left + column.width, top - 8)
    .lineWidth(0.75)
    .stroke()
  pdf.text(template.confidentiality, column.left, top, {
    width: column.width,
    lineGap: 1,
    height: height + 1,
  })
  pdf.page.margins.bottom = MARGIN + height + GAP
}

function drawLetterhead(
  pdf: Pdf,
  template: CoverTemplate,
  logo: Uint8Array | undefined,
  column: Column,
): void {
  let bottom = MARGIN
  if (logo) {
    pdf.image(Buffer.from(logo), column.left, MARGIN, { fit: [LOGO_BOX.width, LOGO_BOX.height] })
    bottom = MARGIN + LOGO_BOX.height
  }
  const left = logo ? column.left + LOGO_BOX.width + GAP : column.left
  const width = column.left + column.width - left
  const align = logo ? 'right' : 'left'
  pdf.x = left
  pdf.y = MARGIN
  if (template.organisation)
    pdf.font('bold').fontSize(14).text(template.organisation, left, pdf.y, { width, align })
  pdf.font('regular').fontSize(10)
  for (const line of template.addressLines) pdf.text(line, left, pdf.y, { width, align })
  pdf.y = Math.max(pdf.y, bottom)
  if (pdf.y > MARGIN) pdf.y += GAP
}

function drawTitle(pdf: Pdf, template: CoverTemplate, column: Column): void {
  const isBand = template.accent === 'band'
  const pad = isBand ? 10 : 0
  const top = pdf.y
  pdf.font('bold').fontSize(TITLE_SIZE)
  const width = column.width - 2 * pad
  const height = pdf.heightOfString(template.title, { width })
  if (isBand) pdf.rect(column.left, top, column.width, height + pad).fill('black')
  pdf.fillColor(isBand ? 'white' : 'black').text(template.title, column.left + pad, top + pad / 2, { width })
  pdf.fillColor('black')
  pdf.y = top + height + pad
  if (template.accent === 'rule') {
    pdf.rect(column.left, pdf.y, column.width, 4).fill('black')
    pdf.y += 4
  }
  pdf.y += GAP
}

const LABELS: Readonly<Record<CoverRow, string>> = {
  to: 'To',
  from: 'From',
  date: 'Date',
  pages: 'Pages',
  subject: 'Subject',
}

/** Where the page count belongs: a page of the sheet, counted from 0, and a height on it. */
interface Spot {
  readonly page: number
  readonly top: number
}

/** Returns where the page count belongs, if it is shown: it is not known yet. */
function drawRows(
  pdf: Pdf,
  fields: CoverFields,
  rows: readonly CoverRow[],
  column: Column,
): Spot | undefined {
  let pagesAt: Spot | undefined
  const width = column.width - LABEL_WIDTH
  for (const row of rows) {
    const text = row === 'pages' ? ' ' : rowText(row, fields)
    if (!text) continue
    pdf.font('regular').fontSize(FIELD_SIZE)
    // A row broken over two pages would part the label from its text.
    if (pdf.y + pdf.heightOfString(text, { width }) > pdf.page.maxY()) pdf.addPage()
    const top = pdf.y
    if (row === 'pages') pagesAt = { page: pdf.bufferedPageRange().count - 1, top }
    pdf.font('bold').text(LABELS[row], column.left, top, { width: LABEL_WIDTH })
    pdf.font('regular').text(text, column.left + LABEL_WIDTH, top, { width })
    pdf.y += ROW_GAP
  }
  return pagesAt
}

function rowText(row: Exclude<CoverRow, 'pages'>, fields: CoverFields): string | undefined {
  switch (row) {
    case 'to':
      return party(fields.toName, fields.to)
    case 'from':
      return party(fields.fromName, fields.from)
    case 'date':
      return fields.date
    case 'subject':
      return fields.subject
  }
}

function party(name: string | undefined, faxNumber: string | undefined): string | undefined {
  const lines = [name, faxNumber && `Fax ${faxNumber}`].filter((line) => line !== undefined)
  return lines.length > 0 ? lines.join('\n') : undefined
}

function drawMessage(pdf: Pdf, message: string | undefined, column: Column): void {
  if (!message) return
  pdf
    .moveTo(column.left, pdf.y)
    .lineTo(column.left + column.width, pdf.y)
    .lineWidth(0.75)
    .stroke()
  pdf.font('regular').fontSize(MESSAGE_SIZE)
  pdf.text(message, column.left, pdf.y + GAP, { width: column.width, lineGap: 2.5 })
}

function drawPageCount(pdf: Pdf, spot: Spot, column: Column, total: number, covers: number): void {
  pdf.switchToPage(spot.page)
  const cover = covers === 1 ? 'cover sheet' : `${covers} cover pages`
  const text = total === 1 ? '1 (this cover sheet only)' : `${total} (${cover} included)`
  pdf
    .font('regular')
    .fontSize(FIELD_SIZE)
    .text(text, column.left + LABEL_WIDTH, spot.top, { lineBreak: false })
}
