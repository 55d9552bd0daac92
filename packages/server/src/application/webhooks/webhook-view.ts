import type { WebhookDialect } from '../../domain/webhooks/webhook-schedule.ts'
import type { AccountKeys } from '../../ports/keyring.ts'
import type { Scope } from '../../ports/store/scope.ts'
import type { WebhookRow } from '../../ports/store/webhook-store.ts'
import { webhookUrl } from '../sealed/webhook-secrets.ts'

/** A webhook as its owner may see it: never its secrets. */
export interface WebhookView {
  readonly id: string
  readonly dialect: WebhookDialect
  readonly url: string
  readonly livemode: boolean
  /** Empty: all. */
  readonly eventTypes: readonly string[]
  readonly includeNumbers: boolean
  readonly hasBasicAuth: boolean
  readonly status: 'enabled' | 'disabled'
  readonly disabledReason: string | null
  readonly description: string | null
  /** Only events about faxes that came in on these numbers; `null`: all events. */
  readonly numberIds: readonly string[] | null
  readonly multipart: boolean
  /** Until when posts carry a signature of the secret before the last rotation, too. */
  readonly previousSecretUntil: Date | null
  readonly createdAt: Date
}

export function webhookView(keys: AccountKeys, webhook: WebhookRow, scope: Scope): WebhookView {
  return {
    id: webhook.id,
    dialect: webhook.dialect,
    url: webhookUrl(keys, webhook),
    livemode: scope.mode === 'live',
    eventTypes: webhook.eventTypes,
    includeNumbers: webhook.includeNumbers,
    hasBasicAuth: webhook.basicAuthSealed !== null,
    status: webhook.status,
    disabledReason: webhook.disabledReason,
    description: webhook.description,
    numberIds: webhook.numberIds,
    multipart: webhook.multipart,
    previousSecretUntil: webhook.previousSecretUntil,
    createdAt: webhook.createdAt,
  }
}
