/**
 * Unpacks PackBits (TIFF 6.0 §9) until `size` bytes are out. Returns undefined where the input ends before;
 * a packet that would pass `size` is cut there.
 */
export function unpackBits(packed: Uint8Array, size: number): Uint8Array | undefined {
  const out = new Uint8Array(size)
  let read = 0
  let written = 0
  while (written < size) {
    const control = packed[read++]
    if (control === undefined) return undefined
    if (control < 128) {
      const take = Math.min(control + 1, size - written)
      if (read + take > packed.length) return undefined
      out.set(packed.subarray(read, read + take), written)
      read += control + 1
      written += take
    } else if (control > 128) {
      const value = packed[read++]
      if (value === undefined) return undefined
      const take = Math.min(257 - control, size - written)
      out.fill(value, written, written + take)
      written += take
    }
    // 128 is no operation.
  }
  return out
}
