/** A thread that holds tesseract's WebAssembly build with the data for English, and reads one picture at a time. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { gunzipSync } from 'node:zlib'
import startTesseract from 'tesseract.js-core/tesseract-core-simd-lstm.js'
import { capMemory } from '../pdf/memory-cap.ts'
import { serveEngine } from '../reading/serve-engine.ts'
import { type Grey, toPgm } from '../reading/square-grey.ts'
import { TESSERACT_VARIABLES, TSV_CHARACTERS_MAX } from './recogniser.ts'
import { parseTesseractTsv } from './tesseract-tsv.ts'

/** A Letter page takes 150 MB. */
const MEMORY_BYTES_MAX = 512 * 2 ** 20
const PICTURE = '/input'

const { resolve } = createRequire(import.meta.url)
const silent = () => undefined
const tesseract = await startTesseract({
  wasmBinary: capMemory(
    readFileSync(resolve('tesseract.js-core/tesseract-core-simd-lstm.wasm')),
    MEMORY_BYTES_MAX,
  ),
  TesseractProgress: silent,
  print: silent,
  printErr: silent,
})
// The integer model reads as well as the larger one beside it: 96.05 % of the same 2,049 words both.
const data = readFileSync(resolve('@tesseract.js-data/eng/4.0.0_best_int/eng.traineddata.gz'))
tesseract.FS.writeFile('eng.traineddata', gunzipSync(data))
const api = new tesseract.TessBaseAPI()
if (api.Init(null, 'eng', 1) !== 0) throw new Error('tesseract does not take its data for English')
for (const [name, value] of Object.entries(TESSERACT_VARIABLES)) api.SetVariable(name, value)

serveEngine(async (picture: Grey) => {
  tesseract.FS.writeFile(PICTURE, toPgm(picture))
  try {
    if (api.SetImageFile(1, 0) !== 0 || api.Recognize(null) !== 0)
      throw new Error('tesseract refused a picture')
    const tsv = api.GetTSVText(0)
    if (tsv.length > TSV_CHARACTERS_MAX) throw new Error('tesseract says more than fits a page')
    return parseTesseractTsv(tsv)
  } finally {
    // Nothing of one page stays for the next.
    api.Clear()
    tesseract.FS.unlink(PICTURE)
  }
})
