/** Where documents and pages lie, already encrypted. Every stored value is whole: a reader never sees half a write. */
export interface Blobs {
  /**
   * Stores a value, replacing one of the same key at once. When the promise resolves the value survives a power cut,
   * so the row that names it may commit.
   * @throws BlobError `too_large` past `maxBytes` (nothing is stored), `bad_key`; rejects as the source does
   */
  put(key: string, source: BlobSource, options: { readonly maxBytes: number }): Promise<BlobInfo>
  /**
   * @param range bytes `start` (included) to `end` (excluded); past the end it is cut short
   * @throws BlobError `not_found` (when read), `bad_key`
   */
  get(key: string, range?: BlobRange): AsyncIterable<Uint8Array>
  /** @returns `undefined` when there is none */
  head(key: string): Promise<BlobInfo | undefined>
  /** Resolves also when there was none. */
  delete(key: string): Promise<void>
  /** Every value under a folder of keys (`documents` finds `documents/a/b`), in no order. */
  list(folder: string): AsyncIterable<BlobInfo>
}

export type BlobSource = Uint8Array | AsyncIterable<Uint8Array>

export interface BlobInfo {
  readonly key: string
  readonly byteLength: number
}

export interface BlobRange {
  readonly start: number
  readonly end: number
}

export class BlobError extends Error {
  readonly code: 'not_found' | 'too_large' | 'bad_key'

  constructor(code: BlobError['code'], message: string) {
    super(message)
    this.name = 'BlobError'
    this.code = code
  }
}

const KEY = /^[a-z0-9][a-z0-9_-]{0,79}(?:\/[a-z0-9][a-z0-9_.-]{0,79}){0,5}$/

/**
 * Keys are lower-case words joined by `/`. A key is a path in some stores, so none may climb (`..`), hide, or
 * mean another on a file system that ignores case.
 * @throws BlobError `bad_key`; the key is not repeated
 */
export function checkBlobKey(key: string): void {
  if (!KEY.test(key) || key.includes('..')) throw new BlobError('bad_key', 'not a valid blob key')
}
