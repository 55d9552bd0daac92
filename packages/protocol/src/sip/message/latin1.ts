const CHUNK_BYTES = 8_192

/**
 * One character per byte, so that what a peer wrote comes back byte for byte where we must echo it (Via, From,
 * Call-ID), whatever its encoding. `TextDecoder('latin1')` is windows-1252 and would not.
 */
export function textOf(bytes: Uint8Array): string {
  if (bytes.length <= CHUNK_BYTES) return String.fromCharCode(...bytes)
  let text = ''
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    text += String.fromCharCode(...bytes.subarray(at, at + CHUNK_BYTES))
  }
  return text
}

/** The inverse of `textOf`. Characters past U+00FF become `?`: text of ours is plain ASCII. */
export function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    bytes[i] = code > 0xff ? 0x3f : code
  }
  return bytes
}
