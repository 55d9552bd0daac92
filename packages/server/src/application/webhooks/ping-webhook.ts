import { Problem } from '../../domain/problem/problem.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import { accountNow } from '../account-now.ts'
import { recordAudit } from '../record-change.ts'
import type { Services } from '../services.ts'

/**
 * Sends the event `webhook.ping` to one webhook alone, whatever it subscribed to.
 * @throws Problem `webhook.not_found`; `request.invalid` for a disabled one, or for one of the iFax dialect, which has no ping
 */
export async function pingWebhook(
  services: Services,
  scope: Scope,
  actor: Actor,
  webhookId: string,
): Promise<{ eventId: string; deliveryId: string }> {
  const eventId = services.random.id('evt')
  return services.store.asAccount(scope, async (tx) => {
    const webhook = await tx.webhooks.get(webhookId)
    if (!webhook) throw new Problem('webhook.not_found')
    if (webhook.dialect === 'ifax') throw refused('An iFax webhook knows no ping: send a test fax instead.')
    if (webhook.status === 'disabled') throw refused('The webhook is disabled: enable it first.')
    const createdAt = await accountNow(services, tx)
    const event = {
      id: eventId,
      type: 'webhook.ping',
      subjectId: null,
      data: { webhookId },
      createdAt,
    } as const
    const { deliveryIds } = await tx.events.record(event, { onlyTo: webhookId })
    const deliveryId = deliveryIds[0]!
    await services.queue.enqueue(tx, { name: 'deliver-webhook', scope, subjectId: deliveryId })
    await recordAudit(services, tx, actor, 'webhook.pinged', webhookId, { eventId })
    return { eventId, deliveryId }
  })
}

function refused(detail: string): Problem {
  return new Problem('request.invalid', { detail })
}
