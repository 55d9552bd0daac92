import type { CodedPage } from '@answerback/imaging/page'

/** The imaging pipeline as the application sees it; `adapters/rasteriser` binds it to the worker pool. */
export interface Rasteriser {
  /** Throws `DocumentRefusal`. Never renders. */
  inspect(bytes: Uint8Array): Promise<DocumentFacts>
  /** Cover first, then the documents in their order. Throws `DocumentRefusal`. */
  render(fax: FaxToRender, signal: AbortSignal): AsyncIterable<CodedPage>
}

export interface DocumentFacts {
  readonly mediaType: string
  readonly pageCount: number
}

export interface FaxToRender {
  readonly documents: readonly { readonly bytes: Uint8Array; readonly pages?: readonly string[] }[]
  readonly cover?: CoverSheetFields
  readonly resolution: 'standard' | 'fine' | 'superfine'
  readonly paper: 'letter' | 'a4' | 'legal'
  readonly mode: 'auto' | 'text' | 'photo'
}

/** What the sender typed, nothing else. */
export interface CoverSheetFields {
  readonly subject?: string
  readonly fromName?: string
  readonly toName?: string
  readonly message?: string
  readonly from?: string
  readonly to?: string
  readonly date?: string
  /** Drawn as a QR code, and in letters under it. */
  readonly returnCode?: string
  /** A template of the account, as stored; absent: the built-in one. */
  readonly template?: unknown
}
