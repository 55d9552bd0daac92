/** PDFs written object by object, for what a library would not let one write. */

export type PdfBody = string | { readonly dictionary: string; readonly data: Uint8Array | string }

const latin1 = (text: string) => Buffer.from(text, 'latin1')

/** A PDF of the given objects, numbered from 1; object 1 is the catalog. */
export function rawPdf(objects: readonly PdfBody[]): Uint8Array {
  const parts: Buffer[] = [latin1('%PDF-1.7\n')]
  const offsets: number[] = []
  let at = parts[0]!.length
  const add = (part: Buffer) => {
    parts.push(part)
    at += part.length
  }
  objects.forEach((body, index) => {
    offsets.push(at)
    add(latin1(`${index + 1} 0 obj\n`))
    if (typeof body === 'string') add(latin1(body))
    else {
      const data = typeof body.data === 'string' ? latin1(body.data) : Buffer.from(body.data)
      add(latin1(`<<${body.dictionary}/Length ${data.length}>>stream\n`))
      add(data)
      add(latin1('\nendstream'))
    }
    add(latin1('\nendobj\n'))
  })
  const xref = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  const size = objects.length + 1
  parts.push(
    latin1(
      `xref\n0 ${size}\n0000000000 65535 f \n${xref}trailer<</Size ${size}/Root 1 0 R>>\nstartxref\n${at}\n%%EOF\n`,
    ),
  )
  return Buffer.concat(parts)
}

export interface OnePage {
  readonly content: PdfBody
  readonly mediaBox?: string
  readonly resources?: string
  readonly page?: string
  /** Objects 5, 6 … which the resources may name. */
  readonly more?: readonly PdfBody[]
}

/** A PDF of one page. Its content is object 4. */
export function onePagePdf({
  content,
  mediaBox = '0 0 612 792',
  resources = '',
  page = '',
  more = [],
}: OnePage): Uint8Array {
  return rawPdf([
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    `<</Type/Page/Parent 2 0 R/MediaBox[${mediaBox}]/Contents 4 0 R/Resources<<${resources}>>${page}>>`,
    content,
    ...more,
  ])
}

export function stream(data: Uint8Array | string, dictionary = ''): PdfBody {
  return { dictionary, data }
}

/** A letter page with one line of text in a standard font. */
export function textPagePdf(text = 'Test Patient Zebra'): Uint8Array {
  return onePagePdf({
    content: stream(`BT /F1 24 Tf 72 700 Td (${text}) Tj ET`),
    resources: '/Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>',
  })
}
