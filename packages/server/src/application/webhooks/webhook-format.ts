import type { CodedPage } from '@answerback/imaging/page'
import { nativeEvent } from '../../domain/webhooks/native-event.ts'
import type { WebhookDialect } from '../../domain/webhooks/webhook-schedule.ts'
import type { EventRow } from '../../ports/store/event-store.ts'
import type { FaxRow } from '../../ports/store/fax-store.ts'
import type { ReceivedFaxRow } from '../../ports/store/received-store.ts'

/** What a body is made of. `fax` or `received`, and `numbers`, are there when the event is about one and the format asks for them. */
export interface WebhookMaterial {
  readonly event: EventRow
  readonly livemode: boolean
  readonly fax: FaxRow | undefined
  readonly received: ReceivedFaxRow | undefined
  readonly numbers: { readonly to: string; readonly from: string | null } | undefined
  /** 0 for the first post, then the number of the retry. */
  readonly retryAttempt: number
}

/** How one dialect speaks. */
export interface WebhookFormat {
  /** How long a receiver may take to answer, ms. */
  readonly timeoutMs: number
  /** Whether the body always needs the fax's numbers, whatever the subscription asked for. */
  readonly needsNumbers: boolean
  compose(material: WebhookMaterial): object
  /**
   * The same about a received fax as a form, for a subscription that asked for forms.
   * @param pages all of them; `undefined` when they are too many for one post, or cannot be read now
   */
  composeForm?(material: WebhookMaterial, pages: readonly CodedPage[] | undefined): WebhookBody
}

export interface WebhookBody {
  readonly contentType: string
  readonly bytes: Buffer
}

export function jsonBody(value: object): WebhookBody {
  return { contentType: 'application/json', bytes: Buffer.from(JSON.stringify(value)) }
}

export type WebhookFormats = Readonly<Record<WebhookDialect, WebhookFormat>>

export const nativeFormat: WebhookFormat = {
  timeoutMs: 10_000,
  needsNumbers: false,
  compose: ({ event, livemode, numbers }) => nativeEvent(event, livemode, numbers),
}
