import { Problem } from '../../domain/problem/problem.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import { recordAudit } from '../record-change.ts'
import type { Services } from '../services.ts'

/** Its deliveries go with it; the events stay. @throws Problem `webhook.not_found` */
export async function deleteWebhook(
  services: Services,
  scope: Scope,
  actor: Actor,
  webhookId: string,
): Promise<void> {
  await services.store.asAccount(scope, async (tx) => {
    if (!(await tx.webhooks.delete(webhookId))) throw new Problem('webhook.not_found')
    await recordAudit(services, tx, actor, 'webhook.deleted', webhookId, {})
  })
}
