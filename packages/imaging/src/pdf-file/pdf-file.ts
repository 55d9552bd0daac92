import { deflateSync } from 'node:zlib'
import { hex } from './values.ts'

/** Four bytes above 127 tell transfer programs that the file is binary (ISO 32000-1 §7.5.2). */
const BINARY_COMMENT = Buffer.from('%\xe2\xe3\xcf\xd3\n', 'latin1')
const NO_OFFSET = -1
/** A page of 400 words takes 4.1 KB at level 1 and 3.6 KB at 6, for twice the time; one of 900 for three times. */
const DEFLATE_LEVEL = 1

export interface Trailer {
  /** Object numbers. */
  readonly root: number
  readonly info: number
  /** 16 bytes (ISO 32000-1 §14.4). */
  readonly id: Uint8Array
}

/** Numbered objects one after the other, and the table that says where each begins. */
export class PdfFile {
  readonly #chunks: Uint8Array[]
  readonly #offsets: number[] = []
  #length: number

  constructor(version: '1.4' | '1.7') {
    this.#chunks = [Buffer.from(`%PDF-${version}\n`), BINARY_COMMENT]
    this.#length = this.#chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  }

  /** The number of an object that is added later and named before. */
  reserve(): number {
    return this.#offsets.push(NO_OFFSET)
  }

  /** @returns the object's number */
  add(body: string, number = this.reserve()): number {
    this.#begin(number)
    this.#write(Buffer.from(`${body}\nendobj\n`, 'latin1'))
    return number
  }

  /**
   * @param dictionary its entries but `Length`
   * @returns the object's number
   */
  addStream(dictionary: string, data: Uint8Array, number = this.reserve()): number {
    this.#begin(number)
    this.#write(Buffer.from(`<< ${dictionary} /Length ${data.length} >>\nstream\n`, 'latin1'))
    this.#write(data)
    this.#write(Buffer.from('\nendstream\nendobj\n'))
    return number
  }

  /** As `addStream`, with the data compressed: for more than a kilobyte, as each time costs 0.1 ms. */
  addDeflated(dictionary: string, data: Uint8Array, number = this.reserve()): number {
    const deflated = deflateSync(data, { level: DEFLATE_LEVEL })
    return this.addStream(`${dictionary} /Filter /FlateDecode`, deflated, number)
  }

  finish({ root, info, id }: Trailer): Uint8Array {
    if (this.#offsets.includes(NO_OFFSET)) throw new Error('A reserved object was not added.')
    const table = this.#length
    const size = this.#offsets.length + 1
    // Entries are 20 bytes each, the line end of two bytes included (ISO 32000-1 §7.5.4).
    const entries = this.#offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`)
    this.#write(Buffer.from(`xref\n0 ${size}\n0000000000 65535 f \n${entries.join('')}`))
    const trailer = `<< /Size ${size} /Root ${root} 0 R /Info ${info} 0 R /ID [${hex(id)} ${hex(id)}] >>`
    this.#write(Buffer.from(`trailer\n${trailer}\nstartxref\n${table}\n%%EOF\n`))
    return Buffer.concat(this.#chunks)
  }

  #begin(number: number): void {
    this.#offsets[number - 1] = this.#length
    this.#write(Buffer.from(`${number} 0 obj\n`))
  }

  #write(chunk: Uint8Array): void {
    this.#chunks.push(chunk)
    this.#length += chunk.length
  }
}
