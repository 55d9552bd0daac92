import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { prepareZXingModule, writeBarcode } from 'zxing-wasm/writer'
import { fitPage } from '../drawing/fit.ts'
import { rasterTarget } from '../drawing/target.ts'
import type { PaperSize } from '../page.ts'
import { ttiBandRows } from '../tti/band-rows.ts'

/** The squares of a QR code, row by row: 1 is black. */
export interface CodeModules {
  readonly side: number
  readonly black: Uint8Array
}

/**
 * Draws the text as a QR code (ISO/IEC 18004) of level Q: a quarter of it may be lost on the line.
 *
 * 64 characters of printable ASCII make 41 squares a side, 16 make 25.
 */
export async function returnCodeModules(text: string): Promise<CodeModules> {
  prepareWriter()
  const { symbol, error } = await writeBarcode(text, { format: 'QRCode', ecLevel: 'Q' })
  if (error !== '' || symbol.width !== symbol.height) throw new Error('The return code cannot be drawn.')
  return { side: symbol.width, black: Uint8Array.from(symbol.data, (grey) => (grey < 128 ? 1 : 0)) }
}

let isPrepared = false

/** The writer's code comes from its package: it would fetch it otherwise. */
function prepareWriter(): void {
  if (isPrepared) return
  const wasm = readFileSync(fileURLToPath(import.meta.resolve('zxing-wasm/writer/zxing_writer.wasm')))
  prepareZXingModule({ overrides: { wasmBinary: Uint8Array.from(wasm).buffer } })
  isPrepared = true
}

/** The size of a fine pel on a sheet, in points. */
export interface PelSize {
  readonly width: number
  readonly height: number
}

/**
 * The pels of a sheet that is faxed with a header line above it, as faxes are. Pels begin at whole multiples of the
 * size, at even ones those of standard resolution too (on A4, within half a row): squares drawn from there come out crisp.
 */
export function pelSize(sheet: PelSize, paper: PaperSize): PelSize {
  const { width, height } = fitPage(
    sheet.width,
    sheet.height,
    rasterTarget(paper, 'fine', ttiBandRows('fine')),
  )
  return { width: sheet.width / width, height: sheet.height / height }
}
