import type { Bitmap } from '@answerback/protocol/t4/bitmap'

/**
 * Memory reused from page to page. A fresh half-megabyte bitmap a page leaves the allocator's arenas fragmented: a
 * pool of two workers settled at 300 MB with it and at 200 MB without.
 */
export class PageBuffers {
  #words = new Uint32Array(0)
  #grey = new Uint8Array(0)

  /** A bitmap with arbitrary content. It is the caller's until the next call. */
  bitmap(width: number, rows: number): Bitmap {
    const stride = (width + 31) >>> 5
    if (this.#words.length < stride * rows) this.#words = new Uint32Array(stride * rows)
    return { width, rows, stride, words: this.#words.subarray(0, stride * rows) }
  }

  /** A grey plane with arbitrary content. It is the caller's until the next call. */
  grey(bytes: number): Uint8Array {
    if (this.#grey.length < bytes) this.#grey = new Uint8Array(bytes)
    return this.#grey.subarray(0, bytes)
  }
}
