import { fitPage, type Placement } from '../drawing/fit.ts'
import type { BilevelPage, GreyPage, PageSizePt, PageSource, RasterTarget } from '../drawing/page-source.ts'
import { DocumentRefusal } from '../intake/refusal.ts'
import { assertNothingMissing } from './blank-check.ts'
import { DeviceSpace, QUARTER_CLOCKWISE } from './device-space.ts'
import type { PdfEngine } from './engine.ts'
import { findFaintInk } from './faint-ink.ts'
import { readFaxImage } from './fax-image.ts'
import { GreyCanvas } from './grey-canvas.ts'
import { placeImages } from './images.ts'
import { classifyPage } from './page-kind.ts'
import { listObjects } from './page-objects.ts'
import { assertPageBox, FILE_BYTES_MAX } from './preflight.ts'

/** FPDF_GetLastError, fpdfview.h. */
const ERROR_PASSWORD = 4
const ERROR_SECURITY = 5
const FLAG_ANNOTATIONS = 0x01
const FLAG_GREYSCALE = 0x08
/** Draws what a printer would draw: annotations and layers marked for print. */
const FLAG_PRINTING = 0x800
/**
 * Glyphs drawn in one bit by their outlines, with drop-out control. Smoothed and then cut at a threshold, thin
 * strokes break: at standard resolution OCR finds fewer words so, and the page takes longer to draw and to send.
 */
const FLAG_SHARP_TEXT = 0x1000

/** Opens a PDF held in the engine's heap until `close`. Throws `DocumentRefusal`. */
export function openPdfSource(engine: PdfEngine, bytes: Uint8Array): PageSource {
  if (bytes.length > FILE_BYTES_MAX) {
    throw new DocumentRefusal('document.too_large', 'The PDF is larger than 50 MB.')
  }
  return new PdfSource(engine, bytes)
}

class PdfSource implements PageSource {
  readonly pageCount: number
  readonly #engine: PdfEngine
  readonly #data: number
  readonly #document: number
  readonly #formInfo: number
  readonly #form: number
  readonly #canvas: GreyCanvas

  constructor(engine: PdfEngine, bytes: Uint8Array) {
    this.#engine = engine
    this.#canvas = new GreyCanvas(engine)
    const { calls } = engine
    this.#data = calls.malloc(bytes.length)
    if (this.#data === 0)
      throw new DocumentRefusal('document.too_large', 'The PDF needs more memory than is allowed.')
    engine.heap().set(bytes, this.#data)
    this.#document = calls.FPDF_LoadMemDocument(this.#data, bytes.length, 0)
    if (this.#document === 0) {
      const error = calls.FPDF_GetLastError()
      calls.free(this.#data)
      throw openRefusal(error)
    }
    this.#formInfo = calls.PDFiumExt_OpenFormFillInfo()
    this.#form = calls.PDFiumExt_InitFormFillEnvironment(this.#document, this.#formInfo)
    // The blue field highlight is for screens; on paper it is a grey box over the patient's answer.
    calls.FPDF_SetFormFieldHighlightAlpha(this.#form, 0)
    this.pageCount = calls.FPDF_GetPageCount(this.#document)
  }

  sizePt(page: number): PageSizePt {
    const { calls } = this.#engine
    const size = calls.malloc(8)
    try {
      if (calls.FPDF_GetPageSizeByIndexF(this.#document, page - 1, size) === 0) throw unreadablePage(page)
      const view = new DataView(this.#engine.heap().buffer, size, 8)
      return { widthPt: view.getFloat32(0, true), heightPt: view.getFloat32(4, true) }
    } finally {
      calls.free(size)
    }
  }

  async render(page: number, target: RasterTarget): Promise<GreyPage | BilevelPage> {
    const { calls } = this.#engine
    const size = this.sizePt(page)
    assertPageBox(size, page)
    const handle = calls.FPDF_LoadPage(this.#document, page - 1)
    if (handle === 0) throw unreadablePage(page)
    try {
      calls.FORM_OnAfterLoadPage(handle, this.#form)
      return this.#renderLoaded(handle, page, size, target)
    } finally {
      calls.FORM_OnBeforeClosePage(handle, this.#form)
      calls.FPDF_ClosePage(handle)
    }
  }

  #renderLoaded(
    handle: number,
    number: number,
    size: PageSizePt,
    target: RasterTarget,
  ): GreyPage | BilevelPage {
    const engine = this.#engine
    const placement = fitPage(size.widthPt, size.heightPt, target)
    const space = new DeviceSpace(engine, handle, placement, target.width)
    const objects = listObjects(engine, handle)
    const images = placeImages(engine, objects, space, number)
    const faxed = readFaxImage(engine, handle, objects, images, size, target)
    if (faxed !== undefined) return { form: 'bilevel', bitmap: faxed }
    const faintInk = findFaintInk(engine, objects, space)
    const canvas = this.#canvas
    this.#draw(handle, placement, target)
    assertNothingMissing(
      { engine, document: this.#document, page: handle, number, objects, images, space },
      canvas,
    )
    const raster = {
      width: target.width,
      rows: placement.height,
      stride: canvas.stride,
      pixels: canvas.pixels(),
    }
    const makeup = classifyPage(raster, images, space.pageBox)
    return { form: 'grey', ...raster, ...makeup, faintInk, threshold: canvas.threshold }
  }

  #draw(handle: number, { turned, left, width, height }: Placement, target: RasterTarget): void {
    const { calls } = this.#engine
    const bitmap = this.#canvas.prepare(target.width, height)
    const rotate = turned ? QUARTER_CLOCKWISE : 0
    const flags = FLAG_ANNOTATIONS | FLAG_GREYSCALE | FLAG_PRINTING | FLAG_SHARP_TEXT
    calls.FPDF_RenderPageBitmap(bitmap, handle, left, 0, width, height, rotate, flags)
    // Annotations alone leave the fields of an AcroForm out: a filled intake form would go out blank.
    calls.FPDF_FFLDraw(this.#form, bitmap, handle, left, 0, width, height, rotate, flags)
  }

  close(): void {
    const { calls } = this.#engine
    calls.PDFiumExt_ExitFormFillEnvironment(this.#form)
    calls.PDFiumExt_CloseFormFillInfo(this.#formInfo)
    calls.FPDF_CloseDocument(this.#document)
    this.#canvas.close()
    calls.free(this.#data)
  }
}

function openRefusal(error: number): DocumentRefusal {
  return error === ERROR_PASSWORD || error === ERROR_SECURITY
    ? new DocumentRefusal('document.encrypted', 'The PDF is protected by a password.')
    : new DocumentRefusal('document.corrupt', 'The PDF is damaged and cannot be opened.')
}

function unreadablePage(page: number): DocumentRefusal {
  return new DocumentRefusal('document.corrupt', 'A page of the PDF is damaged and cannot be read.', page)
}
