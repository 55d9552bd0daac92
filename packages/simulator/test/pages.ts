import { createBitmap } from '@answerback/protocol/t4/bitmap'
import { encodeT6 } from '@answerback/protocol/t4/t6'
import { codePage } from '@answerback/protocol/t30/code-page'
import { type LineResolution, narrowestWidth } from '@answerback/protocol/t30/geometry'
import type { LinePage } from '@answerback/protocol/t30/line-page'
import type { ReceivedPage } from '@answerback/protocol/t30/received-page'
import type { Settings } from '@answerback/protocol/t30/settings'
import type { Random } from '../src/random.ts'

type PageImage = Omit<LinePage, 'number'>

const SHAPES: readonly { readonly width: number; readonly resolution: LineResolution }[] = [
  { width: 1728, resolution: 'standard' },
  { width: 1728, resolution: 'fine' },
  { width: 1728, resolution: 'fine' },
  { width: 1728, resolution: 'superfine' },
  { width: 2048, resolution: 'fine' },
  { width: 2432, resolution: 'standard' },
  { width: 2592, resolution: 'dpi300' },
  { width: 3456, resolution: 'dpi400' },
]

/** A page of bars and specks, so that no two rows and no two pages are alike. */
export function drawPage(random: Random): PageImage {
  const { width, resolution } = random.pick(SHAPES)
  const rows = 40 + random.below(240)
  const density = random.pick([0.01, 0.03, 0.15])
  const bitmap = createBitmap(width, rows)
  for (let row = 0; row < rows; row++) {
    for (let word = 0; word < width >> 5; word++) {
      if (random.chance(density)) bitmap.words[row * bitmap.stride + word] = 0x00ff_0ff0 >>> random.below(16)
    }
  }
  return { width, rows, resolution, t6: encodeT6(bitmap) }
}

/** Noise, which no coding compresses: more than the 64 KB that one block of ECM holds. */
export function drawLongPage(random: Random): PageImage {
  const bitmap = createBitmap(1728, 700)
  for (let i = 0; i < bitmap.words.length; i++) bitmap.words[i] = random.below(0x1_0000_0000) & 0x0f0f_0f0f
  return { width: 1728, rows: 700, resolution: 'fine', t6: encodeT6(bitmap) }
}

/** What arrived is what was sent, scaled where the receiver asked for that: pel for pel. */
export function isSamePage(sent: LinePage, received: ReceivedPage, length: Settings['length']): boolean {
  const expected = codePage(sent, {
    modulation: 'V17_14400',
    resolution: received.resolution,
    scheme: 'MMR',
    ecm: true,
    frameOctets: 256,
    width: narrowestWidth(received.width, received.resolution),
    length,
    scanLineTimeMs: 0,
  })
  return Buffer.compare(expected, received.t6) === 0
}
