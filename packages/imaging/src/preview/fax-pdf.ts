import { type CodedPage, LINES_PER_INCH, PELS_PER_INCH } from '../page.ts'

const POINTS_PER_INCH = 72
/** Four bytes above 127 tell transfer programs that the file is binary (ISO 32000-1 §7.5.2). */
const BINARY_COMMENT = Buffer.from('%\xe2\xe3\xcf\xd3\n', 'latin1')
const CATALOG = 1
const PAGE_TREE = 2
const FIRST_PAGE = 3
const OBJECTS_PER_PAGE = 3

/**
 * The pages as a PDF 1.4 file, their T.6 data untouched.
 *
 * Pages get their printed size from the resolution, so that pixels which are not square look right.
 */
export function faxPdf(pages: readonly CodedPage[]): Uint8Array {
  const file = new PdfFile()
  const pageRefs = pages.map((_, index) => `${FIRST_PAGE + index * OBJECTS_PER_PAGE} 0 R`).join(' ')
  file.add(`<< /Type /Catalog /Pages ${PAGE_TREE} 0 R >>`)
  file.add(`<< /Type /Pages /Kids [${pageRefs}] /Count ${pages.length} >>`)
  for (const page of pages) addPage(file, page)
  return file.finish()
}

function addPage(file: PdfFile, page: CodedPage): void {
  const width = decimal((page.width * POINTS_PER_INCH) / PELS_PER_INCH)
  const height = decimal((page.rows * POINTS_PER_INCH) / LINES_PER_INCH[page.resolution])
  const contents = file.nextNumber + 1
  const image = file.nextNumber + 2
  file.add(
    `<< /Type /Page /Parent ${PAGE_TREE} 0 R /MediaBox [0 0 ${width} ${height}] ` +
      `/Resources << /XObject << /Fax ${image} 0 R >> >> /Contents ${contents} 0 R >>`,
  )
  file.addStream('', Buffer.from(`q ${width} 0 0 ${height} 0 0 cm /Fax Do Q`))
  // ISO 32000-1 §7.4.6: K below 0 is Group 4, and BlackIs1 left false makes black 0, as DeviceGray has it.
  file.addStream(
    `/Type /XObject /Subtype /Image /Width ${page.width} /Height ${page.rows} /ColorSpace /DeviceGray ` +
      `/BitsPerComponent 1 /Filter /CCITTFaxDecode ` +
      `/DecodeParms << /K -1 /Columns ${page.width} /Rows ${page.rows} >>`,
    page.t6,
  )
}

/** Numbered objects one after the other, and the table that says where each begins. */
class PdfFile {
  readonly #chunks: Uint8Array[] = [Buffer.from('%PDF-1.4\n'), BINARY_COMMENT]
  readonly #offsets: number[] = []
  #length = this.#chunks.reduce((sum, chunk) => sum + chunk.length, 0)

  get nextNumber(): number {
    return this.#offsets.length + 1
  }

  add(body: string): void {
    this.#begin()
    this.#write(Buffer.from(`${body}\nendobj\n`))
  }

  addStream(dictionary: string, data: Uint8Array): void {
    this.#begin()
    this.#write(Buffer.from(`<< ${dictionary} /Length ${data.length} >>\nstream\n`))
    this.#write(data)
    this.#write(Buffer.from('\nendstream\nendobj\n'))
  }

  finish(): Uint8Array {
    const table = this.#length
    const size = this.#offsets.length + 1
    // Entries are 20 bytes each, the line end of two bytes included (ISO 32000-1 §7.5.4).
    const entries = this.#offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`)
    this.#write(Buffer.from(`xref\n0 ${size}\n0000000000 65535 f \n${entries.join('')}`))
    this.#write(
      Buffer.from(`trailer\n<< /Size ${size} /Root ${CATALOG} 0 R >>\nstartxref\n${table}\n%%EOF\n`),
    )
    return Buffer.concat(this.#chunks)
  }

  #begin(): void {
    this.#offsets.push(this.#length)
    this.#write(Buffer.from(`${this.#offsets.length} 0 obj\n`))
  }

  #write(chunk: Uint8Array): void {
    this.#chunks.push(chunk)
    this.#length += chunk.length
  }
}

/** PDF knows no exponents (ISO 32000-1 §7.3.3). */
function decimal(points: number): string {
  return points.toFixed(3)
}
