import { indexOfAscii, startsWith, startsWithAscii } from './magic.ts'

/** Something that is not a fax document but that a sender may well have meant as one. */
export interface ForeignType {
  /** With its article, for a sentence: "a Word document (.docx)". */
  readonly name: string
  /** What the sender can do, without a full stop. */
  readonly fix: string
}

const SEND_A_PDF = 'send a PDF'
const SAVE_AS_PDF = 'save it as a PDF and send that'

/** Enough for the first entries of a ZIP file and for its directory of a few hundred names. */
const ZIP_WINDOW_BYTES = 65_536
const TEXT_WINDOW_BYTES = 1024

/** Names what `bytes` looks like, or undefined. For the refusal's sentence only: nothing is decided by it. */
export function recogniseForeign(bytes: Uint8Array): ForeignType | undefined {
  return recogniseZip(bytes) ?? recogniseBinary(bytes) ?? recogniseText(bytes)
}

const ZIP_CONTENTS: readonly (readonly [marker: string, type: ForeignType])[] = [
  ['word/', { name: 'a Word document (.docx)', fix: SAVE_AS_PDF }],
  ['xl/', { name: 'an Excel workbook (.xlsx)', fix: SAVE_AS_PDF }],
  ['ppt/', { name: 'a PowerPoint presentation (.pptx)', fix: SAVE_AS_PDF }],
  ['vnd.oasis.opendocument', { name: 'an OpenDocument file', fix: SAVE_AS_PDF }],
]

function recogniseZip(bytes: Uint8Array): ForeignType | undefined {
  if (!startsWith(bytes, [0x50, 0x4b, 0x03, 0x04])) return undefined
  const windows = [bytes.subarray(0, ZIP_WINDOW_BYTES), bytes.subarray(-ZIP_WINDOW_BYTES)]
  for (const [marker, type] of ZIP_CONTENTS) {
    if (windows.some((window) => indexOfAscii(window, marker) >= 0)) return type
  }
  return { name: 'a ZIP archive', fix: 'take the documents out and send each as a PDF' }
}

const BINARY_MAGIC: readonly (readonly [magic: readonly number[], type: ForeignType])[] = [
  [
    [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1],
    { name: 'an older Microsoft Office document (.doc or .xls)', fix: SAVE_AS_PDF },
  ],
  [[0x47, 0x49, 0x46, 0x38], { name: 'a GIF image', fix: 'send a PNG or a PDF' }],
  [[0x42, 0x4d], { name: 'a BMP image', fix: 'send a PNG or a PDF' }],
  [[0x49, 0x49, 0x2b, 0x00], { name: 'a BigTIFF image', fix: 'send an ordinary TIFF or a PDF' }],
  [[0x4d, 0x4d, 0x00, 0x2b], { name: 'a BigTIFF image', fix: 'send an ordinary TIFF or a PDF' }],
  [[0x1f, 0x8b], { name: 'a gzip archive', fix: 'unpack it and send a PDF' }],
  [[0x37, 0x7a, 0xbc, 0xaf], { name: 'a 7-Zip archive', fix: 'unpack it and send a PDF' }],
  [[0x52, 0x61, 0x72, 0x21], { name: 'a RAR archive', fix: 'unpack it and send a PDF' }],
]

const HEIF_BRANDS = ['heic', 'heix', 'heim', 'heis', 'hevc', 'mif1', 'msf1']

function recogniseBinary(bytes: Uint8Array): ForeignType | undefined {
  for (const [magic, type] of BINARY_MAGIC) {
    if (startsWith(bytes, magic)) return type
  }
  if (startsWithAscii(bytes, 'ftyp', 4)) {
    const isHeif = HEIF_BRANDS.some((brand) => startsWithAscii(bytes, brand, 8))
    if (isHeif) return { name: 'a HEIC photo', fix: 'send a JPEG or a PDF' }
    if (startsWithAscii(bytes, 'avif', 8)) return { name: 'an AVIF image', fix: 'send a PNG or a PDF' }
  }
  if (startsWithAscii(bytes, 'RIFF') && startsWithAscii(bytes, 'WEBP', 8)) {
    return { name: 'a WebP image', fix: 'send a PNG or a PDF' }
  }
  if (startsWithAscii(bytes, 'DICM', 128)) return { name: 'a DICOM image', fix: 'export it as a PDF' }
  return undefined
}

const TEXT_OPENINGS: readonly (readonly [opening: RegExp, type: ForeignType])[] = [
  [/^\{\\rtf/, { name: 'a rich text document (.rtf)', fix: SAVE_AS_PDF }],
  [/^%!PS/, { name: 'a PostScript file', fix: SAVE_AS_PDF }],
  [/^(<!doctype html|<html|<head|<body)/i, { name: 'an HTML page', fix: 'print it to a PDF and send that' }],
  [/^<\?xml|^<ClinicalDocument/, { name: 'an XML document', fix: 'render it to a PDF and send that' }],
  [/^MSH\|/, { name: 'an HL7 v2 message', fix: 'send the document inside it as a PDF' }],
  [/^JVBERi0/, { name: 'base64 text of a PDF', fix: 'it was encoded twice, so encode it once only' }],
  [/^[[{]/, { name: 'JSON text', fix: SEND_A_PDF }],
]

function recogniseText(bytes: Uint8Array): ForeignType | undefined {
  const text = readableOpening(bytes)
  if (text === undefined) return undefined
  for (const [opening, type] of TEXT_OPENINGS) {
    if (opening.test(text)) return type
  }
  return { name: 'plain text', fix: 'print it to a PDF and send that' }
}

/** The opening as text without byte order mark and leading space, or undefined when it is binary or blank. */
function readableOpening(bytes: Uint8Array): string | undefined {
  // A multi-byte character may be cut at the window's end: `stream` drops it instead of refusing.
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let text: string
  try {
    text = decoder.decode(bytes.subarray(0, TEXT_WINDOW_BYTES), { stream: true }).trimStart()
  } catch {
    return undefined
  }
  const hasControl = [...text].some((character) => character < ' ' && !'\t\n\r\f'.includes(character))
  return hasControl || text === '' ? undefined : text
}
