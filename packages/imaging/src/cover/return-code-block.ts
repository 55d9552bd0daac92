import type { Column } from './column.ts'
import type { CodeModules, PelSize } from './return-code.ts'

/** Pels a side of a square: 0.75 mm, which is read at every resolution (see bench/barcode.ts). */
const MODULE_PELS = 6
/** White around the code (ISO/IEC 18004 §5.3.8). */
const QUIET_MODULES = 4
const SENTENCE = 'Please keep this code on your reply.'
const SENTENCE_SIZE = 10.5
const CODE_SIZE = 9.5
const LINE_GAP = 3
const GAP = 16
/** On top of the gap that the page keeps above the line at its foot. */
const GAP_BELOW = 4

/**
 * Draws the return code at the foot of what the page leaves free, the sentence and the code's letters beside it, and
 * takes their height off the page's bottom.
 */
export function drawReturnCode(
  pdf: PDFKit.PDFDocument,
  text: string,
  modules: CodeModules,
  pel: PelSize,
  column: Column,
): void {
  const square = { width: MODULE_PELS * pel.width, height: MODULE_PELS * pel.height }
  const side = { width: modules.side * square.width, height: modules.side * square.height }
  const place = {
    left: Math.ceil(column.left / pel.width) * pel.width,
    // An even row, where one of standard resolution begins.
    top: 2 * Math.floor((pdf.page.maxY() - GAP_BELOW - side.height) / (2 * pel.height)) * pel.height,
  }
  drawModules(pdf, modules, square, place)
  const textLeft = place.left + side.width + QUIET_MODULES * square.width
  const width = column.left + column.width - textLeft
  pdf.font('bold').fontSize(SENTENCE_SIZE)
  const sentenceHeight = pdf.heightOfString(SENTENCE, { width }) + LINE_GAP
  pdf.font('regular').fontSize(CODE_SIZE)
  const textHeight = sentenceHeight + pdf.heightOfString(text, { width })
  const textTop = place.top + (side.height - textHeight) / 2
  pdf.font('bold').fontSize(SENTENCE_SIZE).text(SENTENCE, textLeft, textTop, { width })
  pdf
    .font('regular')
    .fontSize(CODE_SIZE)
    .text(text, textLeft, textTop + sentenceHeight, { width })
  pdf.page.margins.bottom = pdf.page.height - place.top + GAP
}

/** One path for all, a rectangle a run of black squares: apart, neighbours would show seams. */
function drawModules(
  pdf: PDFKit.PDFDocument,
  { side, black }: CodeModules,
  square: PelSize,
  place: { readonly left: number; readonly top: number },
): void {
  for (let row = 0; row < side; row++) {
    for (let from = 0; from < side; from++) {
      if (!black[row * side + from]) continue
      let to = from + 1
      while (to < side && black[row * side + to]) to++
      pdf.rect(
        place.left + from * square.width,
        place.top + row * square.height,
        (to - from) * square.width,
        square.height,
      )
      from = to
    }
  }
  pdf.fill('black')
}
