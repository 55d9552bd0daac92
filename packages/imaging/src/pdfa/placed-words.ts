import type { PageText, Rotation, Word } from '../page-text.ts'
import { cleanWord } from './clean-word.ts'
import { visualOrder } from './visual-order.ts'

/** A page that is full of small print has 2,000 words; the rest is noise, or somebody's attack. */
const WORDS_MAX = 20_000
const CHARACTERS_MAX = 200_000

/** A received page: its pels and its printed size. */
export interface PageFrame {
  readonly width: number
  readonly rows: number
  /** Points. */
  readonly printedWidth: number
  readonly printedHeight: number
}

/** A word in points, seen as it is read: `start` to `end` along the line, `top` to `bottom` down the turned page. */
export interface PlacedWord {
  readonly characters: readonly string[]
  readonly start: number
  readonly end: number
  readonly top: number
  readonly bottom: number
}

/** The words that can be placed, in the order given: the first `WORDS_MAX`, boxes cut to the page and never empty. */
export function placeWords({ words, rotation }: PageText, frame: PageFrame): PlacedWord[] {
  const placed: PlacedWord[] = []
  let charactersLeft = CHARACTERS_MAX
  for (const word of words) {
    if (placed.length === WORDS_MAX || charactersLeft <= 0) break
    const box = boxOnPage(word, frame)
    const characters = cleanWord(word.text).slice(0, charactersLeft)
    if (box === undefined || characters.length === 0) continue
    charactersLeft -= characters.length
    placed.push({ characters: visualOrder(characters), ...turned(box, rotation, frame) })
  }
  return placed
}

/** Points from the top left of the page as it was received. */
interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

function boxOnPage(word: Word, { width, rows, printedWidth, printedHeight }: PageFrame): Box | undefined {
  const edges = [word.left, word.top, word.right, word.bottom]
  if (edges.some(Number.isNaN)) return undefined
  const left = clamp(word.left, 0, width - 1)
  const top = clamp(word.top, 0, rows - 1)
  const across = printedWidth / width
  const down = printedHeight / rows
  return {
    left: left * across,
    top: top * down,
    right: clamp(word.right, left + 1, width) * across,
    bottom: clamp(word.bottom, top + 1, rows) * down,
  }
}

function turned(box: Box, rotation: Rotation, { printedWidth, printedHeight }: PageFrame) {
  const { left, top, right, bottom } = box
  switch (rotation) {
    case 0:
      return { start: left, end: right, top, bottom }
    case 90:
      return { start: printedHeight - bottom, end: printedHeight - top, top: left, bottom: right }
    case 180:
      return {
        start: printedWidth - right,
        end: printedWidth - left,
        top: printedHeight - bottom,
        bottom: printedHeight - top,
      }
    case 270:
      return { start: top, end: bottom, top: printedWidth - right, bottom: printedWidth - left }
  }
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value))
}
