import type { PageBuffers } from '../bilevel/page-buffers.ts'
import { rasterTarget } from '../drawing/target.ts'
import type { PdfEngine } from '../pdf/engine.ts'
import { openPdfSource } from '../pdf/pdf-source.ts'
import { codePage } from './code-page.ts'

/** Enough for the code paths of a text page to leave the interpreter; more only delays the first fax. */
const ROUNDS = 6
const LINES = 60

/** Renders a built-in page, so that the first fax does not pay for compiling (2 to 5 times slower than settled). */
export async function warmUp(engine: PdfEngine, buffers: PageBuffers): Promise<void> {
  const source = openPdfSource(engine, warmUpPdf())
  for (let round = 0; round < ROUNDS; round++) {
    codePage(await source.render(1, rasterTarget('letter', 'fine', 0)), 'fine', 'auto', buffers)
  }
  source.close()
}

/** A page of text in a standard font. The cross-reference table is left out: PDFium rebuilds it. */
function warmUpPdf(): Uint8Array {
  const lines = Array.from(
    { length: LINES },
    (_, i) => `(The quick brown fox jumps over the lazy dog 0123456789 ${i}) Tj T*`,
  )
  const content = `BT /F1 11 Tf 12 TL 40 750 Td ${lines.join(' ')} ET`
  return new TextEncoder().encode(
    [
      '%PDF-1.4',
      '1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj',
      '2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj',
      '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 5 0 R/Resources<</Font<</F1 4 0 R>>>>>>endobj',
      '4 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj',
      `5 0 obj<</Length ${content.length}>>stream\n${content}\nendstream endobj`,
      'trailer<</Root 1 0 R>>',
      '%%EOF',
    ].join('\n'),
  )
}
