/** A page of a fax to be sent, within the document that holds all of them. */
export interface PageRow {
  readonly number: number
  readonly width: number
  readonly rows: number
  readonly kind: string
  readonly resolution: 'standard' | 'fine' | 'superfine'
  /** Byte range within the pages blob. */
  readonly offset: number
  readonly length: number
  readonly estimatedSeconds: number
}

export interface PageRepository {
  insert(documentId: string, pages: readonly PageRow[]): Promise<void>
  list(documentId: string): Promise<PageRow[]>
}
