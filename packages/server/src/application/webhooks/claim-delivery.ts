import type { AccountKeys } from '../../ports/keyring.ts'
import type { Tx } from '../../ports/store/store.ts'
import type { DeliveryRow, WebhookRow } from '../../ports/store/webhook-store.ts'
import { readAccount } from '../account-now.ts'
import { isWebhookOpen } from '../associates/baa-gate.ts'
import { faxNumbers } from '../faxes/fax-numbers.ts'
import { openReceivedNumbers } from '../sealed/received-secrets.ts'
import { type BasicAuth, webhookBasicAuth, webhookSecrets, webhookUrl } from '../sealed/webhook-secrets.ts'
import type { Services } from '../services.ts'
import type { WebhookFormat, WebhookFormats, WebhookMaterial } from './webhook-format.ts'
import { openPostedPages, type PostedPages } from './webhook-pages.ts'

/** Longer than any post and its bookkeeping: a worker that still holds the delivery then is dead. */
const LEASE_MARGIN_MS = 20_000
/** Posts to one webhook at once: a receiver that hangs holds these workers and no more. */
const POSTS_AT_ONCE_MAX = 4
/** A delivery in hand: everything the post needs, so that no transaction stays open while the receiver answers. */
export interface Claimed {
  readonly delivery: DeliveryRow
  readonly webhook: WebhookRow
  readonly url: string
  /** Not when no agreement covers the receiver: then nothing leaves, and the next try asks again. */
  readonly mayPost: boolean
  readonly secrets: readonly string[]
  readonly basicAuth: BasicAuth | undefined
  readonly format: WebhookFormat
  readonly material: WebhookMaterial
  /** Set when they are to go with the post. */
  readonly pages: PostedPages | undefined
}

/** Takes the delivery for this worker, unless it is not due, has ended, another holds it, or its webhook is busy or disabled. */
export async function claimDelivery(
  services: Services,
  formats: WebhookFormats,
  tx: Tx,
  deliveryId: string,
): Promise<Claimed | undefined> {
  const now = new Date(services.clock.now())
  const held = await tx.webhooks.getDelivery(deliveryId)
  const webhook = held && (await tx.webhooks.get(held.webhookId))
  if (!webhook) return undefined
  const { keys, now: dueAt } = await readAccount(services, tx)
  if (webhook.status === 'disabled') {
    await tx.webhooks.failPending(webhook.id, dueAt)
    return undefined
  }
  if ((await tx.webhooks.lockAndCountClaimed(webhook.id, now)) >= POSTS_AT_ONCE_MAX) return undefined
  const format = formats[webhook.dialect]
  const until = new Date(now.getTime() + format.timeoutMs + LEASE_MARGIN_MS)
  const delivery = await tx.webhooks.claimDelivery(deliveryId, dueAt, now, until)
  const event = delivery && (await tx.events.get(delivery.eventId))
  if (!event) return undefined
  const url = webhookUrl(keys, webhook)
  const mayPost = await isWebhookOpen(services, tx, webhook, url)
  const wantsNumbers = webhook.includeNumbers || format.needsNumbers
  const about = wantsNumbers && event.subjectId ? await readNumbers(tx, keys, event.subjectId) : undefined
  const received = about?.received
  const wantsPages = webhook.multipart && format.composeForm && received
  return {
    delivery,
    webhook,
    url,
    mayPost,
    secrets: webhookSecrets(keys, webhook, now),
    basicAuth: webhookBasicAuth(keys, webhook),
    format,
    material: {
      event,
      livemode: tx.scope.mode === 'live',
      fax: about?.fax,
      received,
      numbers: about?.numbers,
      retryAttempt: delivery.attemptCount - delivery.attemptsBefore,
    },
    pages: wantsPages ? await openPostedPages(services, tx, keys, received, webhook.id) : undefined,
  }
}

async function readNumbers(tx: Tx, keys: AccountKeys, subjectId: string) {
  const fax = await tx.faxes.get(subjectId)
  if (fax) return { fax, received: undefined, numbers: faxNumbers(keys, fax) }
  const received = await tx.received.get(subjectId)
  return received && { fax: undefined, received, numbers: openReceivedNumbers(keys, received) }
}
