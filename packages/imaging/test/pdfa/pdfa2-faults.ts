import { dataOf, follow, pageObjects, type ReadPdf, readPdf } from './read-pdf.ts'

/** PDF/A-2 allows more filters; a fax needs these (ISO 19005-2 §6.1.7). */
const FILTERS = ['CCITTFaxDecode', 'FlateDecode']
/** What makes a page transparent, run something, or ask for a file beside it (§6.2.10, §6.5, §6.1.7, §6.8). */
const UNWANTED =
  /\/(?:SMask|CA|ca|BM|Group|JS|JavaScript|AA|OpenAction|Launch|URI|EmbeddedFiles?|EF|FFilter|OCProperties|AcroForm|Annots)\b/

/** One by one, what PDF/A-2b asks of a file and PDFBox, which knows PDF/A-1, does not test. Nothing if all is well. */
export function pdfa2Faults(bytes: Uint8Array): string[] {
  const pdf = readPdf(bytes)
  const all = pdf.objects.map(({ text }) => text).join('\n')
  const filters = Array.from(all.matchAll(/\/Filter \/(\w+)/g), ([, name]) => name!)
  const checks: readonly (readonly [fault: string, holds: boolean])[] = [
    ['the header is not of PDF 1.7 (§6.1.2)', pdf.header === '%PDF-1.7'],
    [
      'no binary comment after it (§6.1.2)',
      bytes.subarray(9, 14).every((byte, at) => (at === 0 ? byte === 0x25 : byte > 127)),
    ],
    ['no /ID of two equal names (§6.1.3)', /\/ID \[<([0-9a-f]{32})> <\1>\]/.test(pdf.trailer)],
    ['encrypted (§6.1.3)', !/\/Encrypt\b/.test(pdf.trailer)],
    ['objects in streams', !/\/Type \/(?:ObjStm|XRef)\b/.test(all)],
    [
      'another filter (§6.1.7)',
      filters.every((filter) => FILTERS.includes(filter)) && !/\/Filter \[/.test(all),
    ],
    ['something no fax has', !UNWANTED.test(all)],
    ['no grey output intent (§6.2.3)', hasGreyIntent(pdf)],
    ['another colour space than grey (§6.2.4)', !/\/Device(?:RGB|CMYK)|\/Indexed|\/Separation/.test(all)],
    ['an image to be smoothed (§6.2.8)', !/\/Interpolate true/.test(all)],
    ['a font that is not embedded (§6.2.11.4)', fontsAreEmbedded(pdf)],
    [
      'a side under 3 or over 14,400 units (§6.1.13)',
      pageObjects(pdf).every(({ text }) => hasAllowedSides(text)),
    ],
    ['compressed metadata (§6.6.2.1)', !/\/Filter/.test(metadataOf(pdf).text)],
    ['not declared as part 2, level B (§6.6.4)', declaresPart2(metadataOf(pdf).stream!.toString())],
    ['metadata and information differ (§6.6.2.3)', informationAgrees(pdf)],
  ]
  return checks.flatMap(([fault, holds]) => (holds ? [] : [fault]))
}

function metadataOf(pdf: ReadPdf) {
  return follow(pdf, follow(pdf, pdf.trailer, 'Root').text, 'Metadata')
}

function hasGreyIntent(pdf: ReadPdf): boolean {
  const { text } = follow(pdf, pdf.trailer, 'Root')
  if (!/\/OutputIntents \[<< .*\/S \/GTS_PDFA1 .*\/DestOutputProfile \d+ 0 R/.test(text)) return false
  const profile = follow(pdf, text, 'DestOutputProfile')
  const data = dataOf(profile)
  return (
    /\/N 1\b/.test(profile.text) &&
    data.readUInt32BE(0) === data.length &&
    data.toString('latin1', 12, 24) === 'mntrGRAYXYZ ' &&
    data.toString('latin1', 36, 40) === 'acsp'
  )
}

function fontsAreEmbedded(pdf: ReadPdf): boolean {
  return pdf.objects
    .filter(({ text }) => text.includes('/CIDFontType2'))
    .every(({ text }) =>
      / 0 R/.test(/\/FontFile2? \d+ 0 R/.exec(follow(pdf, text, 'FontDescriptor').text)?.[0] ?? ''),
    )
}

function hasAllowedSides(page: string): boolean {
  const [left, bottom, right, top] = /\/MediaBox \[(.*?)\]/.exec(page)![1]!.split(' ').map(Number) as [
    number,
    number,
    number,
    number,
  ]
  return [right - left, top - bottom].every((side) => side >= 3 && side <= 14_400)
}

function declaresPart2(xmp: string): boolean {
  return (
    xmp.includes('<pdfaid:part>2</pdfaid:part>') && xmp.includes('<pdfaid:conformance>B</pdfaid:conformance>')
  )
}

/** What the information of the file and its XMP packet say, in the same form. */
export function statements(pdf: ReadPdf) {
  const info = follow(pdf, pdf.trailer, 'Info').text
  const xmp = metadataOf(pdf).stream!.toString()
  const string = (key: string) => {
    const digits = new RegExp(`/${key} <feff([0-9a-f]*)>`).exec(info)?.[1]
    return digits === undefined ? undefined : Buffer.from(digits, 'hex').swap16().toString('utf16le')
  }
  const date = (key: string) =>
    new RegExp(`/${key} \\(D:(.*?)\\)`)
      .exec(info)?.[1]
      ?.replace(/(....)(..)(..)(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z')
  const element = (name: string) =>
    new RegExp(`<${name}[^>]*>([^<]*)<`)
      .exec(xmp.replace(/<rdf:Alt>\s*<rdf:li xml:lang="x-default">(.*?)<\/rdf:li>\s*<\/rdf:Alt>/, '$1'))?.[1]
      ?.replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&')
  return {
    info: [string('Title'), string('Producer'), date('CreationDate'), date('ModDate')],
    xmp: ['dc:title', 'pdf:Producer', 'xmp:CreateDate', 'xmp:ModifyDate'].map(element),
  }
}

function informationAgrees(pdf: ReadPdf): boolean {
  const { info, xmp } = statements(pdf)
  return !info.includes(undefined) && info.every((value, index) => value === xmp[index])
}
