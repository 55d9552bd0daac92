/**
 * A bilevel page: `rows` lines of `width` pixels, packed into 32-bit words.
 *
 * Bit 31 of a word is its leftmost pixel; 1 is black (T.4 §2: "black" is the marked element).
 * Each line starts on a word of its own: `stride = ceil(width / 32)` words. Bits past `width` are 0.
 */
export interface Bitmap {
  readonly width: number
  readonly rows: number
  readonly stride: number
  readonly words: Uint32Array
}

/** An all-white bitmap. */
export function createBitmap(width: number, rows: number): Bitmap {
  const stride = (width + 31) >>> 5
  return { width, rows, stride, words: new Uint32Array(stride * rows) }
}
