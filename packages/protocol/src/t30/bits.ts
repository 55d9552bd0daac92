/**
 * T.30 numbers the bits of a facsimile information field from 1, in the order they leave. Octets here hold the first bit
 * on the wire as their most significant one, which is also how T.38 carries them.
 */
export function bitOf(octets: Uint8Array, number: number): boolean {
  const octet = octets[(number - 1) >> 3]
  return octet !== undefined && (octet & (0x80 >> ((number - 1) & 7))) !== 0
}

/** Sets a bit by its number of T.30 table 2: counted from 1, the first on the wire the most significant of its octet. */
export function setBit(octets: Uint8Array, number: number): void {
  octets[(number - 1) >> 3]! |= 0x80 >> ((number - 1) & 7)
}

/** Numbers and characters leave least significant bit first (T.30 §5.3.6.2.4, A.4.3.1), so their octets are turned round. */
export function reverseBits(octet: number): number {
  let reversed = 0
  for (let bit = 0; bit < 8; bit++) reversed |= ((octet >> bit) & 1) << (7 - bit)
  return reversed
}
