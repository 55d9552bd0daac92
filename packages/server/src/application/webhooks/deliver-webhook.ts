import { parseRetryAfter } from '../../domain/webhooks/retry-after.ts'
import { nextDeliveryAttempt } from '../../domain/webhooks/webhook-schedule.ts'
import type { Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { readAccount } from '../account-now.ts'
import { WORKER } from '../record-change.ts'
import type { Services } from '../services.ts'
import { type Claimed, claimDelivery } from './claim-delivery.ts'
import { disableWebhook } from './disable-webhook.ts'
import { type PostResult, postDelivery } from './post-delivery.ts'
import type { WebhookFormats } from './webhook-format.ts'

/** A delivery due for so long was turned away by the limit, or its job is late: either way a second job does no harm. */
const OVERDUE_MS = 1_000
/**
 * Posts one delivery, once, and decides what follows. Does nothing when it is not due, has ended, or another worker holds it.
 *
 * At least once: a worker that dies after the post and before its record leaves the delivery due again when its lease
 * ends. The receiver knows the repetition by the same `webhook-id`.
 */
export async function deliverWebhook(
  services: Services,
  formats: WebhookFormats,
  scope: Scope,
  deliveryId: string,
): Promise<void> {
  const claimed = await services.store.asAccount(scope, (tx) =>
    claimDelivery(services, formats, tx, deliveryId),
  )
  if (!claimed) return
  const result = await postDelivery(services, scope, claimed)
  await services.store.asAccount(scope, (tx) => conclude(services, tx, claimed, result))
}

async function conclude(services: Services, tx: Tx, claimed: Claimed, result: PostResult): Promise<void> {
  const { delivery, webhook } = claimed
  const { now: endedAt, aheadMs } = await readAccount(services, tx)
  await wakeNext(services, tx, webhook.id, endedAt)
  const { responseStatus, errorCode, durationMs } = result
  const succeeded = responseStatus !== null && responseStatus >= 200 && responseStatus < 300
  const isGone = responseStatus === 410
  // Before the delivery's own row is touched: claims lock the webhook first, too.
  if (isGone) await disableWebhook(services, tx, WORKER, webhook.id, 'receiver_gone')
  const next = succeeded || isGone ? null : nextAttempt(services, claimed, result, endedAt)
  const status = succeeded ? 'delivered' : next ? 'pending' : 'failed'
  const kept = await tx.webhooks.recordAttempt(
    delivery.id,
    delivery.leaseToken,
    { number: delivery.attemptCount + 1, at: endedAt, durationMs, responseStatus, errorCode },
    { status, next },
  )
  if (!kept) return
  services.log.info('webhook.posted', {
    deliveryId: delivery.id,
    webhookId: webhook.id,
    eventId: delivery.eventId,
    status,
    attempt: delivery.attemptCount + 1,
    durationMs,
    ...(responseStatus === null ? {} : { httpStatus: responseStatus }),
    ...(errorCode === null ? {} : { code: errorCode }),
  })
  if (next === null) return
  const startAfter = new Date(next.getTime() - aheadMs)
  await services.queue.enqueue(
    tx,
    { name: 'deliver-webhook', scope: tx.scope, subjectId: delivery.id },
    { startAfter },
  )
}

/** Whoever ends a post lets the next one in that the limit turned away. */
async function wakeNext(services: Services, tx: Tx, webhookId: string, now: Date): Promise<void> {
  const overdue = new Date(now.getTime() - OVERDUE_MS)
  const subjectId = await tx.webhooks.nextWaiting(webhookId, overdue, new Date(services.clock.now()))
  if (subjectId) await services.queue.enqueue(tx, { name: 'deliver-webhook', scope: tx.scope, subjectId })
}

function nextAttempt(services: Services, claimed: Claimed, result: PostResult, endedAt: Date): Date | null {
  const { delivery, webhook } = claimed
  const asked = result.retryAfter && parseRetryAfter(result.retryAfter, new Date(services.clock.now()))
  return nextDeliveryAttempt(
    {
      dialect: webhook.dialect,
      attempts: delivery.attemptCount - delivery.attemptsBefore + 1,
      begunAt: delivery.replayedAt ?? delivery.createdAt,
      endedAt,
      ...(asked ? { retryAfterMs: asked } : {}),
    },
    services.random.bytes(4).readUInt32BE() / 2 ** 32,
  )
}
