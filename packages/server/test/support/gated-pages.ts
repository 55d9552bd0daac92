import type { CodedPage } from '@answerback/imaging/page'
import type { FaxToRender } from '../../src/ports/rasteriser.ts'
import { MarkedPages } from './marked-pages.ts'

/** Rendering that stops at its gate until it is opened or aborted. */
export class GatedPages extends MarkedPages {
  readonly reached: Promise<void>
  open: () => void = () => {}
  #reach: () => void = () => {}
  readonly #opened: Promise<void>

  constructor() {
    super()
    this.reached = new Promise((resolve) => {
      this.#reach = resolve
    })
    this.#opened = new Promise((resolve) => {
      this.open = resolve
    })
  }

  override async *render(fax: FaxToRender, signal: AbortSignal): AsyncGenerator<CodedPage> {
    this.#reach()
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    })
    await Promise.race([this.#opened, aborted])
    yield* super.render(fax, signal)
  }
}
