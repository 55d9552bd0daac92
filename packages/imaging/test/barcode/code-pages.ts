import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { BarcodeFormat } from '@answerback/imaging/barcode/barcode'
import { type CodedPage, LINES_PER_INCH, PELS_PER_INCH, type Resolution } from '@answerback/imaging/page'
import type { RasterPool } from '@answerback/imaging/raster/pool'
import { renderFax } from '@answerback/imaging/render-fax'
import { ttiBandRows } from '@answerback/imaging/tti/band-rows'
import { type Bitmap, createBitmap } from '@answerback/protocol/t4/bitmap'
import { prepareZXingModule, writeBarcode } from 'zxing-wasm/writer'
import { coded, setBlack } from '../preview/coded-pages.ts'

/** A page with one code of a known text. */
export interface CodePage {
  readonly text: string
  readonly page: CodedPage
}

const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

export function drawCode(random: () => number): string {
  const group = () => Array.from({ length: 4 }, () => LETTERS[Math.floor(random() * LETTERS.length)]).join('')
  return `AB-${group()}-${group()}-${group()}`
}

/** Our cover sheet, as it is faxed. */
export async function coverSheet(
  pool: RasterPool,
  returnCode: string,
  resolution: Resolution,
): Promise<CodePage> {
  const fields = {
    toName: 'Cardiology Intake',
    to: '+1 415 555 0100',
    fromName: 'Fir Street Clinic',
    subject: 'Referral',
    message: 'Please find the referral for Test Patient Zebra.',
    returnCode,
  }
  const fax = { documents: [], cover: { fields }, resolution, paper: 'letter', mode: 'auto' } as const
  const rendered = await renderFax(pool, { ...fax, ttiRows: ttiBandRows(resolution) })
  for await (const page of rendered.pages) return { text: returnCode, page }
  throw new Error('no cover sheet')
}

let isPrepared = false

function prepareWriter(): void {
  if (isPrepared) return
  const wasm = readFileSync(fileURLToPath(import.meta.resolve('zxing-wasm/writer/zxing_writer.wasm')))
  prepareZXingModule({ overrides: { wasmBinary: Uint8Array.from(wasm).buffer } })
  isPrepared = true
}

const MODULE_PELS = 6
/** Bars are as wide on labels: 0.37 mm. */
const BAR_PELS = 3
/** From one code to the next, and from the corner of the page to the first. */
const INCHES_APART = 2

/** A page with nothing on it but the code, its squares as large as on our cover sheet. */
export async function pageWithCode(
  format: BarcodeFormat,
  text: string,
  resolution: Resolution,
): Promise<CodePage> {
  return { text, page: await pageWithCodes(format, [text], resolution) }
}

/** Three codes side by side, then the next three. */
export async function pageWithCodes(
  format: BarcodeFormat,
  texts: readonly string[],
  resolution: Resolution,
): Promise<CodedPage> {
  prepareWriter()
  const page = createBitmap(1728, 14 * LINES_PER_INCH[resolution])
  for (const [index, text] of texts.entries()) {
    const { symbol, error } = await writeBarcode(text, { format })
    if (error !== '') throw new Error(error)
    const left = (1 + (index % 3)) * INCHES_APART * PELS_PER_INCH
    const top = (1 + Math.floor(index / 3)) * INCHES_APART * LINES_PER_INCH[resolution]
    const pels = format === 'Code128' || format === 'Code39' ? BAR_PELS : MODULE_PELS
    stamp(page, symbol, { left, top, pels, rows: Math.ceil((pels * LINES_PER_INCH[resolution]) / 196) })
  }
  return coded(page, resolution)
}

function stamp(
  page: Bitmap,
  symbol: { readonly width: number; readonly height: number; readonly data: ArrayLike<number> },
  place: { readonly left: number; readonly top: number; readonly pels: number; readonly rows: number },
): void {
  for (let row = 0; row < symbol.height * place.rows; row++) {
    for (let column = 0; column < symbol.width * place.pels; column++) {
      const at = Math.floor(row / place.rows) * symbol.width + Math.floor(column / place.pels)
      if (symbol.data[at]! < 128) setBlack(page, place.left + column, place.top + row)
    }
  }
}
