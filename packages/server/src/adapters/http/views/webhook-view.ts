import type { DeliveryWithAttempts } from '../../../application/webhooks/list-deliveries.ts'
import type { WebhookView } from '../../../application/webhooks/webhook-view.ts'
import type { DeliveryRow } from '../../../ports/store/webhook-store.ts'
import { timeOrNull } from './time.ts'

export function webhookBody(webhook: WebhookView) {
  return {
    ...webhook,
    eventTypes: [...webhook.eventTypes],
    numberIds: webhook.numberIds && [...webhook.numberIds],
    previousSecretUntil: timeOrNull(webhook.previousSecretUntil),
    createdAt: webhook.createdAt.toISOString(),
  }
}

export function deliveryView(delivery: DeliveryRow) {
  return {
    id: delivery.id,
    webhookId: delivery.webhookId,
    eventId: delivery.eventId,
    status: delivery.status,
    attemptCount: delivery.attemptCount,
    nextAttemptAt: timeOrNull(delivery.nextAttemptAt),
    createdAt: delivery.createdAt.toISOString(),
    endedAt: timeOrNull(delivery.endedAt),
    replayedAt: timeOrNull(delivery.replayedAt),
  }
}

export function deliveryDetailView({ delivery, attempts }: DeliveryWithAttempts) {
  return {
    ...deliveryView(delivery),
    attempts: attempts.map(({ number, at, durationMs, responseStatus, errorCode }) => ({
      number,
      at: at.toISOString(),
      durationMs,
      responseStatus,
      errorCode,
    })),
  }
}
