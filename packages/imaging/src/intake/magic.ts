/** True when `bytes` has `magic` at `offset`. */
export function startsWith(bytes: Uint8Array, magic: readonly number[], offset = 0): boolean {
  if (bytes.length < offset + magic.length) return false
  return magic.every((byte, index) => bytes[offset + index] === byte)
}

/** True when `bytes` has the ASCII characters of `text` at `offset`. */
export function startsWithAscii(bytes: Uint8Array, text: string, offset = 0): boolean {
  if (bytes.length < offset + text.length) return false
  for (let index = 0; index < text.length; index++) {
    if (bytes[offset + index] !== text.charCodeAt(index)) return false
  }
  return true
}

/** Offset of the first occurrence of ASCII `text`, or -1. */
export function indexOfAscii(bytes: Uint8Array, text: string): number {
  const first = text.charCodeAt(0)
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (startsWithAscii(bytes, text, at)) return at
  }
  return -1
}
