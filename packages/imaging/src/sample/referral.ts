import PDFDocument from 'pdfkit'
import { coverFont } from '../cover/font.ts'

/** The one sample document of the product: a referral in which nothing is real, and everything says so. */
export async function buildSampleReferral(): Promise<Buffer> {
  const font = coverFont()
  // A fixed date keeps the file the same on every run, so that a second start sends the very same referral.
  const info = { Title: 'Sample referral', CreationDate: new Date(0), ModDate: new Date(0) }
  const document = new PDFDocument({ size: 'LETTER', margin: 64, info })
  document.registerFont('regular', Buffer.from(font.regular)).registerFont('bold', Buffer.from(font.bold))
  const chunks: Buffer[] = []
  const written = new Promise<Buffer>((resolve, reject) => {
    document.on('data', (chunk: Buffer) => chunks.push(chunk))
    document.on('end', () => resolve(Buffer.concat(chunks)))
    document.on('error', reject)
  })
  drawLetter(document)
  document.addPage()
  drawMedication(document)
  document.end()
  return written
}

type Page = InstanceType<typeof PDFDocument>

function drawLetter(page: Page): void {
  page.font('bold').fontSize(18).text('Zebra Example Clinic', { continued: false })
  page
    .font('regular')
    .fontSize(9)
    .text('1 Nowhere Street, Exampleville · SAMPLE DOCUMENT, NOT A REAL REFERRAL')
  page.moveDown(1.5)
  page.font('bold').fontSize(15).text('Referral to cardiology')
  page.moveDown(0.7)
  for (const [label, value] of LETTER_ROWS) drawRow(page, label, value)
  page.moveDown(1)
  page.font('bold').fontSize(11).text('Reason for referral')
  page.font('regular').fontSize(11).text(REASON, { lineGap: 3 })
  page.moveDown(1)
  page.font('bold').fontSize(11).text('What we ask for')
  page.font('regular').fontSize(11).list(REQUESTS, { bulletRadius: 2, lineGap: 3 })
  page.moveDown(2)
  page.font('regular').fontSize(11).text('Dr. Example Okapi, MD (invented)')
  page.fontSize(8).fillColor('#444444').text('Page 1 of 2')
  page.fillColor('#000000')
}

function drawMedication(page: Page): void {
  page.font('bold').fontSize(15).text('Medication list (sample)')
  page.moveDown(0.7)
  for (const [label, value] of MEDICATION_ROWS) drawRow(page, label, value)
  page.moveDown(2)
  page.font('regular').fontSize(8).fillColor('#444444').text('Page 2 of 2')
}

function drawRow(page: Page, label: string, value: string): void {
  const top = page.y
  page.font('bold').fontSize(10).text(label, 64, top, { width: 150 })
  page.font('regular').fontSize(10).text(value, 220, top, { width: 320 })
  page.moveDown(0.4)
  page.x = 64
}

const LETTER_ROWS = [
  ['Patient', 'Test Patient Zebra'],
  ['Date of birth', '1 January 1900 (invented)'],
  ['Record number', 'ZZ-000000'],
  ['Referred by', 'Zebra Example Clinic'],
  ['Referred to', 'Example Cardiology, attention: scheduling'],
  ['Priority', 'Routine'],
] as const

const REASON =
  'This page exists to be faxed. Test Patient Zebra reports that the stripes come and go with exercise. ' +
  'The electrocardiogram was unremarkable for a zebra. No part of this letter describes a living person.'

const REQUESTS = ['An appointment within four weeks', 'An exercise test, on grass', 'A short answer by fax']

const MEDICATION_ROWS = [
  ['Examplamol 10 mg', 'one in the morning'],
  ['Placebex 5 mg', 'one in the evening'],
  ['Hay', 'as needed'],
] as const
