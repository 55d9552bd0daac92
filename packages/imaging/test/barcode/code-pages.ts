import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type CodedPage, LINES_PER_INCH, type Resolution } from '@answerback/imaging/page'
import type { RasterPool } from '@answerback/imaging/raster/pool'
import { renderFax } from '@answerback/imaging/render-fax'
import { ttiBandRows } from '@answerback/imaging/tti/band-rows'
import { createBitmap } from '@answerback/protocol/t4/bitmap'
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

const MODULE_PELS = 6
/** Where on the page the code begins. */
const INCHES_FROM_CORNER = 2

/** A page with nothing on it but the code, its squares as large as on our cover sheet: 6 pels, 6 fine rows. */
export async function pageWithCode(
  format: 'DataMatrix' | 'Code128' | 'PDF417' | 'QRCode',
  text: string,
  resolution: Resolution,
): Promise<CodePage> {
  const wasm = readFileSync(fileURLToPath(import.meta.resolve('zxing-wasm/writer/zxing_writer.wasm')))
  prepareZXingModule({
    overrides: { wasmBinary: Uint8Array.from(wasm).buffer },
    equalityFn: (before, after) => Object.keys(before).length === Object.keys(after).length,
  })
  const { symbol, error } = await writeBarcode(text, { format })
  if (error !== '') throw new Error(error)
  const rowsPerInch = LINES_PER_INCH[resolution]
  const page = createBitmap(1728, 11 * rowsPerInch)
  const moduleRows = Math.round((MODULE_PELS * rowsPerInch) / LINES_PER_INCH.fine)
  // A line of bars has no height of its own.
  const repeats = symbol.height === 1 ? 10 : 1
  for (let row = 0; row < symbol.height * repeats; row++) {
    for (let column = 0; column < symbol.width; column++) {
      if (symbol.data[Math.floor(row / repeats) * symbol.width + column]! >= 128) continue
      for (let y = 0; y < moduleRows; y++) {
        for (let x = 0; x < MODULE_PELS; x++) {
          const left = INCHES_FROM_CORNER * 204 + column * MODULE_PELS + x
          setBlack(page, left, INCHES_FROM_CORNER * rowsPerInch + row * moduleRows + y)
        }
      }
    }
  }
  return { text, page: coded(page, resolution) }
}
