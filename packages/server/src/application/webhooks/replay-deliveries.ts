import { Problem } from '../../domain/problem/problem.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import type { WebhookRow } from '../../ports/store/webhook-store.ts'
import { accountNow } from '../account-now.ts'
import { recordAudit } from '../record-change.ts'
import type { Services } from '../services.ts'
import { assertTimeRange } from '../time-range.ts'

/** Events replayed by one call. The caller goes on with a range that starts later. */
const REPLAY_EVENTS_MAX = 1_000

/** Posts one delivery's event again, with the same `webhook-id`. @throws Problem `webhook.not_found`, `request.invalid` */
export async function replayDelivery(
  services: Services,
  scope: Scope,
  actor: Actor,
  deliveryId: string,
): Promise<{ deliveryId: string }> {
  return services.store.asAccount(scope, async (tx) => {
    const held = await tx.webhooks.getDelivery(deliveryId)
    const webhook = held && (await tx.webhooks.get(held.webhookId))
    if (!held || !webhook) throw new Problem('webhook.not_found')
    await replay(services, tx, webhook, [held.eventId])
    await recordAudit(services, tx, actor, 'webhook.replayed', webhook.id, { deliveryId })
    return { deliveryId }
  })
}

/**
 * Posts every event the webhook subscribes to and that happened from `from` (included) to `to` (excluded; absent: now) again, also
 * events from before the webhook was made. At most `REPLAY_EVENTS_MAX`, oldest first.
 * @throws Problem `webhook.not_found`, `request.invalid`
 */
export async function replayRange(
  services: Services,
  scope: Scope,
  actor: Actor,
  webhookId: string,
  range: { readonly from: Date; readonly to: Date | undefined },
): Promise<{ count: number; more: boolean }> {
  return services.store.asAccount(scope, async (tx) => {
    const webhook = await tx.webhooks.get(webhookId)
    if (!webhook) throw new Problem('webhook.not_found')
    const { from, to = await accountNow(services, tx) } = range
    assertTimeRange({ from, until: to }, 'from', 'to')
    const found = await tx.webhooks.eventsBetween(webhookId, from, to, REPLAY_EVENTS_MAX + 1)
    const eventIds = found.slice(0, REPLAY_EVENTS_MAX)
    await replay(services, tx, webhook, eventIds)
    const count = eventIds.length
    await recordAudit(services, tx, actor, 'webhook.replayed', webhookId, { count })
    return { count, more: found.length > count }
  })
}

async function replay(
  services: Services,
  tx: Tx,
  webhook: WebhookRow,
  eventIds: readonly string[],
): Promise<void> {
  if (webhook.status === 'disabled') {
    throw new Problem('request.invalid', { detail: 'The webhook is disabled: enable it first.' })
  }
  const at = await accountNow(services, tx)
  for (const eventId of eventIds) {
    const made = services.random.id('dlv')
    const deliveryId = await tx.webhooks.replay(made, webhook.id, eventId, at)
    await services.queue.enqueue(tx, { name: 'deliver-webhook', scope: tx.scope, subjectId: deliveryId })
  }
}
