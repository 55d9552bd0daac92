import PDFDocument from 'pdfkit'

/** A page of plain text, a few kilobytes: what a clinical system prints. */
export async function onePagePdf(): Promise<Buffer> {
  const document = new PDFDocument({ size: 'LETTER', margin: 72 })
  const chunks: Buffer[] = []
  const written = new Promise<Buffer>((resolve) => {
    document.on('data', (chunk: Buffer) => chunks.push(chunk))
    document.on('end', () => resolve(Buffer.concat(chunks)))
  })
  document.fontSize(16).text('Referral: Test Patient Zebra').moveDown()
  for (let paragraph = 1; paragraph <= 8; paragraph += 1) {
    document
      .fontSize(11)
      .text(`${paragraph}. ${'No part of this page describes a living person. '.repeat(5)}`)
      .moveDown()
  }
  document.end()
  return written
}
