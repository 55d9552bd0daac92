/**
 * One row as the positions where its colour changes, the form T.4 and T.6 think in.
 *
 * `positions[0]` is the first black pixel, `positions[1]` the white pixel after it, and so on: even entries
 * turn black, odd ones white. They rise strictly and stay below `width`; after the last of `count` stand
 * `SENTINELS` entries equal to `width`, the imaginary change after the row (T.4 §4.2.1.1), so that a search
 * for b1 and b2 never runs off the end.
 */
export interface ChangeRow {
  readonly width: number
  readonly positions: Int32Array
  count: number
}

/** b1 may be one past the imaginary change (to keep its colour), and b2 one past b1. */
const SENTINELS = 3

/** An all-white row, also the imaginary reference above a page's first row (T.6 §2.2.1). */
export function createChangeRow(width: number): ChangeRow {
  const positions = new Int32Array(width + SENTINELS + 1)
  const row = { width, positions, count: 0 }
  closeRow(row, 0)
  return row
}

/** Sets the number of changes and puts the sentinels behind them. */
export function closeRow(row: ChangeRow, count: number): void {
  row.count = count
  for (let i = 0; i < SENTINELS; i++) row.positions[count + i] = row.width
}

/** Makes `to` the same row; both are of one width. */
export function copyChanges(from: ChangeRow, to: ChangeRow): void {
  to.positions.set(from.positions.subarray(0, from.count))
  closeRow(to, from.count)
}

/** Reads a row of packed pixels (see `Bitmap`) starting at `words[offset]`. Bits past the width must be 0. */
export function findChanges(words: Uint32Array, offset: number, row: ChangeRow): void {
  const { width, positions } = row
  const stride = (width + 31) >>> 5
  let count = 0
  // The pixel left of the current word, as the sign bit: the row starts next to an imaginary white one.
  let carry = 0
  for (let w = 0; w < stride; w++) {
    const word = words[offset + w]! | 0
    let edges = word ^ ((word >>> 1) | carry)
    carry = word << 31
    const base = w << 5
    while (edges !== 0) {
      const bit = Math.clz32(edges)
      positions[count++] = base + bit
      edges &= 0x7fffffff >>> bit
    }
  }
  // A black run that ends exactly at a width inside a word leaves its edge on the padding.
  if (count > 0 && positions[count - 1] === width) count--
  closeRow(row, count)
}

/** Sets the black runs of a row in packed pixels that are white so far. */
export function paintChanges(row: ChangeRow, words: Uint32Array, offset: number): void {
  const { positions, count } = row
  for (let i = 0; i < count; i += 2) {
    const start = positions[i]!
    const end = positions[i + 1]!
    const first = offset + (start >>> 5)
    // `end` is exclusive, so the last word is the one that holds the pixel before it.
    const last = offset + ((end - 1) >>> 5)
    const startMask = -1 >>> (start & 31)
    const endMask = -1 << (31 - ((end - 1) & 31))
    if (first === last) {
      words[first]! |= startMask & endMask
    } else {
      words[first]! |= startMask
      for (let w = first + 1; w < last; w++) words[w] = 0xffffffff
      words[last]! |= endMask
    }
  }
}
