import type { WebhookFormat } from '../../application/webhook-format.ts'
import type { FaxEventType } from '../../domain/event.ts'
import { Fault } from '../../domain/fax.ts'
import { sentPayload } from './fax-object.ts'

/** The outcomes iFax posts: an outbound fax has ended. */
export const SENT_EVENTS: readonly FaxEventType[] = [
  'fax.delivered',
  'fax.partially_delivered',
  'fax.failed',
  'fax.canceled',
  'fax.expired',
  'fax.outcome_unknown',
]

export const ifaxFormat: WebhookFormat = {
  timeoutMs: 5_000,
  needsNumbers: true,
  compose: ({ fax, numbers, retryAttempt }) => {
    if (!fax || !numbers) throw new Fault('An event of the iFax dialect is about no fax.')
    return sentPayload(fax, numbers, retryAttempt)
  },
}
