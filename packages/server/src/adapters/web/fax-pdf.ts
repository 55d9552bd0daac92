import { createHash } from 'node:crypto'
import { type PdfaAbout, type PdfaPage, writePdfa } from '@answerback/imaging/pdfa/write-pdfa'

const ID_BYTES = 16
/** Crockford's base32, as identifiers have it (`Random.id`). */
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz'
const SHAPE = /^[a-z]{1,16}_([0-9a-hjkmnp-tv-z]{10})[0-9a-hjkmnp-tv-z]{16}$/

/**
 * Pages of a fax as PDF/A, called and dated by the fax, so that the same pages are the same bytes each time, whichever face of the
 * API they are asked through.
 *
 * @param faxId `fax_…` or `inb_…`
 * @param pages those of the file: a fax that is coming in has more later, and one whose text was read has words, and then it is another
 * file
 * @param page 1-based, when it is one page of the fax; absent: all
 */
export function writeFaxPdf(faxId: string, pages: readonly PdfaPage[], page?: number): Uint8Array {
  return writePdfa(pages, aboutFax(faxId, page, pages))
}

/** Identifiers hold the time they were made; nothing here says anything of a patient. */
function aboutFax(faxId: string, page: number | undefined, pages: readonly PdfaPage[]): PdfaAbout {
  const digits = SHAPE.exec(faxId)?.[1]
  if (digits === undefined) throw new RangeError('Not the identifier of a fax.')
  const createdAt = new Date(Array.from(digits).reduce((ms, digit) => ms * 32 + DIGITS.indexOf(digit), 0))
  const id = createHash('sha256')
    .update(`${faxId} ${page ?? 'all'} ${pages.length} ${pages.some(({ text }) => text) ? 'read' : 'unread'}`)
    .digest()
    .subarray(0, ID_BYTES)
  return { id, createdAt, title: `Fax ${faxId}` }
}
