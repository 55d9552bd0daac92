export interface DocumentRow {
  readonly id: string
  readonly purpose: 'source' | 'pages' | 'received' | 'text'
  readonly mediaType: string
  readonly byteCount: number
  readonly pageCount: number | null
  readonly blobKey: string
  /** The document's data key, wrapped by the account key. */
  readonly wrappedKey: Buffer
  /** File name and SHA-256: sealed JSON. */
  readonly detailsSealed: Buffer
  readonly createdAt: Date
  /** An upload never used is deleted then. */
  readonly expiresAt: Date | null
  /** Its key and blob are destroyed. */
  readonly destroyedAt?: Date | null
}

export interface DocumentRepository {
  insert(document: DocumentRow): Promise<void>
  get(id: string): Promise<DocumentRow | undefined>
  /** A fax uses it now: it no longer expires by itself. `false` when it is gone or destroyed. */
  keep(id: string): Promise<boolean>
  /** Deletes an upload that still expires, so that no fax uses it. `false` when there is none such. */
  deleteUnused(id: string): Promise<boolean>
}
