import type { RecordingLength, RecordingWidth } from './geometry.ts'

/** Bits 17, 18 and 19, 20 of DIS, DTC and DCS (T.30 table 2). The fourth combination is invalid and read as the widest. */
const WIDTHS: Readonly<Record<string, RecordingWidth>> = { '00': 'A4', '10': 'B4', '01': 'A3', '11': 'A3' }
const LENGTHS: Readonly<Record<string, RecordingLength>> = {
  '00': 'A4',
  '10': 'B4',
  '01': 'unlimited',
  '11': 'unlimited',
}

export function widthOfBits(bits: string): RecordingWidth {
  return WIDTHS[bits]!
}

export function bitsOfWidth(width: RecordingWidth): string {
  return keyOf(WIDTHS, width)
}

export function lengthOfBits(bits: string): RecordingLength {
  return LENGTHS[bits]!
}

export function bitsOfLength(length: RecordingLength): string {
  return keyOf(LENGTHS, length)
}

function keyOf<T>(table: Readonly<Record<string, T>>, value: T): string {
  return Object.keys(table).find((key) => table[key] === value)!
}
