import { type CodedPage, LINES_PER_INCH, PELS_PER_INCH, POINTS_PER_INCH } from '../page.ts'
import type { PageText } from '../page-text.ts'
import type { PdfFile } from '../pdf-file/pdf-file.ts'
import { decimal } from '../pdf-file/values.ts'
import { TextFont } from './text-font.ts'
import { FONT, textLayer } from './text-layer.ts'

/** Points that a side of a page may have (ISO 19005-2 §6.1.13). */
const SIDE_MIN = 3
const SIDE_MAX = 14_400

export interface PdfaPage {
  readonly page: CodedPage
  /** Absent: nothing to search for, and the page as it was received. */
  readonly text?: PageText
}

/** What pages of one file have in common. */
interface Shared {
  /** Object numbers. */
  readonly parent: number
  /** The font's own number, reserved when the first page wants it. */
  fontNumber: number | undefined
  readonly font: TextFont
}

/**
 * The pages, their T.6 data untouched, at their printed size and with their words over them.
 *
 * @returns the object number of the page tree
 */
export function addFaxPages(file: PdfFile, pages: readonly PdfaPage[]): number {
  const shared: Shared = { parent: file.reserve(), fontNumber: undefined, font: new TextFont() }
  const kids = pages.map((page) => `${addFaxPage(file, page, shared)} 0 R`)
  if (shared.fontNumber !== undefined) shared.font.add(file, shared.fontNumber)
  return file.add(`<< /Type /Pages /Kids [${kids.join(' ')}] /Count ${kids.length} >>`, shared.parent)
}

function addFaxPage(file: PdfFile, { page, text }: PdfaPage, shared: Shared): number {
  const { width, rows } = page
  const printed = printedSize(page)
  const layer = text === undefined ? '' : textLayer(text, { width, rows, ...printed }, shared.font)
  if (layer !== '') shared.fontNumber ??= file.reserve()
  const image = addImage(file, page)
  const contents = addContents(file, printed, layer)
  const fonts = layer === '' ? '' : ` /Font << ${FONT} ${shared.fontNumber} 0 R >>`
  const rotate = text === undefined || text.rotation === 0 ? '' : ` /Rotate ${text.rotation}`
  const side = (points: number) => decimal(Math.max(points, SIDE_MIN))
  // A page of a few rows hangs from the top of the least that is a page.
  const below = decimal(Math.min(0, printed.printedHeight - SIDE_MIN))
  const mediaBox = `[0 ${below} ${side(printed.printedWidth)} ${decimal(printed.printedHeight)}]`
  return file.add(
    `<< /Type /Page /Parent ${shared.parent} 0 R /MediaBox ${mediaBox}${rotate} ` +
      `/Resources << /XObject << /Fax ${image} 0 R >>${fonts} >> /Contents ${contents} 0 R >>`,
  )
}

/** ISO 32000-1 §7.4.6: K below 0 is Group 4, and BlackIs1 left false makes black 0, as DeviceGray has it. */
function addImage(file: PdfFile, { width, rows, t6 }: CodedPage): number {
  return file.addStream(
    `/Type /XObject /Subtype /Image /Width ${width} /Height ${rows} /ColorSpace /DeviceGray ` +
      `/BitsPerComponent 1 /Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns ${width} /Rows ${rows} >>`,
    t6,
  )
}

function addContents(file: PdfFile, { printedWidth, printedHeight }: PrintedSize, layer: string): number {
  const image = `q ${decimal(printedWidth)} 0 0 ${decimal(printedHeight)} 0 0 cm /Fax Do Q`
  if (layer === '') return file.addStream('', Buffer.from(image))
  return file.addDeflated('', Buffer.from(`${image}\n${layer}`, 'latin1'))
}

interface PrintedSize {
  /** Points. */
  readonly printedWidth: number
  readonly printedHeight: number
}

/** Pixels that are not square look right at the printed size. Only a roll of more than five metres is made smaller. */
function printedSize({ width, rows, resolution }: CodedPage): PrintedSize {
  const printedWidth = (width * POINTS_PER_INCH) / PELS_PER_INCH
  const printedHeight = (rows * POINTS_PER_INCH) / LINES_PER_INCH[resolution]
  const scale = Math.min(1, SIDE_MAX / printedWidth, SIDE_MAX / printedHeight)
  return { printedWidth: printedWidth * scale, printedHeight: printedHeight * scale }
}
