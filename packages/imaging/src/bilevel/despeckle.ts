import type { Bitmap } from '@answerback/protocol/t4/bitmap'

/**
 * Removes black pixels with no black neighbour in any of the eight directions, 32 pixels at a time.
 *
 * Only isolated pixels go: a full stop at 204 dpi is larger, and each one costs MMR a dozen bits or more.
 */
export function despeckle({ rows, stride, words }: Bitmap): void {
  let above = new Uint32Array(stride)
  let current = words.slice(0, stride)
  for (let row = 0; row < rows; row++) {
    const next =
      row + 1 < rows ? words.slice((row + 1) * stride, (row + 2) * stride) : new Uint32Array(stride)
    for (let word = 0; word < stride; word++) {
      const pixels = current[word]!
      if (pixels === 0) continue
      const neighbours =
        spread(above, word) | spread(next, word) | above[word]! | next[word]! | spread(current, word)
      words[row * stride + word] = pixels & neighbours
    }
    above = current
    current = next
  }
}

/** The pixels left and right of each pixel of a word, across its ends. */
function spread(line: Uint32Array, word: number): number {
  const pixels = line[word]!
  const before = word > 0 ? line[word - 1]! : 0
  const after = word + 1 < line.length ? line[word + 1]! : 0
  return (pixels >>> 1) | (before << 31) | (pixels << 1) | (after >>> 31)
}
