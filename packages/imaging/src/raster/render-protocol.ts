/** What the pool and its worker threads say to each other. One command at a time; every command gets one reply. */

import type { PageSizePt, RasterTarget } from '../drawing/page-source.ts'
import type { RefusalCode } from '../intake/refusal.ts'
import type { DocumentType } from '../intake/sniff.ts'
import type { CodedPage } from '../page.ts'

/** `text` never halftones, `photo` halftones every picture, `auto` decides by what the page is made of. */
export type RenderMode = 'auto' | 'text' | 'photo'

/** A document as the workers see it: one copy of the bytes, shared by all of them. */
export interface SharedDocument {
  readonly id: number
  readonly type: DocumentType
  readonly bytes: SharedArrayBuffer
}

export interface InspectCommand {
  readonly kind: 'inspect'
  readonly document: SharedDocument
}

export interface RenderCommand {
  readonly kind: 'render'
  readonly document: SharedDocument
  readonly page: number
  readonly target: RasterTarget
  readonly resolution: CodedPage['resolution']
  readonly mode: RenderMode
}

/** Closes whatever document is open, so that nothing of it stays reachable once its fax is done. */
export interface ReleaseCommand {
  readonly kind: 'release'
}

export type Command = InspectCommand | RenderCommand | ReleaseCommand

export interface Inspection {
  readonly pageCount: number
  readonly pages: readonly PageSizePt[]
}

export type Reply = { readonly heapBytes: number } & (
  | { readonly kind: 'ready' }
  | { readonly kind: 'released' }
  | { readonly kind: 'inspected'; readonly inspection: Inspection }
  | { readonly kind: 'rendered'; readonly page: CodedPage }
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly message: string; readonly page?: number }
  | { readonly kind: 'fault' }
)

export interface WorkerSettings {
  readonly engine: WebAssembly.Module
}
