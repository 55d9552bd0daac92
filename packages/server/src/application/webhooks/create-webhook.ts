import type { KeyScope } from '../../domain/access/api-key.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { EventType } from '../../domain/webhooks/event.ts'
import type { WebhookDialect } from '../../domain/webhooks/webhook-schedule.ts'
import { adoptSecret, formatSecret, SECRET_BYTES } from '../../domain/webhooks/webhook-signature.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import type { WebhookRow } from '../../ports/store/webhook-store.ts'
import { readAccount } from '../account-now.ts'
import { assertWebhookOpen } from '../associates/baa-gate.ts'
import { recordAudit } from '../record-change.ts'
import { type BasicAuth, sealForWebhook } from '../sealed/webhook-secrets.ts'
import type { Services } from '../services.ts'
import { assertMayTell } from './assert-may-tell.ts'
import { assertOwnNumbers } from './check-webhook-numbers.ts'
import { checkWebhookUrl } from './check-webhook-url.ts'
import { type WebhookView, webhookView } from './webhook-view.ts'

/** A subscription that answers in minutes needs few; a loop that makes them is a mistake. */
const WEBHOOKS_MAX = 50

export interface NewWebhook {
  readonly url: string
  readonly dialect: WebhookDialect
  /** Empty: all. */
  readonly eventTypes: readonly EventType[]
  readonly includeNumbers?: boolean
  readonly description?: string | null
  /** Numbers of the account; absent or `null`: all events. */
  readonly numberIds?: readonly string[] | null
  readonly basicAuth?: BasicAuth
  /** iFax's dialect only. */
  readonly multipart?: boolean
  /** Chosen by the subscriber; absent: one is made. */
  readonly secret?: string
  /** What the one who asks may pass on. Absent: everything. */
  readonly grantable?: readonly KeyScope[]
}

export interface MadeWebhook {
  readonly webhook: WebhookView
  /** Told once. */
  readonly secret: string
}

/** @throws Problem `webhook.url_refused`, `auth.baa_required`, `auth.forbidden` when it would tell more than they may pass on, `request.invalid` for a secret of the wrong length, a number that is not the account's, or one webhook too many */
export async function createWebhook(
  services: Services,
  scope: Scope,
  actor: Actor,
  wanted: NewWebhook,
  hooks: { readonly inTransaction?: (tx: Tx, made: MadeWebhook) => Promise<void> } = {},
): Promise<MadeWebhook> {
  await checkWebhookUrl(services, scope, wanted.url)
  const secret = wanted.secret === undefined ? makeSecret(services) : adopted(wanted.secret)
  const id = services.random.id('whk')
  return services.store.asAccount(scope, async (tx) => {
    const { keys, now } = await readAccount(services, tx)
    if ((await tx.webhooks.list()).length >= WEBHOOKS_MAX) {
      throw new Problem('request.invalid', { detail: `An account has at most ${WEBHOOKS_MAX} webhooks.` })
    }
    await assertOwnNumbers(tx, wanted.numberIds)
    const webhook: WebhookRow = {
      id,
      dialect: wanted.dialect,
      urlSealed: sealForWebhook(keys, id, 'url_sealed', wanted.url),
      eventTypes: wanted.eventTypes,
      includeNumbers: wanted.includeNumbers ?? false,
      secretSealed: sealForWebhook(keys, id, 'secret_sealed', secret),
      previousSecretSealed: null,
      previousSecretUntil: null,
      basicAuthSealed: wanted.basicAuth
        ? sealForWebhook(keys, id, 'basic_auth_sealed', JSON.stringify(wanted.basicAuth))
        : null,
      status: 'enabled',
      disabledReason: null,
      description: wanted.description ?? null,
      numberIds: wanted.numberIds ?? null,
      multipart: wanted.multipart ?? false,
      createdAt: now,
    }
    assertMayTell(webhook, wanted.grantable)
    await assertWebhookOpen(services, tx, webhook, wanted.url)
    await tx.webhooks.insert(webhook)

    await recordAudit(services, tx, actor, 'webhook.created', id, {
      dialect: wanted.dialect,
      eventTypes: [...wanted.eventTypes],
      includeNumbers: webhook.includeNumbers,
    })
    const made = { webhook: webhookView(keys, webhook, scope), secret }
    await hooks.inTransaction?.(tx, made)
    return made
  })
}

export function makeSecret(services: Services): string {
  return formatSecret(services.random.bytes(SECRET_BYTES.made))
}

function adopted(text: string): string {
  const secret = adoptSecret(text)
  if (secret !== undefined) return secret
  throw new Problem('request.invalid', {
    field: 'secret',
    detail: `"secret" must be ${SECRET_BYTES.min} to ${SECRET_BYTES.max} bytes long, as text or as "whsec_" and base64.`,
  })
}
