import type { Bitmap } from '@answerback/protocol/t4/bitmap'

/**
 * Fills white pixels that dent a level edge by one: black to the left and right, one side of the three all black and
 * the other all white. 32 pixels at a time.
 *
 * Drawing letters in one bit leaves such dents where a stem meets an arch. MMR codes each as two changes in a row and
 * two more in the next, 2 % of a page of text, and OCR finds the same words without them.
 */
export function fillDents({ rows, stride, words }: Bitmap): void {
  const white = new Uint32Array(stride)
  // What a row was before its own dents were filled decides about the row below it.
  let above = new Uint32Array(stride)
  let current = new Uint32Array(stride)
  for (let row = 0; row < rows; row++) {
    const at = row * stride
    if (row + 1 < rows) fillRow(words, at, stride, above, words, at + stride, current)
    else fillRow(words, at, stride, above, white, 0, current)
    const done = above
    above = current
    current = done
  }
}

/** Fills the row at `words[at]`, between `above` and the row at `below[belowAt]`; puts what it was into `original`. */
function fillRow(
  words: Uint32Array,
  at: number,
  stride: number,
  above: Uint32Array,
  below: Uint32Array,
  belowAt: number,
  original: Uint32Array,
): void {
  let left = 0
  let pixels = words[at]!
  for (let word = 0; word < stride; word++) {
    const right = word + 1 < stride ? words[at + word + 1]! : 0
    original[word] = pixels
    // Most words are white; a dent has ink on both sides, and a word without any cannot hold one.
    const between = pixels === 0 ? 0 : ~pixels & toLeft(left, pixels) & toRight(pixels, right)
    if (between !== 0) {
      const onBlack = allThree(below, belowAt, word, stride) & ~anyOfThree(above, 0, word, stride)
      const underBlack = allThree(above, 0, word, stride) & ~anyOfThree(below, belowAt, word, stride)
      words[at + word] = pixels | (between & (onBlack | underBlack))
    }
    left = pixels
    pixels = right
  }
}

/** For each pixel of a word, the one to the left of it; `before` is the word before. */
function toLeft(before: number, pixels: number): number {
  return (pixels >>> 1) | (before << 31)
}

function toRight(pixels: number, after: number): number {
  return (pixels << 1) | (after >>> 31)
}

/** The word at `line[at + word]`, and its pixels one to the left and to the right of each, across the word's ends. */
function allThree(line: Uint32Array, at: number, word: number, stride: number): number {
  const pixels = line[at + word]!
  return pixels & leftOf(line, at, word) & rightOf(line, at, word, stride)
}

function anyOfThree(line: Uint32Array, at: number, word: number, stride: number): number {
  const pixels = line[at + word]!
  return pixels | leftOf(line, at, word) | rightOf(line, at, word, stride)
}

function leftOf(line: Uint32Array, at: number, word: number): number {
  return toLeft(word > 0 ? line[at + word - 1]! : 0, line[at + word]!)
}

function rightOf(line: Uint32Array, at: number, word: number, stride: number): number {
  return toRight(line[at + word]!, word + 1 < stride ? line[at + word + 1]! : 0)
}
