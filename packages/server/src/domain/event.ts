import type { FaxStatus } from './fax.ts'

/** Names of `docs/reference/events.md`. */
export type FaxEventType =
  | 'fax.scheduled'
  | 'fax.queued'
  | 'fax.preparing'
  | 'fax.sending'
  | 'fax.attempt.failed'
  | 'fax.retrying'
  | 'fax.delivered'
  | 'fax.partially_delivered'
  | 'fax.failed'
  | 'fax.canceled'
  | 'fax.expired'
  | 'fax.outcome_unknown'

export type EventType = FaxEventType | 'webhook.ping' | 'webhook.disabled' | 'document.rendered'

export const EVENT_TYPES: readonly EventType[] = [
  'fax.scheduled',
  'fax.queued',
  'fax.preparing',
  'fax.sending',
  'fax.attempt.failed',
  'fax.retrying',
  'fax.delivered',
  'fax.partially_delivered',
  'fax.failed',
  'fax.canceled',
  'fax.expired',
  'fax.outcome_unknown',
  'webhook.ping',
  'webhook.disabled',
  'document.rendered',
]

/** The event told when a fax enters a status. */
export function eventOfStatus(status: FaxStatus): FaxEventType {
  return `fax.${status}`
}

/** Ids, status and counts only: an event is stored in the clear and may be posted to anybody who subscribed. */
export interface FaxEventData {
  readonly faxId: string
  readonly jobId: number
  readonly status: FaxStatus
  readonly pageCount: number | null
  readonly pagesConfirmed: number
  readonly attemptCount: number
  readonly disposition: string | null
  readonly code: string | null
  readonly nextAttemptAt?: string
}
