import { nativeEvent } from '../domain/native-event.ts'
import type { WebhookDialect } from '../domain/webhook-schedule.ts'
import type { EventRow, FaxRow } from '../ports/store.ts'

/** What a body is made of. `fax` and `numbers` are there when the event is about a fax and the format asks for them. */
export interface WebhookMaterial {
  readonly event: EventRow
  readonly livemode: boolean
  readonly fax: FaxRow | undefined
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
}

export type WebhookFormats = Readonly<Record<WebhookDialect, WebhookFormat>>

export const nativeFormat: WebhookFormat = {
  timeoutMs: 10_000,
  needsNumbers: false,
  compose: ({ event, livemode, numbers }) => nativeEvent(event, livemode, numbers),
}
