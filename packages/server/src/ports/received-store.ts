import type { CallEnd, Disposition } from '../domain/disposition.ts'
import type { Mode } from '../domain/fax.ts'
import type { PageQuality, ReceivedStatus } from '../domain/received-fax.ts'
import type { DocumentRow, Scope } from './store.ts'

/** A call that came in, from its acceptance on. */
export interface NewReceivedFax {
  readonly id: string
  readonly line: string
  readonly trunkId: string | null
  readonly toSealed: Buffer
  readonly toHash: Buffer
  readonly fromSealed: Buffer | null
  readonly fromHash: Buffer | null
  readonly startedAt: Date
  readonly leaseUntil: Date
}

export interface ReceivedFaxRow extends Omit<NewReceivedFax, 'leaseUntil'> {
  readonly accountId: string
  readonly mode: Mode
  readonly jobId: number
  readonly transactionId: number
  readonly status: ReceivedStatus
  /** Number of the last event told about it. */
  readonly sequence: number
  readonly pageCount: number
  readonly badRows: number
  readonly disposition: Disposition | null
  readonly code: string | null
  readonly message: string | null
  readonly sipStatus: number | null
  readonly q850Cause: number | null
  readonly t30Result: string | null
  readonly bitRate: number | null
  readonly ecm: boolean | null
  readonly remoteIdSealed: Buffer | null
  readonly remoteNsfSealed: Buffer | null
  readonly endedAt: Date | null
  readonly leaseUntil: Date | null
}

export interface ReceivedPageRow {
  readonly number: number
  readonly documentId: string
  readonly width: number
  readonly rows: number
  readonly resolution: 'standard' | 'fine' | 'superfine'
  readonly badRows: number
  readonly quality: PageQuality
  readonly receivedAt: Date
}

export interface ReceivedEnd {
  readonly status: Exclude<ReceivedStatus, 'receiving'>
  readonly at: Date
  readonly end: CallEnd
  readonly code: string | null
  readonly message: string | null
  readonly remoteIdSealed: Buffer | null
  readonly remoteNsfSealed: Buffer | null
  readonly timelineSealed: Buffer | null
}

export interface ReceivedListFilter {
  readonly statuses?: readonly ReceivedStatus[]
  readonly toHash?: Buffer
  readonly afterId?: string
  readonly limit: number
}

export interface ReceivedRepository {
  insert(received: NewReceivedFax): Promise<ReceivedFaxRow>
  get(id: string): Promise<ReceivedFaxRow | undefined>
  list(filter: ReceivedListFilter): Promise<ReceivedFaxRow[]>
  /**
   * Writes the next page with its document and counts it. `already` when a page of that number is there, `ended` when nothing is
   * received any more (the sweep ended it, or it never was).
   */
  addPage(
    id: string,
    page: ReceivedPageRow,
    document: DocumentRow,
    leaseUntil: Date,
  ): Promise<'added' | 'already' | 'ended'>
  pages(id: string): Promise<ReceivedPageRow[]>
  renewLease(id: string, until: Date): Promise<boolean>
  /** `undefined` when it has ended already: an end is written once. */
  end(id: string, end: ReceivedEnd): Promise<ReceivedFaxRow | undefined>
  timeline(id: string): Promise<Buffer | null>
}

export interface LostReceptions {
  /** Receptions whose process stopped renewing their lease. */
  lostReceptions(now: Date, limit: number): Promise<{ scope: Scope; id: string }[]>
}
