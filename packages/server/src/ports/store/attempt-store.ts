import type { JournalEntry } from '../../domain/attempts/journal.ts'
import type { EndedAttempt } from '../../domain/attempts/retry-policy.ts'
import type { CallEnd } from '../../domain/fax/disposition.ts'
import type { CallEndRow, SealedEvidence } from './call-end-store.ts'

export interface AttemptRow extends CallEndRow {
  readonly id: string
  readonly faxId: string
  readonly number: number
  readonly line: string
  readonly trunkId: string | null
  readonly firstPage: number
  readonly startedAt: Date
  readonly connectedAt: Date | null
  readonly endedAt: Date | null
  readonly pagesConfirmed: number
  readonly dataExchanged: 'none' | 'some' | 'unknown' | null
  readonly answeredAfterMs: number | null
  /** Another trunk took over at once. */
  readonly failedOver: boolean
  /** The provider the fax was handed to; `null` where this server placed the call. */
  readonly providerId: string | null
  /** The provider's name for it, once it said so. */
  readonly upstreamRef: string | null
  /** Its own words about the end. */
  readonly upstreamCode: number | null
  readonly upstreamCause: string | null
}

export interface AttemptRepository {
  /** Journals `dialing` in the same statement: the row exists before the line is touched. */
  begin(attempt: {
    id: string
    faxId: string
    number: number
    line: string
    trunkId: string | null
    providerId: string | null
    firstPage: number
    at: Date
  }): Promise<void>
  journal(attemptId: string, at: Date, entry: JournalEntry): Promise<void>
  end(
    attemptId: string,
    at: Date,
    end: CallEnd,
    pagesConfirmed: number,
    sealed: SealedEvidence,
    failedOver: boolean,
  ): Promise<void>
  /** The attempt that was begun and never ended, if any: its worker died. */
  open(faxId: string): Promise<AttemptRow | undefined>
  list(faxId: string): Promise<AttemptRow[]>
  /** Sealed timelines of a fax by attempt, where there are any: they are large, so nothing else reads them. */
  timelines(faxId: string): Promise<Map<string, Buffer>>
  history(faxId: string): Promise<EndedAttempt[]>
  entries(attemptId: string): Promise<(JournalEntry & { at: Date })[]>
}
