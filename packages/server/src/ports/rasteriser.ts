import type { CoverFields } from '@answerback/imaging/cover/fields'
import type { CodedPage } from '@answerback/imaging/page'

/** The imaging pipeline as the application sees it; `adapters/rasteriser` binds it to the worker pool. */
export interface Rasteriser {
  /** Throws `DocumentRefusal`. Never renders. */
  inspect(bytes: Uint8Array): Promise<DocumentFacts>
  /** Cover first, then the documents in their order. Throws `DocumentRefusal`. */
  render(fax: FaxToRender, signal: AbortSignal): AsyncIterable<CodedPage>
}

/** What a document is, before any of it is drawn. */
export interface DocumentFacts {
  readonly mediaType: string
  readonly pageCount: number
}

/** Documents in their order, and how they are to become pages. */
export interface FaxToRender {
  readonly documents: readonly { readonly bytes: Uint8Array; readonly pages?: readonly string[] }[]
  readonly cover?: CoverSheetFields
  readonly resolution: 'standard' | 'fine' | 'superfine'
  readonly paper: 'letter' | 'a4' | 'legal'
  readonly mode: 'auto' | 'text' | 'photo'
}

/** What the sender typed, and what it is drawn with. */
export interface CoverSheetFields extends CoverFields {
  /** A template of the account, as stored; absent: the built-in one. */
  readonly template?: unknown
}
