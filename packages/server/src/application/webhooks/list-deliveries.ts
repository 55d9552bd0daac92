import { Problem } from '../../domain/problem/problem.ts'
import type { Scope } from '../../ports/store/scope.ts'
import type { DeliveryAttemptRow, DeliveryRow } from '../../ports/store/webhook-store.ts'
import { assertCursor } from '../page-cursor.ts'
import type { Services } from '../services.ts'

/** A webhook's deliveries, newest event first. @throws Problem `request.invalid`, `webhook.not_found` */
export async function listDeliveries(
  services: Services,
  scope: Scope,
  webhookId: string,
  page: { readonly afterId?: string; readonly limit: number },
): Promise<DeliveryRow[]> {
  assertCursor('dlv', page.afterId)
  return services.store.asAccount(scope, async (tx) => {
    if (!(await tx.webhooks.get(webhookId))) throw new Problem('webhook.not_found')
    return tx.webhooks.listDeliveries(webhookId, page.afterId, page.limit)
  })
}

export interface DeliveryWithAttempts {
  readonly delivery: DeliveryRow
  /** Oldest first, those before a replay too. */
  readonly attempts: readonly DeliveryAttemptRow[]
}

/** @throws Problem `webhook.not_found` */
export async function getDelivery(
  services: Services,
  scope: Scope,
  deliveryId: string,
): Promise<DeliveryWithAttempts> {
  return services.store.asAccount(scope, async (tx) => {
    const delivery = await tx.webhooks.getDelivery(deliveryId)
    if (!delivery) throw new Problem('webhook.not_found')
    return { delivery, attempts: await tx.webhooks.deliveryAttempts(deliveryId) }
  })
}
