import type { RecordingLength, RecordingWidth } from './geometry.ts'

/** Bits 17, 18 and 19, 20 of DIS, DTC and DCS (T.30 table 2). */
const WIDTHS: Readonly<Record<RecordingWidth, string>> = { A4: '00', B4: '10', A3: '01' }
const LENGTHS: Readonly<Record<RecordingLength, string>> = { A4: '00', B4: '10', unlimited: '01' }

/** The fourth combination is invalid, and read as the widest. */
export function widthOfBits(bits: string): RecordingWidth {
  return keyOf(WIDTHS, bits) ?? 'A3'
}

/** Bits 17 and 18 of DIS and DCS (T.30 table 2). */
export function bitsOfWidth(width: RecordingWidth): string {
  return WIDTHS[width]
}

/** The inverse of `bitsOfLength`. The fourth combination is invalid, and read as the longest. */
export function lengthOfBits(bits: string): RecordingLength {
  return keyOf(LENGTHS, bits) ?? 'unlimited'
}

/** Bits 19 and 20 of DIS and DCS (T.30 table 2). */
export function bitsOfLength(length: RecordingLength): string {
  return LENGTHS[length]
}

function keyOf<Name extends string>(table: Readonly<Record<Name, string>>, bits: string): Name | undefined {
  return (Object.keys(table) as Name[]).find((name) => table[name] === bits)
}
