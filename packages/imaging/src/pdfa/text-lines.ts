import type { PlacedWord } from './placed-words.ts'

/** How far along a line a letter with an ascender or a descender is looked for, in words each way. */
const NEIGHBOURS = 2
/** A word belongs to the line of the one before if they share this much of the lower one's height. */
const SHARED_HEIGHT_MIN = 0.5
/** Higher than this many usual words, a word is a rule or a picture that was taken for a letter. */
const OUTSIZE = 3
/**
 * A line that falls or rises by less than this share of its height is made level. Readers put letters in order by how high
 * they stand, and at half a degree begin to mix lines; a word then is off by half its height at most.
 */
const LEVELLED = 1

/** A word with the height of its line rather than of its own letters. */
export interface LineWord {
  readonly word: PlacedWord
  /** Pels; the same for all words of a line. */
  readonly height: number
  /** Where the line's box ends below the word: it goes down or up along a line that runs very much askew. */
  readonly bottom: number
}

/**
 * Gives the words of each line one height, as boxes of "on", "high" and "-" have nothing in common and readers would make
 * lines of their own of them. Words come and go in reading order.
 */
export function alignLines(words: readonly PlacedWord[]): LineWord[] {
  const usual = median(sorted(words.map(heightOf)))
  return intoLines(words, usual).flatMap(alignLine)
}

function alignLine(line: readonly PlacedWord[]): LineWord[] {
  const bands = line.map((_, index) => bandAround(line, index))
  const height = median(sorted(bands.map(heightOf)))
  const bottoms = sorted(bands.map(({ bottom }) => bottom))
  const drift = bottoms.at(-1)! - bottoms[0]!
  const level = drift <= LEVELLED * height ? median(bottoms) : undefined
  return line.map((word, index) => ({ word, height, bottom: level ?? bands[index]!.bottom }))
}

interface Band {
  readonly top: number
  readonly bottom: number
}

function intoLines(words: readonly PlacedWord[], usual: number): PlacedWord[][] {
  const lines: PlacedWord[][] = []
  let [start, end] = [0, 0]
  for (const word of words) {
    const line = lines.at(-1)
    const middle = (word.start + word.end) / 2
    // On a page askew the next line begins as high as this one ends; but it begins under it, not beside it.
    const isBeside = middle <= start || middle >= end
    if (line !== undefined && isBeside && isAsHigh(line, word, usual)) {
      line.push(word)
      start = Math.min(start, word.start)
      end = Math.max(end, word.end)
    } else {
      lines.push([word])
      start = word.start
      end = word.end
    }
  }
  return lines
}

function isAsHigh(line: readonly PlacedWord[], word: PlacedWord, usual: number): boolean {
  const last = line.at(-1)!
  if (Math.max(heightOf(word), heightOf(last)) > OUTSIZE * usual) return false
  const band = bandAround(line, line.length - 1)
  const shared = Math.min(band.bottom, word.bottom) - Math.max(band.top, word.top)
  return shared >= SHARED_HEIGHT_MIN * Math.min(heightOf(band), heightOf(word))
}

function bandAround(line: readonly PlacedWord[], index: number): Band {
  let { top, bottom } = line[index]!
  const end = Math.min(line.length, index + NEIGHBOURS + 1)
  for (let near = Math.max(0, index - NEIGHBOURS); near < end; near++) {
    top = Math.min(top, line[near]!.top)
    bottom = Math.max(bottom, line[near]!.bottom)
  }
  return { top, bottom }
}

function heightOf({ top, bottom }: Band): number {
  return bottom - top
}

/** Typed arrays sort numbers without a comparison of ours, and those of few bytes are cheap to make. */
function sorted(values: readonly number[]): Int32Array {
  return new Int32Array(values).sort()
}

function median(sortedValues: Int32Array): number {
  return sortedValues[sortedValues.length >> 1] ?? 0
}
