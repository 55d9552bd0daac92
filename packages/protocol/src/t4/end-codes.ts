import type { BitWriter } from './bit-writer.ts'

/** EOL: eleven zeros and a one (T.4 §4.1.2). */
export const EOL_CODE = 1
export const EOL_LENGTH = 12
/** RTC ends a page of MH or MR: six EOL (T.4 §4.1.4). */
export const EOLS_IN_RTC = 6
/** EOFB ends a page of MMR: two EOL (T.6 §2.4.1.1), here as a number of 24 bits. */
export const EOFB_CODE = 0x001001
export const EOFB_LENGTH = 24

/** EOFB and zeros up to a byte. */
export function putEofb(writer: BitWriter): void {
  writer.put(EOFB_CODE, EOFB_LENGTH)
  writer.alignTo()
}
