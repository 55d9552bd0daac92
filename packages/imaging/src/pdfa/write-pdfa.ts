import { PdfFile } from '../pdf-file/pdf-file.ts'
import { addFaxPages, type PdfaPage } from './fax-pages.ts'
import { greyProfile } from './grey-profile.ts'
import { addMetadata, type PdfaAbout } from './metadata.ts'

export type { PdfaPage } from './fax-pages.ts'
export type { PdfaAbout } from './metadata.ts'

const ID_BYTES = 16

/**
 * Fax pages as PDF/A (ISO 19005-2 level B, or 19005-1 on request). The same pages and `about` give the same bytes.
 *
 * What a page says is bounded: 20,000 words and 200,000 characters of it can be searched, the rest only seen.
 *
 * @throws RangeError for an id that is not 16 bytes, or a date that is none
 */
export function writePdfa(pages: readonly PdfaPage[], about: PdfaAbout): Uint8Array {
  if (about.id.length !== ID_BYTES) throw new RangeError(`The id of a PDF/A has ${ID_BYTES} bytes.`)
  const file = new PdfFile(about.conformance === '1b' ? '1.4' : '1.7')
  const root = file.reserve()
  const { info, metadata } = addMetadata(file, about)
  const profile = file.addStream('/N 1', greyProfile())
  const tree = addFaxPages(file, pages)
  file.add(
    `<< /Type /Catalog /Pages ${tree} 0 R /Metadata ${metadata} 0 R /OutputIntents [<< /Type /OutputIntent ` +
      '/S /GTS_PDFA1 /OutputConditionIdentifier (Custom) /Info (Grey, gamma 2.2) ' +
      `/DestOutputProfile ${profile} 0 R >>] >>`,
    root,
  )
  return file.finish({ root, info, id: about.id })
}
