import type { CodedPage } from '@answerback/imaging/page'
import type { PageText } from '@answerback/imaging/page-text'
import type { PageBarcode, PageReader } from '../../src/ports/page-reader.ts'

/** A reader for tests that are not about reading: it finds what the test put on the pages, counted from the first page it is given. */
export class PlannedReader implements PageReader {
  readonly textPagesAtOnce = 1
  /** Each call of `barcodes` takes the next; an error is thrown. */
  readonly nextBarcodes: (readonly PageBarcode[] | Error)[] = []
  /** Each call of `text` takes the next: words with spaces between them. */
  readonly nextTexts: (string | PageText | Error)[] = []

  async barcodes(_page: CodedPage, signal: AbortSignal): Promise<readonly PageBarcode[]> {
    signal.throwIfAborted()
    const next = this.nextBarcodes.shift() ?? []
    if (next instanceof Error) throw next
    return next
  }

  async text(_page: CodedPage, signal: AbortSignal): Promise<PageText> {
    signal.throwIfAborted()
    const next = this.nextTexts.shift() ?? ''
    if (next instanceof Error) throw next
    return typeof next === 'string' ? { rotation: 0, words: wordsOf(next) } : next
  }
}

function wordsOf(text: string): PageText['words'] {
  const words = text.split(' ').filter((word) => word !== '')
  return words.map((word, index) => ({
    text: word,
    confidence: 96,
    left: 100 + index * 100,
    top: 100,
    right: 180 + index * 100,
    bottom: 130,
  }))
}
