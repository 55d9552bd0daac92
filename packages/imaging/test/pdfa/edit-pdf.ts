import { PdfFile } from '@answerback/imaging/pdf-file/pdf-file'
import { dataOf, readPdf } from './read-pdf.ts'

/**
 * A file of ours with its streams in the clear and something changed in it.
 *
 * @param edit gets each object, and each stream's data when it is text, as latin1
 */
export function edited(pdf: Uint8Array, edit: (text: string) => string): Uint8Array {
  const { header, objects, trailer } = readPdf(pdf)
  const file = new PdfFile(header.endsWith('1.4') ? '1.4' : '1.7')
  for (const object of objects) {
    if (object.stream === undefined) {
      file.add(edit(object.text))
      continue
    }
    const dictionary = /^<< (.*) \/Length \d+ >>/.exec(object.text)![1]!.replace('/Filter /FlateDecode', '')
    const isImage = dictionary.includes('/Image')
    const data = isImage ? object.stream : Buffer.from(edit(dataOf(object).toString('latin1')), 'latin1')
    file.addStream(edit(dictionary), data)
  }
  const numberOf = (key: string) => Number(new RegExp(`/${key} (\\d+)`).exec(trailer)![1])
  const id = Buffer.from(/\[<(\w+)>/.exec(trailer)![1]!, 'hex')
  return file.finish({ root: numberOf('Root'), info: numberOf('Info'), id })
}
