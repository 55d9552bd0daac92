import { BarcodeReader } from '@answerback/imaging/barcode/barcode-reader'
import { openTextReader, type TextReader } from '@answerback/imaging/ocr/text-reader'
import type { CodedPage } from '@answerback/imaging/page'
import type { PageText } from '@answerback/imaging/page-text'
import type { PageBarcode, PageReader } from '../../ports/page-reader.ts'

export interface ImageReaderOptions {
  readonly ocrEngine: 'auto' | 'native' | 'wasm'
  /** Pages that OCR works on at once, one thread each. */
  readonly ocrPagesAtOnce: number
}

/** Barcodes and text off received pages. Its engines start with the first page, so that a server's start does not wait for them. */
export class ImageReader implements PageReader {
  readonly textPagesAtOnce: number
  readonly #engine: ImageReaderOptions['ocrEngine']
  readonly #barcodes = new BarcodeReader()
  #texts: Promise<TextReader> | undefined

  constructor({ ocrEngine, ocrPagesAtOnce }: ImageReaderOptions) {
    this.#engine = ocrEngine
    this.textPagesAtOnce = ocrPagesAtOnce
  }

  async barcodes(page: CodedPage, signal: AbortSignal): Promise<readonly PageBarcode[]> {
    const found = await this.#barcodes.read(page, signal)
    return found.map(({ format, text }) => ({ format, text }))
  }

  async text(page: CodedPage, signal: AbortSignal): Promise<PageText> {
    const reader = await this.#textReader()
    return reader.read(page, signal)
  }

  /** Pages under way are given up. */
  async close(): Promise<void> {
    await this.#barcodes.close()
    await (await this.#texts)?.close()
  }

  #textReader(): Promise<TextReader> {
    this.#texts ??= openTextReader({ engine: this.#engine, pagesAtOnce: this.textPagesAtOnce })
    // What could not be opened is tried anew with the next page.
    this.#texts.catch(() => {
      this.#texts = undefined
    })
    return this.#texts
  }
}
