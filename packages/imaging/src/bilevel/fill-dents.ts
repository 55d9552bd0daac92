import type { Bitmap } from '@answerback/protocol/t4/bitmap'

/**
 * Fills white pixels that dent a level edge by one: black to the left and right, one side of the three all black and
 * the other all white. 32 pixels at a time.
 *
 * Drawing letters in one bit leaves such dents where a stem meets an arch. MMR codes each as two changes in a row and
 * two more in the next, 2 % of a page of text, and OCR finds the same words without them.
 */
export function fillDents({ rows, stride, words }: Bitmap): void {
  // What a row was before its own dents were filled decides about the row below it.
  let above = new Uint32Array(stride)
  let current = new Uint32Array(stride)
  for (let row = 0; row < rows; row++) {
    const at = row * stride
    current.set(words.subarray(at, at + stride))
    const next = row + 1 < rows ? words.subarray(at + stride, at + 2 * stride) : new Uint32Array(stride)
    for (let word = 0; word < stride; word++) {
      const pixels = current[word]!
      if (pixels === 0) continue
      const between = ~pixels & toLeft(current, word) & toRight(current, word)
      if (between === 0) continue
      const onBlack = allThree(next, word) & ~anyOfThree(above, word)
      const underBlack = allThree(above, word) & ~anyOfThree(next, word)
      words[at + word] = pixels | (between & (onBlack | underBlack))
    }
    const done = above
    above = current
    current = done
  }
}

/** For each pixel, the one to the left of it, across the word's end. */
function toLeft(line: Uint32Array, word: number): number {
  return (line[word]! >>> 1) | ((word > 0 ? line[word - 1]! : 0) << 31)
}

function toRight(line: Uint32Array, word: number): number {
  return (line[word]! << 1) | ((word + 1 < line.length ? line[word + 1]! : 0) >>> 31)
}

function allThree(line: Uint32Array, word: number): number {
  return line[word]! & toLeft(line, word) & toRight(line, word)
}

function anyOfThree(line: Uint32Array, word: number): number {
  return line[word]! | toLeft(line, word) | toRight(line, word)
}
