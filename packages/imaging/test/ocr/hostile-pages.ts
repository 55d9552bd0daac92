import type { CodedPage } from '@answerback/imaging/page'
import { createBitmap } from '@answerback/protocol/t4/bitmap'
import { coded } from '../preview/coded-pages.ts'

/** Pages as no sender has them by accident. */
export function hostilePages(): readonly (readonly [what: string, page: CodedPage])[] {
  const filled = (width: number, rows: number, word: (index: number, row: number) => number) => {
    const page = createBitmap(width, rows)
    for (let at = 0; at < page.words.length; at++) page.words[at] = word(at, Math.floor(at / page.stride))
    return page
  }
  const checkered = (_: number, row: number) => (row % 2 === 0 ? 0xaaaaaaaa : 0x55555555)
  return [
    ['a black page', coded(filled(1728, 2156, () => 0xffffffff))],
    ['a page of one row', coded(filled(1728, 1, () => 0xf0f0f0f0))],
    [
      'a page of one row at standard resolution',
      coded(
        filled(1728, 1, () => 0xf0f0f0f0),
        'standard',
      ),
    ],
    ['a page one word wide', coded(filled(32, 500, checkered))],
    ['a checkerboard of pels', coded(filled(1728, 600, checkered))],
    ['14,000 white rows', coded(createBitmap(1728, 14_000))],
    [
      'bars over all of a standard page',
      coded(
        filled(1728, 1078, (at) => Math.imul(at % 54, 0x9e3779b1)),
        'standard',
      ),
    ],
  ]
}
