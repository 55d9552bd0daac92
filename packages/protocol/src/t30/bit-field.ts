import { ParseError } from '../parse-error.ts'
import { bitOf, setBit } from './bits.ts'

/** The last octet of a DIS, DTC or DCS that any edition defines; what follows is ignored. */
const OCTETS_MAX = 16
/** Bits 1–24 are always there (T.30 §5.3.6.2.1); the eighth bit of each octet from the third on says that another follows. */
const OCTETS_MIN = 3

/** Reads the information field of DIS, DTC and DCS by bit number. Octets that were not sent read as zeros. */
export class BitField {
  readonly #octets: Uint8Array

  /** @throws {ParseError} when the three octets every edition has are not there */
  constructor(information: Uint8Array) {
    if (information.length < OCTETS_MIN) {
      throw new ParseError('information', information.length, 'has fewer than three octets')
    }
    let length = OCTETS_MIN
    while (length < Math.min(information.length, OCTETS_MAX) && bitOf(information, length * 8)) length++
    this.#octets = information.subarray(0, length)
  }

  has(number: number): boolean {
    return bitOf(this.#octets, number)
  }

  /** `count` bits from `first` on, as zeros and ones in the order of the standard's table. */
  text(first: number, count: number): string {
    let bits = ''
    for (let number = first; number < first + count; number++) bits += this.has(number) ? '1' : '0'
    return bits
  }
}

/** Builds the information field of DIS and DCS: bits in any order, extend bits set, trailing octets left out. */
export class BitFieldBuilder {
  readonly #octets = new Uint8Array(OCTETS_MAX)

  set(number: number, isSet = true): this {
    if (isSet) setBit(this.#octets, number)
    return this
  }

  setText(first: number, bits: string): this {
    for (let i = 0; i < bits.length; i++) this.set(first + i, bits[i] === '1')
    return this
  }

  build(): Uint8Array {
    let length = OCTETS_MAX
    while (length > OCTETS_MIN && this.#octets[length - 1] === 0) length--
    for (let octet = OCTETS_MIN; octet < length; octet++) setBit(this.#octets, octet * 8)
    return this.#octets.slice(0, length)
  }
}
