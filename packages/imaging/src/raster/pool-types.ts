import type { DocumentType } from '../intake/sniff.ts'
import type { PaperSize, Resolution } from '../page.ts'
import type { RenderMode } from './render-protocol.ts'
import type { Timers } from './timers.ts'

/** How many workers a pool has, and what bounds them. */
export interface RasterPoolOptions {
  readonly workers: number
  /** Most memory one engine may use, in MiB. A document that needs more is refused. */
  readonly heapCapMb?: number
  readonly pageDeadlineMs?: number
  /** From the document being opened to its last page being read. */
  readonly documentDeadlineMs?: number
  /** A worker is replaced after this many pages, and earlier when its heap has grown (a WASM heap never shrinks). */
  readonly recycleAfterPages?: number
  readonly recycleAboveHeapMb?: number
  readonly timers?: Timers
}

/** A document, and which of its pages are wanted how. */
export interface RenderRequest {
  readonly bytes: Uint8Array
  readonly type: DocumentType
  /** 1-based page numbers in the order wanted, or all. */
  readonly pages: readonly number[] | 'all'
  readonly resolution: Resolution
  readonly paper: PaperSize
  readonly mode: RenderMode
  /** Rows of the paper kept free for the header line that is stamped on each attempt. */
  readonly rowsReserved: number
  readonly pagesMax: number
}

export interface RasterPoolStats {
  readonly workers: number
  readonly idle: number
  readonly documents: number
  readonly pagesRendered: number
  /** Workers dropped because they failed or ran past a deadline. */
  readonly workersLost: number
  readonly workersRecycled: number
  readonly heapBytes: number
}
