import type { AccountKeys } from '../../ports/keyring.ts'
import type { WebhookRow } from '../../ports/store/webhook-store.ts'

/** Columns of a webhook that are never stored in the clear: an address may hold a token in its path. */
export type SealedWebhookColumn =
  | 'url_sealed'
  | 'secret_sealed'
  | 'previous_secret_sealed'
  | 'basic_auth_sealed'

export interface BasicAuth {
  readonly username: string
  readonly password: string
}

export function sealForWebhook(
  keys: AccountKeys,
  id: string,
  column: SealedWebhookColumn,
  text: string,
): Buffer {
  return keys.seal({ table: 'webhook', column, row: id }, text)
}

export function webhookUrl(keys: AccountKeys, webhook: WebhookRow): string {
  return keys.openText({ table: 'webhook', column: 'url_sealed', row: webhook.id }, webhook.urlSealed)
}

/** The secrets to sign with at `now`: the current one first, then the one it replaced while that still counts. */
export function webhookSecrets(keys: AccountKeys, webhook: WebhookRow, now: Date): string[] {
  const place = { table: 'webhook', row: webhook.id }
  const secrets = [keys.openText({ ...place, column: 'secret_sealed' }, webhook.secretSealed)]
  const { previousSecretSealed, previousSecretUntil } = webhook
  if (previousSecretSealed && previousSecretUntil && previousSecretUntil > now) {
    secrets.push(keys.openText({ ...place, column: 'previous_secret_sealed' }, previousSecretSealed))
  }
  return secrets
}

export function webhookBasicAuth(keys: AccountKeys, webhook: WebhookRow): BasicAuth | undefined {
  if (!webhook.basicAuthSealed) return undefined
  const place = { table: 'webhook', column: 'basic_auth_sealed', row: webhook.id }
  return JSON.parse(keys.openText(place, webhook.basicAuthSealed)) as BasicAuth
}
