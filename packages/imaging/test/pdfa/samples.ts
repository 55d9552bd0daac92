import type { PageText, Rotation, Word } from '@answerback/imaging/page-text'
import type { PdfaAbout, PdfaPage } from '@answerback/imaging/pdfa/write-pdfa'
import { coded, squareWithHole } from '../preview/coded-pages.ts'

export const ABOUT: PdfaAbout = {
  id: Uint8Array.from({ length: 16 }, (_, index) => index * 16 + 1),
  createdAt: new Date('2026-01-31T23:59:58.900Z'),
}

export const FINE = coded(squareWithHole(1728, 2156, 196), 'fine')
export const STANDARD = coded(squareWithHole(1728, 1078, 98), 'standard')
export const SUPERFINE = coded(squareWithHole(1728, 4301, 391), 'superfine')

/** A word whose box is in pels. */
export function word(text: string, left: number, top: number, right: number, bottom: number): Word {
  return { text, confidence: 90, left, top, right, bottom }
}

/** Inches of the page as it is read. */
interface InchBox {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** Lines of words, one every fifth of an inch, as OCR would find them on a Letter page of 204 x 196 that lies turned. */
export function turnedText(lines: readonly string[], rotation: Rotation, slope = 0): PageText {
  const words = lines.flatMap((line, row) => {
    let at = 1
    return line.split(' ').map((text) => {
      const left = at
      const right = left + text.length * 0.08
      at = right + 0.09
      const top = 1 + row * 0.2 + slope * left
      return lying(text, { left, right, top, bottom: top + (/[gpqy]/.test(text) ? 0.13 : 0.1) }, rotation)
    })
  })
  return { words, rotation }
}

const WIDTH = 1728 / 204
const HEIGHT = 2156 / 196

function lying(text: string, { left, top, right, bottom }: InchBox, rotation: Rotation): Word {
  const inches =
    rotation === 0
      ? { left, top, right, bottom }
      : rotation === 90
        ? { left: top, top: HEIGHT - right, right: bottom, bottom: HEIGHT - left }
        : rotation === 180
          ? { left: WIDTH - right, top: HEIGHT - bottom, right: WIDTH - left, bottom: HEIGHT - top }
          : { left: WIDTH - bottom, top: left, right: WIDTH - top, bottom: right }
  const across = (value: number) => Math.round(value * 204)
  const down = (value: number) => Math.round(value * 196)
  return word(text, across(inches.left), down(inches.top), across(inches.right), down(inches.bottom))
}

export const LINES = [
  'Referral for Test Patient Zebra',
  'please see the enclosed pages',
  'a - b , on high gypsum',
  'no new news are on a run',
] as const

/** Every resolution, every rotation, scripts of all kinds, a page without words and one of a single row. */
export const ALL_KINDS: readonly PdfaPage[] = [
  { page: FINE, text: turnedText(LINES, 0) },
  {
    page: STANDARD,
    text: { words: [word('患者', 100, 100, 300, 130), word('𝒳😀', 320, 100, 500, 130)], rotation: 0 },
  },
  { page: SUPERFINE, text: turnedText(['שלום العربية Füße'], 0) },
  ...([90, 180, 270] as const).map((rotation) => ({ page: FINE, text: turnedText(LINES, rotation) })),
  { page: FINE },
  { page: coded(squareWithHole(1728, 1, 196)) },
]
