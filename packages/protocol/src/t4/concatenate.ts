import { EOFB_CODE, EOFB_LENGTH } from './end-codes.ts'

/**
 * Joins two whole pages of MMR (T.6) into one, header above body, without decoding either.
 *
 * Sound only when the header's last row is all white: the body's first row was coded against the imaginary
 * white row above its page (T.6 §2.2.1) and now stands below that last row. Both have the same width, and
 * the header is closed by EOFB.
 *
 * @throws {RangeError} when the header is not closed by EOFB.
 */
export function concatenateT6(header: Uint8Array, body: Uint8Array): Uint8Array {
  const headerBits = rowBits(header)
  const whole = headerBits >>> 3
  const shift = headerBits & 7
  const joined = new Uint8Array((headerBits + usedBits(body) + 7) >>> 3)
  joined.set(header.subarray(0, whole))
  if (shift === 0) {
    joined.set(body.subarray(0, joined.length - whole), whole)
    return joined
  }
  joined[whole] = header[whole]! & (0xff00 >>> shift)
  appendShifted(joined, whole, body, shift)
  return joined
}

/** Ors `body` into `target` from bit `shift` (1..7) of byte `at` on; what does not fit is padding. */
function appendShifted(target: Uint8Array, at: number, body: Uint8Array, shift: number): void {
  const from = new DataView(body.buffer, body.byteOffset, body.byteLength)
  const to = new DataView(target.buffer, target.byteOffset, target.byteLength)
  let carry = target[at]! << 24
  let i = 0
  for (; i + 4 <= body.length && at + i + 4 <= target.length; i += 4) {
    const word = from.getUint32(i)
    to.setUint32(at + i, carry | (word >>> shift))
    carry = word << (32 - shift)
  }
  carry >>>= 24
  for (; at + i < target.length; i++) {
    const byte = body[i] ?? 0
    target[at + i] = carry | (byte >>> shift)
    carry = (byte << (8 - shift)) & 0xff
  }
}

/** Bits before EOFB. */
function rowBits(coded: Uint8Array): number {
  const bits = usedBits(coded) - EOFB_LENGTH
  if (bits < 0 || bitsAt(coded, bits, EOFB_LENGTH) !== EOFB_CODE) {
    throw new RangeError('a T.6 page to put above another must be closed by EOFB')
  }
  return bits
}

/** Bits up to the last 1, with which EOFB ends; what follows is padding. */
function usedBits(coded: Uint8Array): number {
  let last = coded.length - 1
  while (last >= 0 && coded[last] === 0) last--
  if (last < 0) return 0
  const byte = coded[last]!
  return last * 8 + Math.clz32(byte & -byte) - 24 + 1
}

/** At most 24 bits from any position. */
function bitsAt(data: Uint8Array, position: number, length: number): number {
  const byte = position >>> 3
  const window =
    (data[byte]! << 24) | ((data[byte + 1] ?? 0) << 16) | ((data[byte + 2] ?? 0) << 8) | (data[byte + 3] ?? 0)
  return (window << (position & 7)) >>> (32 - length)
}
