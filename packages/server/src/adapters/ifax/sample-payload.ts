import type { Disposition } from '../../domain/fax/disposition.ts'
import type { FaxStatus } from '../../domain/fax/fax.ts'
import type { EventType } from '../../domain/webhooks/event.ts'
import { type IFaxSentPayload, sentPayload } from './fax-object.ts'
import { type IFaxReceivedPayload, receivedPayload } from './received-object.ts'

/** Of the reserved fictional block: a receiver that acts on a sample reaches nobody. */
const NUMBERS = { to: '+12025550100', from: '+12025550177' }
/** No fax has it, so nothing can be asked about a sample. */
const NO_JOB = 0
const PAGES = 2
const CALL_MS = 60_000

/** How a fax that ends in a status may have come to it. */
const SENT: Partial<
  Record<EventType, readonly [status: FaxStatus, disposition: Disposition, confirmed: number]>
> = {
  'fax.delivered': ['delivered', 'delivered', PAGES],
  'fax.partially_delivered': ['partially_delivered', 'call_dropped', 1],
  'fax.failed': ['failed', 'busy', 0],
  'fax.canceled': ['canceled', 'canceled', 0],
  'fax.expired': ['expired', 'expired', 0],
  'fax.outcome_unknown': ['outcome_unknown', 'outcome_unknown', 1],
}

const RECEIVED = {
  'inbound.received': ['received', 'delivered', PAGES],
  'inbound.partially_received': ['partially_received', 'call_dropped', 1],
} as const

/** What iFax would post of an event that did not happen. `undefined` for one it never posts. */
export function samplePayload(
  type: EventType,
  at: Date,
  retryAttempt: number,
): IFaxSentPayload | IFaxReceivedPayload | undefined {
  const startedAt = new Date(at.getTime() - CALL_MS)
  const sent = SENT[type]
  if (sent) {
    const [status, disposition, pagesConfirmed] = sent
    const times = { createdAt: startedAt, startedAt, endedAt: at }
    const fax = { jobId: NO_JOB, status, disposition, pageCount: PAGES, pagesConfirmed, ...times }
    return sentPayload(fax, NUMBERS, retryAttempt)
  }
  if (type !== 'inbound.received' && type !== 'inbound.partially_received') return undefined
  const [status, disposition, pageCount] = RECEIVED[type]
  const ids = { jobId: NO_JOB, transactionId: NO_JOB }
  return receivedPayload(
    { ...ids, status, disposition, pageCount, startedAt, endedAt: at },
    NUMBERS,
    retryAttempt,
  )
}
