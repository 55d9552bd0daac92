import type { BitReader } from './bit-reader.ts'

const ZEROS_IN_EOL = 11

/**
 * Finds EOLs: eleven zeros or more and a one, which no row can hold (T.4 §4.1.2). Zeros before it are fill.
 * It remembers how far it looked, so bytes that arrive one by one are each looked at once.
 */
export class EolScanner {
  readonly #reader: BitReader
  /** Whole-data offset of the byte to look at next, in bits, and the zeros directly before it. */
  #offset = 0
  #zeros = 0

  constructor(reader: BitReader) {
    this.#reader = reader
  }

  /** The reader position just after the next EOL, or undefined when the data holds no more whole one. */
  next(): number | undefined {
    const { view, end, dropped } = this.#reader
    let position = this.#offset - dropped
    let zeros = this.#zeros
    for (; position < end; position += 8) {
      if (zeros < 8 && position + 32 <= end) {
        const word = view.getInt32(position >>> 3)
        if (!hasZeroNibble(word)) {
          zeros = 31 - Math.clz32(word & -word)
          position += 24
          continue
        }
      }
      const byte = view.getUint8(position >>> 3)
      if (byte === 0) {
        zeros += 8
        continue
      }
      const leading = Math.clz32(byte) - 24
      const isEol = zeros + leading >= ZEROS_IN_EOL
      // Zeros behind the byte's last one.
      zeros = 31 - Math.clz32(byte & -byte)
      if (isEol) {
        this.#offset = position + 8 + dropped
        this.#zeros = zeros
        return position + leading + 1
      }
    }
    this.#offset = position + dropped
    this.#zeros = zeros
    return undefined
  }
}

/** Eleven zeros always cover two whole nibbles, so most words can be passed over at a glance. */
function hasZeroNibble(word: number): boolean {
  return ((word - 0x11111111) & ~word & 0x88888888) !== 0
}
