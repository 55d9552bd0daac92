import type { PageKind } from '../../../../conformance/t30/case.ts'
import { type Bitmap, createBitmap } from '../../src/t4/bitmap.ts'
import { encodeT6 } from '../../src/t4/t6.ts'
import type { LinePage } from '../../src/t30/line-page.ts'
import { createDice } from '../t4/damage.ts'

const WIDTH = 1728
/** Chosen for the frames and blocks the kinds promise. */
const NOISY_ROWS: Readonly<Record<PageKind, number>> = { small: 6, standard: 6, large: 200 }
const WHITE_ROWS = 40

/** A page that looks like no other of its fax: `seed` is in every noisy row. */
export function samplePage(kind: PageKind, number: number): LinePage {
  const bitmap = noisyBitmap(NOISY_ROWS[kind], number)
  const resolution = kind === 'standard' ? 'standard' : 'fine'
  return { number, width: WIDTH, rows: bitmap.rows, resolution, t6: encodeT6(bitmap) }
}

function noisyBitmap(noisyRows: number, seed: number): Bitmap {
  const bitmap = createBitmap(WIDTH, noisyRows + WHITE_ROWS)
  const dice = createDice(seed * 7919)
  // A run of twelve pels in each word, somewhere: about as dense as print.
  for (let word = 0; word < noisyRows * bitmap.stride; word++) bitmap.words[word] = 0xfff00000 >>> dice(20)
  return bitmap
}
