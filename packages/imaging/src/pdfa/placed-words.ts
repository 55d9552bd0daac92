import type { PageText, Rotation, Word } from '../page-text.ts'
import { cleanWord } from './clean-word.ts'

/** A page that is full of small print has 2,000 words; the rest is noise, or somebody's attack. */
const WORDS_MAX = 20_000
const CHARACTERS_MAX = 200_000

/** A received page, in pels. */
interface PageSize {
  readonly width: number
  readonly rows: number
}

/** A word in whole pels, seen as it is read: `start` to `end` along the line, `top` to `bottom` down the turned page. */
export interface PlacedWord {
  readonly characters: readonly string[]
  readonly start: number
  readonly end: number
  readonly top: number
  readonly bottom: number
}

/** The words that can be placed, in the order given: the first `WORDS_MAX`, boxes cut to the page and never empty. */
export function placeWords({ words, rotation }: PageText, page: PageSize): PlacedWord[] {
  const placed: PlacedWord[] = []
  let charactersLeft = CHARACTERS_MAX
  for (const word of words) {
    if (placed.length === WORDS_MAX || charactersLeft <= 0) break
    const box = boxOnPage(word, page)
    const characters = cleanWord(word.text, charactersLeft)
    if (box === undefined || characters.length === 0) continue
    charactersLeft -= characters.length
    placed.push(turned(characters, box, rotation, page))
  }
  return placed
}

/** Pels from the top left of the page as it was received. */
interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

function boxOnPage(word: Word, { width, rows }: PageSize): Box | undefined {
  const edges = [word.left, word.top, word.right, word.bottom]
  if (edges.some(Number.isNaN)) return undefined
  const left = wholePels(word.left, 0, width - 1)
  const top = wholePels(word.top, 0, rows - 1)
  return {
    left,
    top,
    right: wholePels(word.right, left + 1, width),
    bottom: wholePels(word.bottom, top + 1, rows),
  }
}

function turned(
  characters: readonly string[],
  { left, top, right, bottom }: Box,
  rotation: Rotation,
  { width, rows }: PageSize,
): PlacedWord {
  switch (rotation) {
    case 0:
      return { characters, start: left, end: right, top, bottom }
    case 90:
      return { characters, start: rows - bottom, end: rows - top, top: left, bottom: right }
    case 180:
      return { characters, start: width - right, end: width - left, top: rows - bottom, bottom: rows - top }
    case 270:
      return { characters, start: top, end: bottom, top: width - right, bottom: width - left }
  }
}

function wholePels(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, Math.round(value)))
}
