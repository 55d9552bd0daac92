import { createHash } from 'node:crypto'
import type { PdfaAbout } from '@answerback/imaging/pdfa/write-pdfa'

const ID_BYTES = 16
/** Crockford's base32, as identifiers have it (`Random.id`). */
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz'
const SHAPE = /^[a-z]{1,16}_([0-9a-hjkmnp-tv-z]{10})[0-9a-hjkmnp-tv-z]{16}$/

/**
 * How the PDF of a fax's pages is called and dated: by the fax, so that the same pages are the same bytes each time. Identifiers
 * hold the time they were made; nothing here says anything of a patient.
 *
 * @param faxId `fax_…` or `inb_…`
 * @param page 1-based; absent: all
 * @param pageCount pages in the file: a fax that is coming in has more later, and then is another file
 */
export function pdfAbout(faxId: string, page: number | undefined, pageCount: number): PdfaAbout {
  const digits = SHAPE.exec(faxId)?.[1]
  if (digits === undefined) throw new RangeError('Not the identifier of a fax.')
  const createdAt = new Date(Array.from(digits).reduce((ms, digit) => ms * 32 + DIGITS.indexOf(digit), 0))
  const id = createHash('sha256')
    .update(`${faxId} ${page ?? 'all'} ${pageCount}`)
    .digest()
    .subarray(0, ID_BYTES)
  return { id, createdAt, title: `Fax ${faxId}` }
}
