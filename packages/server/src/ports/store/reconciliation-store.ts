import type {
  Contradiction,
  ContradictionKind,
  ReconciliationCounts,
} from '../../domain/providers/reconciliation.ts'

export interface ReconciliationRow {
  readonly id: string
  readonly startedAt: Date
  /** `null` while it runs, and for one whose process died. */
  readonly endedAt: Date | null
  readonly counts: ReconciliationCounts | null
  /** What went wrong, in one word; `null`: nothing. */
  readonly error: string | null
}

export interface ContradictionRow extends Contradiction {
  readonly id: string
  readonly kind: ContradictionKind
  readonly providerId: string | null
  /** The provider's name for the fax. */
  readonly reference: string
  readonly faxId: string | null
  readonly attemptId: string | null
  readonly receivedFaxId: string | null
  readonly foundAt: Date
  readonly resolvedAt: Date | null
  /** Id of the key or user who saw to it. */
  readonly resolvedBy: string | null
}

export type NewContradiction = Omit<ContradictionRow, 'resolvedAt' | 'resolvedBy'>

/** What this installation owes itself, whatever any provider says. */
export interface OwnDebts {
  readonly overdueAttempts: readonly string[]
  readonly overdueFaxes: readonly string[]
  readonly undeliveredEvents: readonly { readonly eventId: string; readonly webhookId: string }[]
  readonly overdueDeliveries: readonly string[]
}

export interface ReconciliationRepository {
  /**
   * Begins a run unless one is running, or (with `notSince`) one began after that. One process at a time: the claim ends at `until` by itself.
   */
  begin(run: {
    readonly id: string
    readonly now: Date
    readonly until: Date
    readonly notSince?: Date
  }): Promise<boolean>
  end(id: string, at: Date, counts: ReconciliationCounts, error: string | null): Promise<ReconciliationRow>
  /** Newest first. */
  list(limit: number): Promise<ReconciliationRow[]>
  /** Writes a contradiction once for each fax and kind. `false` when it is on record already, resolved or not. */
  insertContradiction(contradiction: NewContradiction): Promise<boolean>
  listContradictions(filter: {
    readonly resolved?: boolean
    readonly afterId?: string
    readonly limit: number
  }): Promise<ContradictionRow[]>
  /** `undefined` when there is none such, or it was resolved before. */
  resolve(id: string, at: Date, by: string): Promise<ContradictionRow | undefined>
  /** @param overdue what was due before then */
  debts(overdue: Date, limit: number): Promise<OwnDebts>
}
