import type { EventType } from '../../domain/webhooks/event.ts'
import type { NewAuditEntry } from './audit-store.ts'

export interface NewEvent {
  readonly id: string
  readonly type: EventType
  readonly subjectId: string | null
  readonly data: Readonly<Record<string, unknown>>
  readonly createdAt: Date
}

export interface EventRow extends NewEvent {
  /** Rises by one with each event about the same fax; 0 for events about no fax. */
  readonly sequence: number
  /** Where a reader goes on: opaque, in commit-safe order. */
  readonly cursor: string
}

export interface RecordOptions {
  /** Sends it to this webhook alone, whatever it subscribed to. */
  readonly onlyTo?: string
  /** The audit entry of the same change, appended by the same statement. */
  readonly audit?: NewAuditEntry
}

export interface EventRepository {
  /**
   * The transactional outbox: the event and one delivery for each subscription that wants it, in the caller's transaction.
   * Raises the fax's `sequence` in the same statement. Returns the deliveries so that the caller enqueues them in the same transaction.
   */
  record(event: NewEvent, options?: RecordOptions): Promise<{ deliveryIds: string[]; sequence: number }>
  get(id: string): Promise<EventRow | undefined>
  /**
   * Only events no later commit can precede: a reader that goes on from the last cursor misses none. Any transaction that runs
   * in the same PostgreSQL holds newer ones back until it ends.
   */
  list(after: string | undefined, limit: number): Promise<EventRow[]>
  /** Those about one fax, by `sequence`. The fax's row lock commits them in that order, so nothing is held back. */
  listOfFax(faxId: string, afterSequence: number, limit: number): Promise<EventRow[]>
}
