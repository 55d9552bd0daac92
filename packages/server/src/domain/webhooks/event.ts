import type { FaxStatus } from '../fax/fax.ts'
import type { ReceivedStatus } from '../fax/received-fax.ts'
import type { HoldReason } from '../recipients/misdirection.ts'

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
  | 'fax.held'
  | 'fax.released'

export type ReceivedEventType =
  | 'inbound.receiving'
  | 'inbound.received'
  | 'inbound.partially_received'
  | 'inbound.failed'
  | 'inbound.routed'
  | 'inbound.assigned'
  | 'inbound.marked'
  | 'inbound.escalated'
  | 'inbound.linked'
  | 'inbound.text_ready'
  | 'inbound.noted'
  | 'inbound.split'
  | 'inbound.merged'
  | 'inbound.forwarded'

export type EventType =
  | FaxEventType
  | ReceivedEventType
  | 'number.ordered'
  | 'number.released'
  | 'recipient.confirmed'
  | 'recipient.suspended'
  | 'incident.opened'
  | 'incident.closed'
  | 'associate.expiring'
  | 'reconciliation.contradiction'
  | 'webhook.ping'
  | 'webhook.disabled'
  | 'document.rendered'
  | 'access.break_glass'
  | 'access.break_glass_unreviewed'

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
  'fax.held',
  'fax.released',
  'inbound.receiving',
  'inbound.received',
  'inbound.partially_received',
  'inbound.failed',
  'inbound.routed',
  'inbound.assigned',
  'inbound.marked',
  'inbound.escalated',
  'inbound.linked',
  'inbound.text_ready',
  'inbound.noted',
  'inbound.split',
  'inbound.merged',
  'inbound.forwarded',
  'number.ordered',
  'number.released',
  'recipient.confirmed',
  'recipient.suspended',
  'incident.opened',
  'incident.closed',
  'associate.expiring',
  'reconciliation.contradiction',

  'webhook.ping',
  'webhook.disabled',
  'document.rendered',
  'access.break_glass',
  'access.break_glass_unreviewed',
]

/** The event told when a fax enters a status. */
export function eventOfStatus(status: FaxStatus): `fax.${FaxStatus}` {
  return `fax.${status}`
}

export function eventOfReceived(status: ReceivedStatus): ReceivedEventType {
  return `inbound.${status}`
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
  /** With `fax.held`: why. */
  readonly hold?: HoldReason
}

/** The same of a fax that came in. */
export interface ReceivedEventData {
  readonly inboundId: string
  readonly jobId: number
  readonly transactionId: number
  /** The account's number that was called. */
  readonly numberId: string | null
  readonly mailboxId: string
  readonly status: ReceivedStatus
  readonly pageCount: number
  readonly badRows: number
  readonly disposition: string | null
  readonly code: string | null
}
