import type { PageQuality } from '../../domain/fax/received-fax.ts'
import type { DocumentRow } from './document-store.ts'

export interface ReceivedPageRow {
  readonly number: number
  readonly documentId: string
  readonly width: number
  readonly rows: number
  readonly resolution: 'standard' | 'fine' | 'superfine'
  readonly badRows: number
  readonly quality: PageQuality
  readonly receivedAt: Date
  /** Degrees clockwise to turn it for reading. */
  readonly rotation: 0 | 90 | 180 | 270
  /** What stood in its barcodes: sealed JSON; `null` before they were read, and when there were none. */
  readonly barcodesSealed: Buffer | null
}

export type NewReceivedPage = Omit<ReceivedPageRow, 'rotation' | 'barcodesSealed'>

export interface ReceivedPageRepository {
  /**
   * Writes the next page with its document and counts it. `already` when a page of that number is there, `ended` when nothing is
   * received any more (the sweep ended it, or it never was).
   */
  add(
    receivedId: string,
    page: NewReceivedPage,
    document: DocumentRow,
    leaseUntil: Date,
  ): Promise<'added' | 'already' | 'ended'>
  list(receivedId: string): Promise<ReceivedPageRow[]>
  /** What reading a page's image told. */
  amend(
    receivedId: string,
    number: number,
    patch: Partial<Pick<ReceivedPageRow, 'rotation' | 'barcodesSealed'>>,
  ): Promise<void>
}
