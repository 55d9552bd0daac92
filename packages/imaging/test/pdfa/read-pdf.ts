import { inflateSync } from 'node:zlib'

export interface PdfObject {
  /** All before the data of a stream, or the whole object. */
  readonly text: string
  /** As it is in the file. */
  readonly stream: Buffer | undefined
}

export interface ReadPdf {
  readonly header: string
  readonly objects: readonly PdfObject[]
  readonly trailer: string
}

/** Reads a PDF as ours are written, by its cross-reference table. @throws Error where the table or a stream's length is wrong */
export function readPdf(bytes: Uint8Array): ReadPdf {
  const file = Buffer.from(bytes)
  const text = file.toString('latin1')
  const table = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)?.[1])
  const xref = /^xref\n0 (\d+)\n0000000000 65535 f \n((?:\d{10} 00000 n \n)*)trailer\n(.*)\n/.exec(
    text.slice(table),
  )
  if (xref === null) throw new Error('no cross-reference table')
  const offsets = xref[2]!.split('\n').slice(0, -1).map(Number.parseFloat)
  if (offsets.length + 1 !== Number(xref[1])) throw new Error('wrong size of the table')
  const objects = offsets.map((offset, index) => readObject(file, text, offset, index + 1))
  return { header: text.slice(0, text.indexOf('\n')), objects, trailer: xref[3]! }
}

function readObject(file: Buffer, text: string, offset: number, number: number): PdfObject {
  const start = `${number} 0 obj\n`
  if (!text.startsWith(start, offset)) throw new Error(`object ${number} is not at ${offset}`)
  const from = offset + start.length
  const body = text.slice(from, text.indexOf('\nendobj\n', from))
  const dictionary = /^<<.* \/Length (\d+) >>\nstream\n/.exec(body)
  if (dictionary === null) return { text: body, stream: undefined }
  const dataFrom = from + dictionary[0].length
  const dataTo = dataFrom + Number(dictionary[1])
  if (!text.startsWith('\nendstream\nendobj\n', dataTo)) throw new Error(`stream ${number} ends elsewhere`)
  return { text: dictionary[0], stream: file.subarray(dataFrom, dataTo) }
}

/** The object that `/KEY N 0 R` of `text` names. */
export function follow({ objects }: ReadPdf, text: string, key: string): PdfObject {
  const number = new RegExp(`/${key} (\\d+) 0 R`).exec(text)?.[1]
  const object = objects[Number(number) - 1]
  if (object === undefined) throw new Error(`nothing at /${key}`)
  return object
}

export function pageObjects(pdf: ReadPdf): PdfObject[] {
  const { text } = follow(pdf, follow(pdf, pdf.trailer, 'Root').text, 'Pages')
  return Array.from(
    /\[(.*)\]/.exec(text)![1]!.matchAll(/(\d+) 0 R/g),
    (found) => pdf.objects[Number(found[1]) - 1]!,
  )
}

export function dataOf({ text, stream }: PdfObject): Buffer {
  return text.includes('/FlateDecode') ? inflateSync(stream!) : stream!
}

/** The strings that a page shows, by the font's own account of what its codes stand for. */
export function shownStrings(pdf: ReadPdf, page: PdfObject): string[] {
  if (!page.text.includes('/Font')) return []
  const map = dataOf(follow(pdf, follow(pdf, page.text, 'T').text, 'ToUnicode')).toString()
  const characters = new Map(
    Array.from(map.matchAll(/^<([0-9a-f]{4})> <([0-9a-f]+)>$/gm), ([, code, units]) => [
      code!,
      Buffer.from(units!, 'hex').swap16().toString('utf16le'),
    ]),
  )
  const contents = dataOf(follow(pdf, page.text, 'Contents')).toString('latin1')
  return Array.from(contents.matchAll(/\(((?:\\.|[^\\()\r])*)\) Tj/gs), ([, literal]) => {
    const codes = literal!.replaceAll(/\\(.)/gs, (_, escaped) => (escaped === 'r' ? '\r' : escaped))
    return Buffer.from(codes, 'latin1')
      .toString('hex')
      .match(/.{4}/g)!
      .map((code) => characters.get(code))
      .join('')
  })
}
