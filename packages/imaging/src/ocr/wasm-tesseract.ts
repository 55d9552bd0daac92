import { createRequire } from 'node:module'
import type { Word } from '../page-text.ts'
import type { Timers } from '../raster/timers.ts'
import { EngineThread } from '../reading/engine-thread.ts'
import type { Grey } from '../reading/square-grey.ts'
import type { Recogniser } from './recogniser.ts'

const { version } = createRequire(import.meta.url)('tesseract.js-core/package.json') as { version: string }

/** Its heap only grows: after so many pages it is begun anew. */
const PAGES_PER_THREAD = 200

/** Tesseract compiled to WebAssembly, in a thread of its own, with the data of an npm package: it fetches nothing. */
export class WasmTesseract implements Recogniser {
  readonly engine = `tesseract.js-core ${version}`
  readonly #thread: EngineThread<Grey, readonly Word[]>

  constructor(timers: Timers) {
    const script = new URL('./wasm-tesseract-worker.ts', import.meta.url)
    this.#thread = new EngineThread(script, PAGES_PER_THREAD, timers)
  }

  recognise(picture: Grey, signal: AbortSignal): Promise<readonly Word[]> {
    return this.#thread.run(picture, signal)
  }

  close(): Promise<void> {
    return this.#thread.close()
  }
}
