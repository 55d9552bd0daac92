import type { WebhookFormat, WebhookMaterial } from '../../application/webhooks/webhook-format.ts'
import { Fault } from '../../domain/fax/fax.ts'
import type { FaxEventType, ReceivedEventType } from '../../domain/webhooks/event.ts'
import { writeFaxPdf } from '../web/fax-pdf.ts'
import { type IFaxSentPayload, sentPayload } from './fax-object.ts'
import { formBody } from './form-body.ts'
import { type IFaxReceivedPayload, receivedPayload } from './received-object.ts'
import { samplePayload } from './sample-payload.ts'

/** The outcomes iFax posts: an outbound fax has ended, */
export const SENT_EVENTS: readonly FaxEventType[] = [
  'fax.delivered',
  'fax.partially_delivered',
  'fax.failed',
  'fax.canceled',
  'fax.expired',
  'fax.outcome_unknown',
]

/** and a fax has come in, of which there are pages. */
export const INBOUND_EVENTS: readonly ReceivedEventType[] = ['inbound.received', 'inbound.partially_received']

export const ifaxFormat: WebhookFormat = {
  timeoutMs: 5_000,
  needsNumbers: true,
  compose: payloadOf,
  composeForm: (material, pages) => {
    const { event, received } = material
    const fields = Object.entries(payloadOf(material))
    if (!received || pages === undefined || pages.length === 0) return formBody(event.id, fields)
    const bytes = writeFaxPdf(
      received.id,
      pages.map((page) => ({ page })),
    )
    const file = { name: 'filename', fileName: `${received.jobId}.pdf`, mediaType: 'application/pdf', bytes }
    return formBody(event.id, fields, file)
  },
}

function payloadOf(material: WebhookMaterial): IFaxSentPayload | IFaxReceivedPayload {
  const { event, fax, received, numbers, retryAttempt } = material
  if (fax && numbers) return sentPayload(fax, numbers, retryAttempt)
  if (received && numbers) return receivedPayload(received, numbers, retryAttempt)
  const sample = event.data.sample ? samplePayload(event.type, event.createdAt, retryAttempt) : undefined
  if (sample) return sample
  throw new Fault('An event of the iFax dialect is about no fax.')
}
