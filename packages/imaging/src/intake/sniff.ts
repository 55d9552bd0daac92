import { recogniseForeign } from './foreign-types.ts'
import { indexOfAscii, startsWith } from './magic.ts'
import { DocumentRefusal } from './refusal.ts'

/** Document types that become fax pages, told by content and never by file name. */
export type DocumentType = 'pdf' | 'tiff' | 'png' | 'jpeg'

/** Readers accept junk before the header, but only within this many bytes (ISO 32000-1 annex H.3, note 13). */
const PDF_HEADER_WITHIN_BYTES = 1024

const IMAGE_MAGIC: readonly (readonly [DocumentType, readonly number[]])[] = [
  ['tiff', [0x49, 0x49, 0x2a, 0x00]],
  ['tiff', [0x4d, 0x4d, 0x00, 0x2a]],
  ['png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['jpeg', [0xff, 0xd8, 0xff]],
]

/**
 * The type of a document, by its content.
 *
 * Throws `DocumentRefusal`: `document.corrupt` when there are no bytes, `document.unsupported_type` for anything
 * that is not a PDF, TIFF, PNG or JPEG, naming what it looks like where that is known.
 */
export function sniffDocument(bytes: Uint8Array): DocumentType {
  if (bytes.length === 0)
    throw new DocumentRefusal('document.corrupt', 'The document is empty: it has no bytes.')
  for (const [type, magic] of IMAGE_MAGIC) {
    if (startsWith(bytes, magic)) return type
  }
  if (indexOfAscii(bytes.subarray(0, PDF_HEADER_WITHIN_BYTES), '%PDF-') >= 0) return 'pdf'
  throw unsupported(bytes)
}

function unsupported(bytes: Uint8Array): DocumentRefusal {
  const foreign = recogniseForeign(bytes)
  const sentence = foreign
    ? `This looks like ${foreign.name}, which cannot be faxed as it is: ${foreign.fix}.`
    : 'This is not a PDF, TIFF, PNG or JPEG document: send a PDF.'
  return new DocumentRefusal('document.unsupported_type', sentence)
}
