import { parseRetryAfter } from '../../domain/webhooks/retry-after.ts'
import { nextDeliveryAttempt } from '../../domain/webhooks/webhook-schedule.ts'
import { signatureHeaders } from '../../domain/webhooks/webhook-signature.ts'
import { HttpOutError, type HttpOutResponse } from '../../ports/http-out.ts'
import type { AccountKeys } from '../../ports/keyring.ts'
import type { Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import type { DeliveryRow, WebhookRow } from '../../ports/store/webhook-store.ts'
import { readAccount } from '../account-now.ts'
import { isWebhookOpen } from '../associates/baa-gate.ts'
import { faxNumbers } from '../faxes/fax-numbers.ts'
import { WORKER } from '../record-change.ts'
import { openReceivedNumbers } from '../sealed/received-secrets.ts'
import { type BasicAuth, webhookBasicAuth, webhookSecrets, webhookUrl } from '../sealed/webhook-secrets.ts'
import type { Services } from '../services.ts'
import { webhookPolicy } from './check-webhook-url.ts'
import { disableWebhook } from './disable-webhook.ts'
import {
  jsonBody,
  type WebhookBody,
  type WebhookFormat,
  type WebhookFormats,
  type WebhookMaterial,
} from './webhook-format.ts'
import { openPostedPages, type PostedPages, readPostedPages } from './webhook-pages.ts'

/** Longer than any post and its bookkeeping: a worker that still holds the delivery then is dead. */
const LEASE_MARGIN_MS = 20_000
/** Posts to one webhook at once: a receiver that hangs holds these workers and no more. */
const POSTS_AT_ONCE_MAX = 4
/** A delivery due for so long was turned away by the limit, or its job is late: either way a second job does no harm. */
const OVERDUE_MS = 1_000
/** What a receiver says is read off the wire up to here, and dropped. */
const RESPONSE_BYTES_MAX = 64 * 1024

/** A delivery in hand: everything the post needs, so that no transaction stays open while the receiver answers. */
interface Claimed {
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

interface PostResult {
  readonly durationMs: number
  readonly responseStatus: number | null
  readonly errorCode: string | null
  readonly retryAfter: string | undefined
}

const KEPT_BACK: PostResult = {
  durationMs: 0,
  responseStatus: null,
  errorCode: 'baa_required',
  retryAfter: undefined,
}

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
  const claimed = await services.store.asAccount(scope, (tx) => claim(services, formats, tx, deliveryId))
  if (!claimed) return
  const result = claimed.mayPost
    ? await post(services, scope, claimed, await composeBody(services, claimed))
    : KEPT_BACK
  await services.store.asAccount(scope, (tx) => conclude(services, tx, claimed, result))
}

async function claim(
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

/** Outside the transaction: pages are read from where documents lie. */
async function composeBody(services: Services, claimed: Claimed): Promise<WebhookBody> {
  const { format, material, pages } = claimed
  if (!pages || !format.composeForm) return jsonBody(format.compose(material))
  return format.composeForm(material, await readPostedPages(services, pages))
}

async function readNumbers(tx: Tx, keys: AccountKeys, subjectId: string) {
  const fax = await tx.faxes.get(subjectId)
  if (fax) return { fax, received: undefined, numbers: faxNumbers(keys, fax) }
  const received = await tx.received.get(subjectId)
  return received && { fax: undefined, received, numbers: openReceivedNumbers(keys, received) }
}

async function post(
  services: Services,
  scope: Scope,
  claimed: Claimed,
  body: WebhookBody,
): Promise<PostResult> {
  const startedAt = services.clock.now()
  const ended = (outcome: Omit<PostResult, 'durationMs'>) => ({
    durationMs: Math.max(0, services.clock.now() - startedAt),
    ...outcome,
  })
  try {
    const response = await services.httpOut.request({
      method: 'POST',
      url: claimed.url,
      headers: headersOf(claimed, body, startedAt),
      body: body.bytes,
      timeoutMs: claimed.format.timeoutMs,
      maxBytes: RESPONSE_BYTES_MAX,
      oversize: 'cut',
      policy: webhookPolicy(services, scope),
      presentsCertificate: true,
    })
    const isRedirect = response.status >= 300 && response.status < 400
    return ended({
      responseStatus: response.status,
      errorCode: isRedirect ? 'redirect_refused' : null,
      retryAfter: retryAfterOf(response),
    })
  } catch (error) {
    if (!(error instanceof HttpOutError)) throw error
    return ended({ responseStatus: null, errorCode: error.code, retryAfter: undefined })
  }
}

function headersOf(
  { basicAuth, delivery, secrets }: Claimed,
  { contentType, bytes }: WebhookBody,
  nowMs: number,
): Record<string, string> {
  // Real time even where the account's clock was moved: receivers compare the timestamp with their own clock.
  const timestamp = Math.floor(nowMs / 1_000)
  return {
    'content-type': contentType,
    'user-agent': 'Answerback-Webhooks/1',
    ...signatureHeaders({ id: delivery.eventId, timestamp, body: bytes }, secrets),
    ...(basicAuth && {
      authorization: `Basic ${Buffer.from(`${basicAuth.username}:${basicAuth.password}`).toString('base64')}`,
    }),
  }
}

/** Only these two statuses speak of load; elsewhere the field means something else or nothing. */
function retryAfterOf(response: HttpOutResponse): string | undefined {
  return response.status === 429 || response.status === 503 ? response.headers['retry-after'] : undefined
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
