import type { CodedPage } from '../page.ts'
import { PdfFile } from '../pdf-file/pdf-file.ts'
import { addFaxPages } from '../pdfa/fax-pages.ts'

/**
 * The pages as a PDF 1.4 file that says nothing else, not even when it was made: for a machine that prints them. What a
 * person keeps is `writePdfa`.
 */
export function faxPdf(pages: readonly CodedPage[]): Uint8Array {
  const file = new PdfFile('1.4')
  const root = file.reserve()
  const tree = addFaxPages(
    file,
    pages.map((page) => ({ page })),
  )
  file.add(`<< /Type /Catalog /Pages ${tree} 0 R >>`, root)
  return file.finish({ root })
}
