import type { CodedPage } from '../page.ts'
import { systemTimers, type Timers } from '../raster/timers.ts'
import { bounded } from '../reading/bounded.ts'
import { EngineThread } from '../reading/engine-thread.ts'
import { Lending } from '../reading/lending.ts'
import type { Barcode } from './barcode.ts'

export interface BarcodeReaderOptions {
  /** Threads of their own, each with an engine; started by the first page that needs them. */
  readonly threads?: number
  /** For one page; waiting for a turn does not count. */
  readonly pageDeadlineMs?: number
  readonly timers?: Timers
}

/** A page takes 0.2 s on one idle core; the first one starts the engine. */
const PAGE_DEADLINE_MS = 20_000
/** Its heap only grows: after so many pages it is begun anew. */
const PAGES_PER_THREAD = 1_000

type Thread = EngineThread<CodedPage, readonly Barcode[]>

/** Reads the barcodes of pages, in threads of their own. */
export class BarcodeReader {
  readonly #threads: readonly Thread[]
  readonly #lending: Lending<Thread>
  readonly #deadlineMs: number
  readonly #timers: Timers

  constructor(options: BarcodeReaderOptions = {}) {
    this.#timers = options.timers ?? systemTimers
    const script = new URL('./barcode-worker.ts', import.meta.url)
    this.#threads = Array.from(
      { length: options.threads ?? 1 },
      (): Thread => new EngineThread(script, PAGES_PER_THREAD, this.#timers),
    )
    this.#lending = new Lending(this.#threads)
    this.#deadlineMs = options.pageDeadlineMs ?? PAGE_DEADLINE_MS
  }

  /**
   * At most 16 codes, each once. Which way the page lies does not matter.
   *
   * Throws the signal's reason when that is aborted, and `PageUnread`.
   */
  read(page: CodedPage, signal: AbortSignal): Promise<readonly Barcode[]> {
    const bounds = { signal, deadlineMs: this.#deadlineMs, timers: this.#timers }
    return this.#lending.use(signal, (thread) => bounded(bounds, (ending) => thread.run(page, ending)))
  }

  /** Ends pages under way with `PageUnread` `closed`. */
  async close(): Promise<void> {
    this.#lending.close()
    await Promise.all(this.#threads.map((thread) => thread.close()))
  }
}
