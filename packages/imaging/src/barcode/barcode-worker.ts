/** A thread that holds zxing-cpp's WebAssembly build, with its memory capped, and reads one page at a time. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'
import type { CodedPage } from '../page.ts'
import { capMemory } from '../pdf/memory-cap.ts'
import { serveEngine } from '../reading/serve-engine.ts'
import { PIXELS_PER_ROW, squareGrey } from '../reading/square-grey.ts'
import { findBarcodes } from './find-barcodes.ts'

const MEMORY_BYTES_MAX = 256 * 2 ** 20

const wasm = readFileSync(fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm')))
// The engine's code comes from its package: it would fetch it otherwise.
await prepareZXingModule({
  overrides: { wasmBinary: capMemory(wasm, MEMORY_BYTES_MAX).buffer },
  fireImmediately: true,
})

serveEngine(async (page: CodedPage) => {
  const picture = squareGrey(page)
  const barcodes = await findBarcodes(picture, readBarcodes)
  const pixelsPerRow = PIXELS_PER_ROW[page.resolution]
  return barcodes.map((barcode) => ({
    ...barcode,
    top: Math.floor(barcode.top / pixelsPerRow),
    bottom: Math.ceil(barcode.bottom / pixelsPerRow),
  }))
})
