import { Problem } from '../../domain/problem/problem.ts'
import type { Scope } from '../../ports/store/scope.ts'
import { accountKeys } from '../account-keys.ts'
import type { Services } from '../services.ts'
import { type WebhookView, webhookView } from './webhook-view.ts'

/** All of the account and mode, oldest first. */
export async function listWebhooks(services: Services, scope: Scope): Promise<WebhookView[]> {
  return services.store.asAccount(scope, async (tx) => {
    const keys = await accountKeys(services, tx)
    return (await tx.webhooks.list()).map((webhook) => webhookView(keys, webhook, scope))
  })
}

/** @throws Problem `webhook.not_found` */
export async function getWebhook(services: Services, scope: Scope, webhookId: string): Promise<WebhookView> {
  return services.store.asAccount(scope, async (tx) => {
    const webhook = await tx.webhooks.get(webhookId)
    if (!webhook) throw new Problem('webhook.not_found')
    return webhookView(await accountKeys(services, tx), webhook, scope)
  })
}
