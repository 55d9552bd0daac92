import { openCheckpointFile } from './adapters/checkpoint-file/checkpoint-file.ts'
import { keepAuditLog } from './application/audit/keep-audit-log.ts'
import { readAuditLog } from './application/audit/read-audit-log.ts'
import { keepKeyring } from './application/keyring/keep-keyring.ts'
import { hashLinks } from './application/patients/hash-links.ts'
import { reconcileAll } from './application/providers/reconcile.ts'
import { applyRetention } from './application/retention/apply-retention.ts'
import type { Services } from './application/services.ts'
import { sweep } from './application/upkeep/sweep.ts'
import type { Config } from './config/config.ts'

/** With a lease of 20 s, what a dead process held is taken over within 25 s. */
const SWEEP_INTERVAL_MS = 5_000
const FIRST_RECONCILE_MS = 30_000
/** What is over by the rules is gone within two of them. */
const RETENTION_INTERVAL_MS = 60_000

/** The net under the queue: finds what is due and has no job, and what a dead worker left. */
export async function sweepForever(services: Services, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await sweep(services)
    } catch (error) {
      services.log.error('sweep.fault', { error })
    }
    await services.clock.sleep(SWEEP_INTERVAL_MS, signal).catch(() => undefined)
  }
}

/** Soon after the start, for what came while nothing ran, and then at every interval; of several processes the first one does it. */
export async function reconcileForever(
  services: Services,
  intervalMs: number,
  signal: AbortSignal,
): Promise<void> {
  if (intervalMs === 0) return
  for (let delayMs = FIRST_RECONCILE_MS; !signal.aborted; delayMs = intervalMs) {
    await services.clock.sleep(delayMs, signal).catch(() => undefined)
    try {
      if (!signal.aborted) await reconcileAll(services, intervalMs, signal)
    } catch (error) {
      services.log.error('reconciliation.fault', { error })
    }
  }
}

/** Destroys what the accounts' rules no longer keep, and wraps anew what old keys wrap; several processes share the work. */
export async function retainForever(services: Services, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    let isMore = false
    try {
      // First: what is held for a patient must be known as theirs before anything is destroyed.
      await hashLinks(services)
      const [retention, keys] = [await applyRetention(services), await keepKeyring(services)]
      isMore = retention.more || keys.more
    } catch (error) {
      services.log.error('retention.fault', { error })
    }
    await services.clock.sleep(isMore ? 0 : RETENTION_INTERVAL_MS, signal).catch(() => undefined)
  }
}

/** Closed after workers and calls, so that what they did last is in the last checkpoint. */
export function startAuditLog(services: Services, { auditCheckpointFile }: Config): () => Promise<void> {
  const stopping = new AbortController()
  const file = auditCheckpointFile === undefined ? undefined : openCheckpointFile(auditCheckpointFile)
  const kept = keepAuditLog(services, file, stopping.signal)
  const read = readAuditLog(services, stopping.signal)
  return async () => {
    stopping.abort()
    await Promise.all([kept, read])
  }
}
