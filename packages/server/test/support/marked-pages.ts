import { DocumentRefusal } from '@answerback/imaging/intake/refusal'
import { type CodedPage, PAGE_WIDTH_PELS } from '@answerback/imaging/page'
import { createBitmap } from '@answerback/protocol/t4/bitmap'
import { encodeT6 } from '@answerback/protocol/t4/t6'
import type { DocumentFacts, FaxToRender, Rasteriser } from '../../src/ports/rasteriser.ts'

const MARK = '%page'
const ROWS = 120
/** Below where machines print their header line. */
const BAR_ROW = 92

/** A file that passes for a PDF and stands for so many pages; `MarkedPages` reads it. `name` makes its content differ. */
export function markedPdf(pages = 1, name = 'document'): Buffer {
  return Buffer.from(`%PDF-1.4 ${name}\n${`${MARK}\n`.repeat(pages)}`)
}

/** A document that is refused when it is rendered. */
export function refusedPdf(): Buffer {
  return Buffer.from('%PDF-1.4\n%damaged\n')
}

/** A rasteriser for tests that are not about rendering: one real coded page, white with a bar, for each mark in a document. */
export class MarkedPages implements Rasteriser {
  rendered = 0

  async inspect(bytes: Uint8Array): Promise<DocumentFacts> {
    return { mediaType: 'application/pdf', pageCount: countMarks(bytes) }
  }

  async *render(fax: FaxToRender, signal: AbortSignal): AsyncGenerator<CodedPage> {
    this.rendered += 1
    const pageCount =
      (fax.cover ? 1 : 0) + fax.documents.reduce((sum, each) => sum + countMarks(each.bytes), 0)
    for (let number = 1; number <= pageCount; number += 1) {
      signal.throwIfAborted()
      yield barPage(number, fax.resolution)
    }
  }
}

function countMarks(bytes: Uint8Array): number {
  const marks = Buffer.from(bytes).toString('latin1').split(MARK).length - 1
  if (marks === 0) throw new DocumentRefusal('document.corrupt', 'The document is damaged.')
  return marks
}

function barPage(number: number, resolution: CodedPage['resolution']): CodedPage {
  const bitmap = createBitmap(PAGE_WIDTH_PELS, ROWS)
  bitmap.words.fill(0xffff0000, bitmap.stride * BAR_ROW, bitmap.stride * (BAR_ROW + number))
  return { width: PAGE_WIDTH_PELS, rows: ROWS, resolution, kind: 'vector', t6: encodeT6(bitmap) }
}
