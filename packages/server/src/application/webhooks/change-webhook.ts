import type { KeyScope } from '../../domain/access/api-key.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { EventType } from '../../domain/webhooks/event.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import type { WebhookRow } from '../../ports/store/webhook-store.ts'
import { accountKeys } from '../account-keys.ts'
import { assertWebhookOpen } from '../associates/baa-gate.ts'
import { recordAudit } from '../record-change.ts'
import { type BasicAuth, sealForWebhook, webhookUrl } from '../sealed/webhook-secrets.ts'
import type { Services } from '../services.ts'
import { assertMayTell } from './assert-may-tell.ts'
import { assertOwnNumbers } from './check-webhook-numbers.ts'
import { checkWebhookUrl } from './check-webhook-url.ts'
import { disableWebhook } from './disable-webhook.ts'

import { type WebhookView, webhookView } from './webhook-view.ts'

export interface WebhookChange {
  readonly url?: string
  readonly eventTypes?: readonly EventType[]
  readonly includeNumbers?: boolean
  readonly description?: string | null
  /** Numbers of the account; `null`: all events. */
  readonly numberIds?: readonly string[] | null
  /** `null` takes it away. */
  readonly basicAuth?: BasicAuth | null
  readonly status?: 'enabled' | 'disabled'
  readonly multipart?: boolean
}

/**
 * Disabling ends what waits for the webhook; enabling it again brings none of that back: replay what is wanted.
 * @param grantable what the one who asks may pass on; absent: everything
 * @throws Problem `webhook.not_found`, `webhook.url_refused`, `auth.forbidden` when it would tell more than they may pass on, `auth.baa_required` when it would be posted more, or elsewhere, than an agreement covers
 */
export async function changeWebhook(
  services: Services,
  scope: Scope,
  actor: Actor,
  webhookId: string,
  change: WebhookChange,
  grantable?: readonly KeyScope[],
): Promise<WebhookView> {
  if (change.url !== undefined) await checkWebhookUrl(services, scope, change.url)
  return services.store.asAccount(scope, async (tx) => {
    const held = await tx.webhooks.get(webhookId)
    if (!held) throw new Problem('webhook.not_found')
    await assertOwnNumbers(tx, change.numberIds)
    const keys = await accountKeys(services, tx)
    const { url, basicAuth, status, eventTypes, includeNumbers, description, numberIds, multipart } = change
    const patch: Partial<WebhookRow> = {
      eventTypes,
      includeNumbers,
      description,
      numberIds,
      multipart,
      ...(url === undefined ? {} : { urlSealed: sealForWebhook(keys, webhookId, 'url_sealed', url) }),
      ...(basicAuth === undefined
        ? {}
        : {
            basicAuthSealed:
              basicAuth && sealForWebhook(keys, webhookId, 'basic_auth_sealed', JSON.stringify(basicAuth)),
          }),
      ...(status === 'enabled' ? { status, disabledReason: null } : {}),
    }
    const after = {
      dialect: held.dialect,
      includeNumbers: includeNumbers ?? held.includeNumbers,
      multipart: multipart ?? held.multipart,
    }
    if (!onlyQuietens(change)) assertMayTell(after, grantable)
    if (url !== undefined || includeNumbers === true || multipart === true || status === 'enabled') {
      await assertWebhookOpen(services, tx, after, url ?? webhookUrl(keys, held))
    }
    if (Object.values(patch).some((value) => value !== undefined)) {
      await tx.webhooks.update(webhookId, patch)
      await recordAudit(services, tx, actor, 'webhook.changed', webhookId, { fields: Object.keys(change) })
    }
    if (status === 'disabled' && held.status === 'enabled') {
      await disableWebhook(services, tx, actor, webhookId, 'disabled_by_user')
    }
    const changed = await tx.webhooks.get(webhookId)
    if (!changed) throw new Problem('webhook.not_found')
    return webhookView(keys, changed, scope)
  })
}

/** Nobody is told more, or elsewhere. */
function onlyQuietens({ description: _, status, ...rest }: WebhookChange): boolean {
  return status !== 'enabled' && Object.values(rest).every((value) => value === undefined)
}
