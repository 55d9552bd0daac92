import { FONT_DOTS } from './font-dots.ts'

const DOTS_WIDE = 5
export const DOTS_HIGH = 9
const FIRST_LETTER = 32
const FALLBACK = '?'.charCodeAt(0)

/** A letter with its gap: 5 + 1 dots of 2 pels, the same at all resolutions (204 pels an inch). */
export const CELL_PELS = 12

/** A letter's rows from the top; each number holds `CELL_PELS` pixels, the leftmost in the highest bit. */
export type Glyph = readonly number[]

/** Dots of one letter, `true` is black; outside its box is white. */
type Dots = readonly (readonly boolean[])[]

const letters = readLetters()
const coarse = letters.map((dots) => dots.map((row) => packRow(row.flatMap((dot) => [dot, dot]))))
const smooth = letters.map((dots) => doubleSmoothly(dots).map(packRow))

/** The letter with a row a dot, for standard resolution (98 lines an inch). */
export function coarseGlyph(letter: number): Glyph {
  return coarse[letter - FIRST_LETTER] ?? coarse[FALLBACK - FIRST_LETTER]!
}

/** The letter with two rows a dot and its slants smoothed, for fine (196 lines an inch). */
export function smoothGlyph(letter: number): Glyph {
  return smooth[letter - FIRST_LETTER] ?? smooth[FALLBACK - FIRST_LETTER]!
}

function readLetters(): Dots[] {
  const blocks = FONT_DOTS.trim().split('\n\n')
  return blocks.flatMap((block) => {
    const rows = block.split('\n').map((line) => line.split(' '))
    return rows[0]!.map((_, letter) => rows.map((row) => [...row[letter]!].map((dot) => dot === '#')))
  })
}

/**
 * Twice the size: each dot becomes four, and a corner takes the colour of its two outer neighbours where these
 * agree and the other two do not, which turns the steps of a slant into a slope.
 */
function doubleSmoothly(dots: Dots): boolean[][] {
  const at = (x: number, y: number): boolean => dots[y]?.[x] ?? false
  const doubled = Array.from({ length: DOTS_HIGH * 2 }, () => new Array<boolean>(DOTS_WIDE * 2).fill(false))
  for (let y = 0; y < DOTS_HIGH; y++) {
    for (let x = 0; x < DOTS_WIDE; x++) {
      const up = at(x, y - 1)
      const down = at(x, y + 1)
      const left = at(x - 1, y)
      const right = at(x + 1, y)
      const canSmooth = up !== down && left !== right
      const dot = at(x, y)
      doubled[y * 2]![x * 2] = canSmooth && up === left ? up : dot
      doubled[y * 2]![x * 2 + 1] = canSmooth && up === right ? up : dot
      doubled[y * 2 + 1]![x * 2] = canSmooth && down === left ? down : dot
      doubled[y * 2 + 1]![x * 2 + 1] = canSmooth && down === right ? down : dot
    }
  }
  return doubled
}

function packRow(pixels: readonly boolean[]): number {
  return pixels.reduce((bits, isBlack, x) => (isBlack ? bits | (1 << (CELL_PELS - 1 - x)) : bits), 0)
}
