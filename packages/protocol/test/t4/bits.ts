/** Bytes from a string of bits; spaces are for the reader. */
export function bits(text: string): Uint8Array {
  const digits = text.replaceAll(' ', '')
  const bytes = new Uint8Array(Math.ceil(digits.length / 8))
  for (let i = 0; i < digits.length; i++) if (digits[i] === '1') bytes[i >>> 3]! |= 0x80 >>> (i & 7)
  return bytes
}

export const EOL = '000000000001'
export const EOFB = `${EOL} ${EOL}`
