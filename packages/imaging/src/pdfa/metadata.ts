import type { PdfFile } from '../pdf-file/pdf-file.ts'
import { dateString, isoSeconds, textString } from '../pdf-file/values.ts'

const PRODUCER = 'Answerback'
const DEFAULT_TITLE = 'Received fax'
const TITLE_CHARACTERS_MAX = 200
const XML_ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

export interface PdfaAbout {
  /** 16 bytes that name the file (ISO 32000-1 §14.4). */
  readonly id: Uint8Array
  /** Kept to the second. */
  readonly createdAt: Date
  /** Shown by viewers and indexed by archives: nothing of a patient belongs here. Default `Received fax`. */
  readonly title?: string
  /** Default `2b`: PDF/A-2, level B, in PDF 1.7. `1b` is for archives that take only PDF/A-1, in PDF 1.4. */
  readonly conformance?: '2b' | '1b'
}

/**
 * The document information and the XMP packet that says the same (ISO 19005-1 §6.7.3). The packet is not compressed, so
 * that a program which knows no PDF can find it (§6.7.2).
 *
 * @returns their object numbers
 */
export function addMetadata(file: PdfFile, about: PdfaAbout): { info: number; metadata: number } {
  const title = cleanTitle(about.title)
  const date = dateString(about.createdAt)
  const info = file.add(
    `<< /Title ${textString(title)} /Producer ${textString(PRODUCER)} /CreationDate ${date} /ModDate ${date} >>`,
  )
  const metadata = file.addStream('/Type /Metadata /Subtype /XML', Buffer.from(xmpPacket(title, about)))
  return { info, metadata }
}

function xmpPacket(title: string, { createdAt, conformance }: PdfaAbout): string {
  const date = isoSeconds(createdAt)
  return `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>${conformance === '1b' ? 1 : 2}</pdfaid:part>
<pdfaid:conformance>B</pdfaid:conformance>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">${escapeXml(title)}</rdf:li></rdf:Alt></dc:title>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<xmp:CreateDate>${date}</xmp:CreateDate>
<xmp:ModifyDate>${date}</xmp:ModifyDate>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<pdf:Producer>${PRODUCER}</pdf:Producer>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>`
}

/** XML has no way to write most control characters, and folds white space; the two titles are to be equal. */
function cleanTitle(title = ''): string {
  const clean = title
    .replaceAll(/[\p{White_Space}\p{Cc}]+/gu, ' ')
    .replaceAll(/[\p{Cs}\ufeff\ufffe\uffff]/gu, '')
  const short = Array.from(clean.trim()).slice(0, TITLE_CHARACTERS_MAX).join('').trim()
  return short === '' ? DEFAULT_TITLE : short
}

function escapeXml(text: string): string {
  return text.replaceAll(/[&<>]/g, (character) => XML_ESCAPES[character]!)
}
