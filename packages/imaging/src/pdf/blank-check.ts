/**
 * No silent blank page: PDFium draws what it can and says nothing of what it could not. Where the raster is white
 * although the page has something to show, a person must see that, so the page is refused.
 */
import { DocumentRefusal } from '../intake/refusal.ts'
import type { DeviceSpace } from './device-space.ts'
import type { PdfEngine } from './engine.ts'
import { objectBox } from './faint-ink.ts'
import type { GreyCanvas } from './grey-canvas.ts'
import { imageContent, isShown, NEAR_WHITE, type PlacedImage } from './images.ts'
import { fillColour, OBJECT, type PageObject, strokeColour } from './page-objects.ts'

/** Text render mode 3 paints nothing (ISO 32000-1 §9.3.6): the text layer of a searchable scan. */
const INVISIBLE_TEXT = 3

export interface DrawnPage {
  readonly engine: PdfEngine
  readonly document: number
  readonly page: number
  readonly number: number
  readonly objects: readonly PageObject[]
  readonly images: readonly PlacedImage[]
  readonly space: DeviceSpace
}

/**
 * Looks at what was drawn for what was not: a picture that should show and is white, and a page that paints and came out blank.
 * @throws DocumentRefusal `document.render_failed`, with the page: a blank page must never be delivered as if it were the document
 */
export function assertNothingMissing(drawn: DrawnPage, canvas: Pick<GreyCanvas, 'isWhite'>): void {
  const pageIsWhite = canvas.isWhite(drawn.space.pageBox)
  for (const image of drawn.images) {
    if (!isShown(image) || !(pageIsWhite || canvas.isWhite(image.box))) continue
    const content = imageContent(drawn.engine, drawn.document, drawn.page, image)
    if (content === 'unreadable' || (content === 'marked' && pageIsWhite)) {
      throw new DocumentRefusal(
        'document.render_failed',
        'A picture on a page could not be drawn.',
        drawn.number,
      )
    }
  }
  if (pageIsWhite && paintsSomething(drawn)) {
    throw new DocumentRefusal(
      'document.render_failed',
      'A page came out blank although it is not empty.',
      drawn.number,
    )
  }
}

function paintsSomething(drawn: DrawnPage): boolean {
  const { engine, objects, space } = drawn
  const textPage = engine.calls.FPDFText_LoadPage(drawn.page)
  try {
    return objects.some(
      (object) => isPainted(engine, object, textPage) && objectBox(engine, object, space) !== undefined,
    )
  } finally {
    engine.calls.FPDFText_ClosePage(textPage)
  }
}

function isPainted(engine: PdfEngine, object: PageObject, textPage: number): boolean {
  const { calls } = engine
  switch (object.type) {
    case OBJECT.text:
      return (
        calls.FPDFTextObj_GetTextRenderMode(object.handle) !== INVISIBLE_TEXT &&
        isInk(fillColour(engine, object.handle)?.grey) &&
        hasLetters(engine, object.handle, textPage)
      )
    case OBJECT.path: {
      const modes = engine.integers(2, (p) => calls.FPDFPath_GetDrawMode(object.handle, p, p + 4))
      const [filled = 0, stroked = 0] = modes ?? []
      return (
        (filled !== 0 && isInk(fillColour(engine, object.handle)?.grey)) ||
        (stroked !== 0 && isInk(strokeColour(engine, object.handle)?.grey))
      )
    }
    case OBJECT.shading:
      return true
    default:
      return false
  }
}

/** No stated colour means one of a pattern or a special colour space: taken as ink. */
function isInk(grey: number | undefined): boolean {
  return grey === undefined || grey < NEAR_WHITE
}

const TEXT_BYTES_MAX = 4_096

/** Whether a text object holds anything but white space. */
function hasLetters(engine: PdfEngine, object: number, textPage: number): boolean {
  const { calls } = engine
  const buffer = calls.malloc(TEXT_BYTES_MAX)
  try {
    const bytes = Math.min(
      calls.FPDFTextObj_GetText(object, textPage, buffer, TEXT_BYTES_MAX),
      TEXT_BYTES_MAX,
    )
    if (bytes <= 2) return false
    const text = new TextDecoder('utf-16le').decode(engine.heap().slice(buffer, buffer + bytes - 2))
    return text.trim().length > 0
  } finally {
    calls.free(buffer)
  }
}
