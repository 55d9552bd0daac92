import type { PlacedWord } from './placed-words.ts'

/** How far along a line a letter with an ascender or a descender is looked for, in words each way. */
const NEIGHBOURS = 2
/** A word belongs to the line of the one before if they share this much of the lower one's height. */
const SHARED_HEIGHT_MIN = 0.5
/** Higher than this many usual words, a word is a rule or a picture that was taken for a letter. */
const OUTSIZE = 3
/** Lines whose heights differ by less are set in one size: readers take a new size for a new paragraph. */
const SAME_SIZE = 0.12

/** A word with the height of its line rather than of its own letters. */
export interface LineWord {
  readonly word: PlacedWord
  /** Points; the same for all words of a line. */
  readonly height: number
  /** Where the line's box ends below the word. It follows a line that runs askew. */
  readonly bottom: number
}

/**
 * Gives the words of each line one height, as boxes of "on", "high" and "-" have nothing in common and readers would make
 * lines of their own of them. Words come and go in reading order.
 */
export function alignLines(words: readonly PlacedWord[]): LineWord[] {
  const usual = median(words.map(heightOf))
  const sizes: number[] = []
  return intoLines(words, usual).flatMap((line) => {
    const bands = line.map((_, index) => bandAround(line, index))
    const height = sharedSize(median(bands.map(heightOf)), sizes)
    return line.map((word, index) => ({ word, height, bottom: bands[index]!.bottom }))
  })
}

interface Band {
  readonly top: number
  readonly bottom: number
}

function intoLines(words: readonly PlacedWord[], usual: number): PlacedWord[][] {
  const lines: PlacedWord[][] = []
  let line: PlacedWord[] = []
  for (const word of words) {
    if (line.length > 0 && !continues(line, word, usual)) {
      lines.push(line)
      line = []
    }
    line.push(word)
  }
  return line.length > 0 ? [...lines, line] : lines
}

function continues(line: readonly PlacedWord[], word: PlacedWord, usual: number): boolean {
  const last = line.at(-1)!
  if (Math.max(heightOf(word), heightOf(last)) > OUTSIZE * usual) return false
  const band = bandAround(line, line.length - 1)
  const shared = Math.min(band.bottom, word.bottom) - Math.max(band.top, word.top)
  return shared >= SHARED_HEIGHT_MIN * Math.min(heightOf(band), heightOf(word))
}

function bandAround(line: readonly PlacedWord[], index: number): Band {
  const near = line.slice(Math.max(0, index - NEIGHBOURS), index + NEIGHBOURS + 1)
  return {
    top: Math.min(...near.map(({ top }) => top)),
    bottom: Math.max(...near.map(({ bottom }) => bottom)),
  }
}

function sharedSize(height: number, sizes: number[]): number {
  const near = sizes.find((size) => Math.abs(size - height) < SAME_SIZE * size)
  if (near === undefined) sizes.push(height)
  return near ?? height
}

function heightOf({ top, bottom }: Band): number {
  return bottom - top
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
}
