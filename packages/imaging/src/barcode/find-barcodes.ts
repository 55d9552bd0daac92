import type { ReaderOptions, ReadResult } from 'zxing-wasm/reader'
import { cleanText } from '../reading/clean-text.ts'
import { type Grey, toPgm } from '../reading/square-grey.ts'
import type { Barcode, BarcodeFormat } from './barcode.ts'
import { smooth } from './smooth.ts'

/** The engine: finds the codes of a PGM. */
export type ReadPicture = (pgm: Uint8Array, options: ReaderOptions) => Promise<readonly ReadResult[]>

export const BARCODE_FORMATS: readonly BarcodeFormat[] = [
  'QRCode',
  'DataMatrix',
  'Aztec',
  'PDF417',
  'Code128',
  'Code39',
]
const BARCODES_MAX = 16
const TEXT_CHARACTERS_MAX = 1_024
const OPTIONS: ReaderOptions = {
  formats: [...BARCODE_FORMATS],
  maxNumberOfSymbols: BARCODES_MAX,
  // Nobody faxes a code white on black, and looking for it takes a third more time and finds codes in noise.
  tryInvert: false,
  returnErrors: false,
  textMode: 'Plain',
}

/**
 * The codes of a picture as it is, and those that show only once it is smoothed; boxes in its pixels.
 *
 * Codes that say nothing readable are left out.
 */
export async function findBarcodes(picture: Grey, read: ReadPicture): Promise<readonly Barcode[]> {
  const found: Barcode[] = []
  for (const each of [picture, smooth(picture)]) {
    for (const result of await read(toPgm(each), OPTIONS)) {
      const barcode = toBarcode(result, picture)
      if (barcode && found.length < BARCODES_MAX && !found.some((other) => isSame(other, barcode)))
        found.push(barcode)
    }
  }
  return found
}

function toBarcode(result: ReadResult, { width, height }: Grey): Barcode | undefined {
  const format = BARCODE_FORMATS.find((known) => known === result.symbology)
  const text = cleanText(result.text, TEXT_CHARACTERS_MAX)
  if (!result.isValid || format === undefined || text === '') return undefined
  const corners = Object.values(result.position)
  const across = corners.map(({ x }) => Math.min(Math.max(0, x), width - 1))
  const down = corners.map(({ y }) => Math.min(Math.max(0, y), height - 1))
  return {
    format,
    text,
    left: Math.min(...across),
    top: Math.min(...down),
    right: Math.max(...across) + 1,
    bottom: Math.max(...down) + 1,
  }
}

function isSame(a: Barcode, b: Barcode): boolean {
  const overlap = a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
  return a.format === b.format && a.text === b.text && overlap
}
