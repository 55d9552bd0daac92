import { ifaxFormat } from './adapters/ifax/webhook-format.ts'
import { advanceFax } from './application/attempts/advance-fax.ts'
import { settleRestored } from './application/attempts/settle-restored.ts'
import { sendNotice } from './application/notices/send-notice.ts'
import { fetchUpstream } from './application/providers/fetch-upstream.ts'
import { examineReceived } from './application/receiving/examine-received.ts'
import { readReceivedText } from './application/receiving/read-text.ts'
import { destroyAgain } from './application/restore/destroy-again.ts'
import type { Services } from './application/services.ts'
import { deliverWebhook } from './application/webhooks/deliver-webhook.ts'
import { nativeFormat, type WebhookFormats } from './application/webhooks/webhook-format.ts'
import type { Config } from './config/config.ts'
import { destroyAgainForever, keepCertificates, pendingDestructions } from './destructions.ts'
import type { Restorations } from './ports/store/restoration-store.ts'
import { reconcileForever, retainForever, sweepForever } from './rounds.ts'

/** Documents fetched from providers at once: each may be tens of megabytes in memory. */
const FETCHED_AT_ONCE = 2
/** Mail servers refuse a client that keeps many connections open. */
const MAILS_AT_ONCE = 4
/** Received faxes; their pages wait for the threads that read them, and a short fax must not wait behind a long one. */
const EXAMINED_AT_ONCE = 4
const READ_AT_ONCE = 2

const WEBHOOK_FORMATS: WebhookFormats = { native: nativeFormat, ifax: ifaxFormat }

/** Takes jobs until the returned function is called. */
export async function startWorkers(
  services: Services,
  config: Config,
  restorations: Restorations,
): Promise<() => Promise<void>> {
  const { queue } = services
  await queue.start()
  // A restore does it at once; this is for one that was broken off.
  await destroyAgain(services, pendingDestructions(config))
  await settleRestored(services, restorations)
  await queue.work('advance-fax', config.faxConcurrency, (job, signal) =>
    advanceFax(services, { scope: job.scope, faxId: job.subjectId }, signal),
  )
  await queue.work('deliver-webhook', config.webhookConcurrency, (job) =>
    deliverWebhook(services, WEBHOOK_FORMATS, job.scope, job.subjectId),
  )
  await queue.work('send-notice', MAILS_AT_ONCE, (job) => sendNotice(services, job.scope, job.subjectId))
  const stopping = new AbortController()
  await queue.work('fetch-upstream', FETCHED_AT_ONCE, (job, signal) =>
    fetchUpstream(services, job.scope, job.subjectId, AbortSignal.any([signal, stopping.signal])),
  )
  // Neither is worth waiting for when the server stops: whoever starts next does it.
  await queue.work('examine-received', EXAMINED_AT_ONCE, (job, signal) =>
    examineReceived(services, job.scope, job.subjectId, AbortSignal.any([signal, stopping.signal])),
  )
  await queue.work('read-text', READ_AT_ONCE, (job, signal) =>
    readReceivedText(services, job.scope, job.subjectId, AbortSignal.any([signal, stopping.signal])),
  )
  const sweeping = sweepForever(services, stopping.signal)
  const reconciling = reconcileForever(services, config.reconcileMs, stopping.signal)
  const retaining = retainForever(services, stopping.signal)
  const keeping = keepCertificates(services, config, stopping.signal)
  const destroying = destroyAgainForever(services, config, stopping.signal)
  return async () => {
    stopping.abort()
    await Promise.all([sweeping, reconciling, retaining, keeping, destroying])
    await queue.stop(config.drainMs)
  }
}
