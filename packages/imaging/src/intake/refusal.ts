/** Why a document cannot become fax pages. `code` is stable and is the API's problem code (see docs/errors). */
export type RefusalCode =
  | 'document.unsupported_type'
  | 'document.corrupt'
  | 'document.encrypted'
  | 'document.too_large'
  | 'document.too_many_pages'
  | 'document.render_failed'
  | 'document.fetch_failed'
  | 'document.page_selection_invalid'
  | 'cover.invalid'

/** A typed refusal. `message` is one sentence for a person and never quotes document content. */
export class DocumentRefusal extends Error {
  override readonly name = 'DocumentRefusal'
  readonly code: RefusalCode
  /** 1-based page the refusal is about, when it is about one. */
  readonly page: number | undefined
  /** 0-based place in the fax of the document the refusal is about, when it is about one of several. */
  readonly document: number | undefined

  constructor(code: RefusalCode, message: string, page?: number, document?: number) {
    super(message)
    this.code = code
    this.page = page
    this.document = document
  }

  /** The same refusal, said of the document at `document` in its fax. */
  ofDocument(document: number): DocumentRefusal {
    return new DocumentRefusal(this.code, this.message, this.page, document)
  }
}
