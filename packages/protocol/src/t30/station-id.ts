import { reverseBits } from './bits.ts'

/** CSI, TSI, CIG, SUB, SEP, PWD are twenty characters, the last one first, filled with spaces (T.30 §5.3.6.2.4). */
const STATION_ID_OCTETS = 20
const SPACE = 0x20
/** Printable ASCII: what is outside it was never meant to be shown to people. */
const PRINTABLE = /[^\x20-\x7e]/g

/**
 * The information of CSI, TSI, CIG, SUB and the like (T.30 §5.3.6.2.4): twenty characters, the last one first, each least significant bit first.
 * @param text what is longer is cut off; what cannot be printed becomes a space
 */
export function encodeStationId(text: string): Uint8Array {
  const octets = new Uint8Array(STATION_ID_OCTETS).fill(reverseBits(SPACE))
  const characters = text.replace(PRINTABLE, ' ').slice(0, STATION_ID_OCTETS)
  for (let i = 0; i < characters.length; i++) {
    octets[characters.length - 1 - i] = reverseBits(characters.charCodeAt(i))
  }
  return octets
}

/** @returns the text without the fill; untrusted, at most 20 printable ASCII characters */
export function decodeStationId(information: Uint8Array): string {
  let text = ''
  for (const octet of information.subarray(0, STATION_ID_OCTETS)) {
    text = String.fromCharCode(reverseBits(octet)) + text
  }
  return text.replace(PRINTABLE, ' ').trim()
}
