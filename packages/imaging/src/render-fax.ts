import { buildCoverSheet } from './cover/cover-sheet.ts'
import type { CoverFields } from './cover/fields.ts'
import { type CoverTemplate, DEFAULT_COVER_TEMPLATE } from './cover/template.ts'
import { DEFAULT_INTAKE_LIMITS, type IntakeLimits } from './intake/limits.ts'
import { parsePageSelection, resolvePageSelection } from './intake/page-selection.ts'
import { DocumentRefusal } from './intake/refusal.ts'
import { type DocumentType, sniffDocument } from './intake/sniff.ts'
import { type CodedPage, estimatedLineSeconds, type PaperSize, type Resolution } from './page.ts'
import type { RasterPool } from './raster/pool.ts'
import type { RenderMode } from './raster/render-protocol.ts'

/** The part of the raster pool that this needs. */
export type PageRenderer = Pick<RasterPool, 'inspect' | 'render'>

export interface FaxDocument {
  readonly bytes: Uint8Array
  /** Such as `["1-5", "2"]`, in that order; absent or empty means every page. */
  readonly pages?: readonly string[]
}

export interface FaxCover {
  readonly fields: CoverFields
  /** The built-in sheet when absent. See `parseCoverTemplate`. */
  readonly template?: CoverTemplate
}

export interface FaxToRender {
  readonly documents: readonly FaxDocument[]
  /** Absent: no cover sheet. */
  readonly cover?: FaxCover
  readonly resolution: Resolution
  readonly paper: PaperSize
  readonly mode: RenderMode
  /** Rows kept free on every page for the header line of the attempt. */
  readonly ttiRows: number
  readonly limits?: IntakeLimits
}

/** A page of the fax, and where it came from. */
export interface FaxPage extends CodedPage {
  /** Counted from 1 over the whole fax, cover sheet included. */
  readonly number: number
  readonly origin:
    | { readonly kind: 'cover' }
    | { readonly kind: 'document'; readonly index: number; readonly page: number }
}

export interface RenderedFax {
  /** Known before the first page is drawn, cover sheet included. */
  readonly pageCount: number
  /** Cover first, then the documents in their order. To be read once. Throws `DocumentRefusal`. */
  readonly pages: AsyncIterable<FaxPage>
  /** Seconds on a 14,400 bit/s line, one entry for every page read so far. */
  readonly estimatedSecondsPerPage: readonly number[]
}

export interface DocumentFacts {
  readonly type: DocumentType
  readonly pageCount: number
}

/** Says what a document is, without drawing it. Throws `DocumentRefusal`. */
export async function inspectDocument(
  renderer: PageRenderer,
  bytes: Uint8Array,
  limits: IntakeLimits = DEFAULT_INTAKE_LIMITS,
): Promise<DocumentFacts> {
  if (bytes.length > limits.documentBytesMax) {
    throw new DocumentRefusal(
      'document.too_large',
      `The document is larger than ${limits.documentBytesMax} bytes.`,
    )
  }
  const type = sniffDocument(bytes)
  const { pageCount } = await renderer.inspect({ bytes, type })
  return { type, pageCount }
}

/**
 * Turns documents and an optional cover sheet into the coded pages of one fax.
 *
 * All documents are opened and all page selections checked before the first page is drawn, so that the cover sheet
 * can say how many pages follow. Throws `DocumentRefusal`; aborting `signal` throws its reason.
 */
export async function renderFax(
  renderer: PageRenderer,
  fax: FaxToRender,
  signal?: AbortSignal,
): Promise<RenderedFax> {
  const limits = fax.limits ?? DEFAULT_INTAKE_LIMITS
  const parts: Part[] = await selectDocuments(renderer, fax, limits, signal)
  const documentPages = countPages(parts)
  if (fax.cover) {
    const { fields, template = DEFAULT_COVER_TEMPLATE } = fax.cover
    const { bytes, pageCount } = await buildCoverSheet(fields, template, fax.paper, documentPages)
    const pages = Array.from({ length: pageCount }, (_, index) => index + 1)
    parts.unshift({ bytes, type: 'pdf', pages, documentIndex: undefined })
  }
  const pageCount = countPages(parts)
  if (pageCount === 0)
    throw new DocumentRefusal('document.corrupt', 'The fax has no document and no cover sheet.')
  if (pageCount > limits.pagesMax) throw tooManyPages(limits.pagesMax)
  const estimatedSecondsPerPage: number[] = []
  const pages = drawPages(renderer, fax, parts, limits.pagesMax, estimatedSecondsPerPage, signal)
  return { pageCount, pages, estimatedSecondsPerPage }
}

/** A document, or the cover sheet, with the page numbers that are wanted of it. */
interface Part {
  readonly bytes: Uint8Array
  readonly type: DocumentType
  readonly pages: readonly number[]
  /** Undefined for the cover sheet. */
  readonly documentIndex: number | undefined
}

async function selectDocuments(
  renderer: PageRenderer,
  fax: FaxToRender,
  limits: IntakeLimits,
  signal: AbortSignal | undefined,
): Promise<Part[]> {
  const faxBytes = fax.documents.reduce((sum, document) => sum + document.bytes.length, 0)
  if (faxBytes > limits.faxBytesMax) {
    throw new DocumentRefusal(
      'document.too_large',
      `The documents together are larger than ${limits.faxBytesMax} bytes.`,
    )
  }
  const parts: Part[] = []
  for (const [documentIndex, document] of fax.documents.entries()) {
    signal?.throwIfAborted()
    try {
      parts.push(await selectDocument(renderer, document, documentIndex, limits, countPages(parts)))
    } catch (error) {
      throw error instanceof DocumentRefusal ? error.ofDocument(documentIndex) : error
    }
  }
  return parts
}

async function selectDocument(
  renderer: PageRenderer,
  document: FaxDocument,
  documentIndex: number,
  limits: IntakeLimits,
  pagesTaken: number,
): Promise<Part> {
  const selection = parsePageSelection(document.pages ?? [])
  const { type, pageCount } = await inspectDocument(renderer, document.bytes, limits)
  const pages = resolvePageSelection(selection, pageCount, limits.pagesMax, pagesTaken)
  return { bytes: document.bytes, type, pages, documentIndex }
}

async function* drawPages(
  renderer: PageRenderer,
  fax: FaxToRender,
  parts: readonly Part[],
  pagesMax: number,
  seconds: number[],
  signal: AbortSignal | undefined,
): AsyncGenerator<FaxPage> {
  let number = 0
  for (const part of parts) {
    try {
      for await (const page of drawPart(renderer, fax, part, pagesMax, signal)) {
        number++
        seconds.push(estimatedLineSeconds(page))
        yield { ...page, number, origin: originOf(part, page.number) }
      }
    } catch (error) {
      const index = part.documentIndex
      throw error instanceof DocumentRefusal && index !== undefined ? error.ofDocument(index) : error
    }
  }
}

async function* drawPart(
  renderer: PageRenderer,
  fax: FaxToRender,
  { bytes, type, pages }: Part,
  pagesMax: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<CodedPage & { readonly number: number }> {
  const { resolution, paper, mode, ttiRows } = fax
  let drawn = 0
  const request = { bytes, type, pages, resolution, paper, mode, rowsReserved: ttiRows, pagesMax }
  for await (const page of renderer.render(request, signal)) {
    drawn++
    yield page
  }
  // A page that is missing without a word is the failure this product exists to prevent.
  if (drawn !== pages.length) {
    throw new DocumentRefusal('document.render_failed', 'The document gave fewer pages than were selected.')
  }
}

function originOf(part: Part, page: number): FaxPage['origin'] {
  return part.documentIndex === undefined
    ? { kind: 'cover' }
    : { kind: 'document', index: part.documentIndex, page }
}

function countPages(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => sum + part.pages.length, 0)
}

function tooManyPages(pagesMax: number): DocumentRefusal {
  return new DocumentRefusal('document.too_many_pages', `The fax has more than ${pagesMax} pages.`)
}
