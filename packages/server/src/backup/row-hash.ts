import { hash } from 'node:crypto'

const NEWLINE = 0x0a
const WORDS = 8

/**
 * One hash for a table's rows in whatever order they come: the SHA-256 hashes of its lines, added up modulo 2^256. It tells whether two
 * copies hold the same rows; that nobody made them so is the encryption's affair.
 */
export class RowHash {
  readonly #sum = new Uint32Array(WORDS)
  #rest: Buffer[] = []
  #rows = 0

  /** Lines counted so far. */
  get rows(): number {
    return this.#rows
  }

  /** Takes bytes as they come; a line ends with `\n`, which PostgreSQL's COPY writes as `\\n` within one. */
  update(bytes: Buffer): void {
    let from = 0
    for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, from)) {
      this.#rest.push(bytes.subarray(from, at))
      this.add(this.#rest.length === 1 ? this.#rest[0]! : Buffer.concat(this.#rest))
      this.#rest = []
      from = at + 1
    }
    if (from < bytes.length) this.#rest.push(Buffer.from(bytes.subarray(from)))
  }

  /** Takes one line without its end. */
  add(line: Uint8Array): void {
    const digest = hash('sha256', line, 'buffer')
    let carry = 0
    for (let word = WORDS - 1; word >= 0; word -= 1) {
      const sum = this.#sum[word]! + digest.readUInt32BE(word * 4) + carry
      this.#sum[word] = sum >>> 0
      carry = sum > 0xffff_ffff ? 1 : 0
    }
    this.#rows += 1
  }

  /** 64 hexadecimal digits. What stands after the last line's end counts as a line. */
  digest(): string {
    if (this.#rest.length > 0) this.add(Buffer.concat(this.#rest))
    this.#rest = []
    return [...this.#sum].map((word) => word.toString(16).padStart(8, '0')).join('')
  }
}
