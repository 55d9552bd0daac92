import type { CodedPage } from '../page.ts'
import type { PageText, Word } from '../page-text.ts'
import { systemTimers, type Timers } from '../raster/timers.ts'
import { bounded } from '../reading/bounded.ts'
import { Lending } from '../reading/lending.ts'
import { PIXELS_PER_ROW, squareGrey } from '../reading/square-grey.ts'
import { findNativeTesseract, NativeTesseract } from './native-tesseract.ts'
import { readUpright } from './read-upright.ts'
import type { Recogniser } from './recogniser.ts'
import { WasmTesseract } from './wasm-tesseract.ts'

export interface TextReader {
  /** Name and version, such as "tesseract 5.3.0" or "tesseract.js-core 7.0.0". */
  readonly engine: string
  /**
   * What the page says. The text is whatever its sender put there: untrusted, and about a patient. It is not logged.
   *
   * Throws the signal's reason when that is aborted, and `PageUnread`.
   */
  read(page: CodedPage, signal: AbortSignal): Promise<PageText>
  /** Ends pages under way with `PageUnread` `closed`. */
  close(): Promise<void>
}

export interface TextReaderOptions {
  /** `auto`: the tesseract of the machine where it is with its data for English, else our own of WebAssembly. */
  readonly engine?: 'auto' | 'native' | 'wasm'
  /** Pages read side by side, each on one thread; further ones wait. */
  readonly pagesAtOnce?: number
  /** For one page, all its passes together; waiting for a turn does not count. */
  readonly pageDeadlineMs?: number
  /** The machine's tesseract: a name to be found, or a path. */
  readonly program?: string
  readonly timers?: Timers
}

/** A page takes 1.5 to 2 s on one idle core, twice that upside down. */
const PAGE_DEADLINE_MS = 60_000
const FIND_DEADLINE_MS = 10_000

/** Throws when `native` is asked for and the machine has no tesseract with data for English. */
export async function openTextReader(options: TextReaderOptions = {}): Promise<TextReader> {
  const {
    engine = 'auto',
    pagesAtOnce = 1,
    pageDeadlineMs = PAGE_DEADLINE_MS,
    program = 'tesseract',
    timers = systemTimers,
  } = options
  const version = engine === 'wasm' ? undefined : await nativeVersion(program, timers)
  if (version === undefined && engine === 'native') {
    throw new Error('There is no tesseract with data for English on this machine.')
  }
  const recognisers = Array.from({ length: pagesAtOnce }, () =>
    version === undefined ? new WasmTesseract(timers) : new NativeTesseract(program, version),
  )
  return new PageReader(recognisers, pageDeadlineMs, timers)
}

function nativeVersion(program: string, timers: Timers): Promise<string | undefined> {
  const bounds = { signal: new AbortController().signal, deadlineMs: FIND_DEADLINE_MS, timers }
  return bounded(bounds, (signal) => findNativeTesseract(program, signal))
}

class PageReader implements TextReader {
  readonly engine: string
  readonly #recognisers: readonly Recogniser[]
  readonly #lending: Lending<Recogniser>
  readonly #deadlineMs: number
  readonly #timers: Timers

  constructor(recognisers: readonly Recogniser[], deadlineMs: number, timers: Timers) {
    this.engine = recognisers[0]!.engine
    this.#recognisers = recognisers
    this.#lending = new Lending(recognisers)
    this.#deadlineMs = deadlineMs
    this.#timers = timers
  }

  read(page: CodedPage, signal: AbortSignal): Promise<PageText> {
    return this.#lending.use(signal, (recogniser) =>
      bounded({ signal, deadlineMs: this.#deadlineMs, timers: this.#timers }, async (ending) => {
        const picture = squareGrey(page)
        const { words, rotation } = await readUpright(picture, (each) => recogniser.recognise(each, ending))
        return { words: words.map((word) => inRows(word, page)), rotation }
      }),
    )
  }

  async close(): Promise<void> {
    this.#lending.close()
    await Promise.all(this.#recognisers.map((each) => each.close()))
  }
}

/** From square pixels to the rows of the page as it was received. */
function inRows(word: Word, page: CodedPage): Word {
  const pixelsPerRow = PIXELS_PER_ROW[page.resolution]
  const top = Math.min(page.rows - 1, Math.floor(word.top / pixelsPerRow))
  const bottom = Math.min(page.rows, Math.max(top + 1, Math.ceil(word.bottom / pixelsPerRow)))
  return { ...word, right: Math.min(word.right, page.width), top, bottom }
}
