import type { CodedPage } from '@answerback/imaging/page'
import type { PageText } from '@answerback/imaging/page-text'

/** A barcode on a page. Hostile text: whoever sent the page chose it. */
export interface PageBarcode {
  /** `QRCode`, `DataMatrix`, … */
  readonly format: string
  /** Bounded and free of control characters. */
  readonly text: string
}

/** What can be read off a page's image. Each call takes its turn; a page that cannot be read rejects and says nothing of the page. */
export interface PageReader {
  /** Pages that `text` works on at once. */
  readonly textPagesAtOnce: number
  barcodes(page: CodedPage, signal: AbortSignal): Promise<readonly PageBarcode[]>
  /** OCR: some seconds of CPU a page. */
  text(page: CodedPage, signal: AbortSignal): Promise<PageText>
}
