import {
  BlobError,
  type BlobInfo,
  type BlobRange,
  type BlobSource,
  type Blobs,
  checkBlobKey,
} from '../../src/ports/blobs.ts'

/** Blobs in memory, held to the same contract tests as the real ones. */
export class MemoryBlobs implements Blobs {
  readonly #values = new Map<string, Buffer>()

  async put(key: string, source: BlobSource, options: { readonly maxBytes: number }): Promise<BlobInfo> {
    checkBlobKey(key)
    const parts: Uint8Array[] = []
    let byteLength = 0
    for await (const chunk of source instanceof Uint8Array ? [source] : source) {
      byteLength += chunk.length
      if (byteLength > options.maxBytes)
        throw new BlobError('too_large', `larger than ${options.maxBytes} bytes`)
      parts.push(Uint8Array.from(chunk))
    }
    this.#values.set(key, Buffer.concat(parts))
    return { key, byteLength }
  }

  async *get(key: string, range?: BlobRange): AsyncGenerator<Uint8Array> {
    checkBlobKey(key)
    if (range !== undefined && range.end <= range.start) return
    const value = this.#values.get(key)
    if (value === undefined) throw new BlobError('not_found', 'no such blob')
    yield range === undefined ? value : value.subarray(range.start, range.end)
  }

  async head(key: string): Promise<BlobInfo | undefined> {
    checkBlobKey(key)
    const value = this.#values.get(key)
    return value === undefined ? undefined : { key, byteLength: value.length }
  }

  async delete(key: string): Promise<void> {
    checkBlobKey(key)
    this.#values.delete(key)
  }

  async *list(folder: string): AsyncGenerator<BlobInfo> {
    checkBlobKey(folder)
    for (const [key, value] of this.#values) {
      if (key.startsWith(`${folder}/`)) yield { key, byteLength: value.length }
    }
  }
}
