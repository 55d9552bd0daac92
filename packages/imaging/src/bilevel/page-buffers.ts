import { PageMemory } from '../coding/page-memory.ts'

/**
 * Memory reused from page to page. A fresh half-megabyte bitmap a page leaves the allocator's arenas fragmented: a
 * pool of two workers settled at 300 MB with it and at 200 MB without.
 */
export class PageBuffers {
  /** The page in one bit. */
  readonly page = new PageMemory()
  #grey = new Uint8Array(0)

  /** A grey plane with arbitrary content. It is the caller's until the next call. */
  grey(bytes: number): Uint8Array {
    if (this.#grey.length < bytes) this.#grey = new Uint8Array(bytes)
    return this.#grey.subarray(0, bytes)
  }
}
