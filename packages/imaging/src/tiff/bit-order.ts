const REVERSED = Uint8Array.from({ length: 256 }, (_, byte) => {
  let reversed = 0
  for (let bit = 0; bit < 8; bit++) if ((byte >>> bit) & 1) reversed |= 0x80 >>> bit
  return reversed
})

/** A copy with the bits of each byte turned round. */
export function reverseBits(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length)
  for (let i = 0; i < bytes.length; i++) out[i] = REVERSED[bytes[i]!]!
  return out
}
