import type { CheckpointFile } from '../../ports/checkpoint-file.ts'
import type { Services } from '../services.ts'
import { sequenceAudit } from './sequence-audit.ts'
import { CHECKPOINT_INTERVAL_MS, signCheckpoint } from './sign-checkpoint.ts'

/** An entry is in the log a few seconds after its commit. */
const SEQUENCE_INTERVAL_MS = 2_000
const EXPORTED_AT_ONCE = 100

/**
 * Keeps the audit log until `signal` aborts, and then once more, so that what a server did before it stopped is in a checkpoint.
 * Every process does this; one at a time gets to work.
 */
export async function keepAuditLog(
  services: Services,
  file: CheckpointFile | undefined,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await keepOnce(services, file, CHECKPOINT_INTERVAL_MS)
    await services.clock.sleep(SEQUENCE_INTERVAL_MS, signal).catch(() => undefined)
  }
  await keepOnce(services, file, 0)
}

/** @param minAgeMs of the last checkpoint, for a new one to be made */
export async function keepOnce(
  services: Services,
  file: CheckpointFile | undefined,
  minAgeMs: number,
): Promise<void> {
  try {
    await sequenceAudit(services)
    await signCheckpoint(services, minAgeMs)
  } catch (error) {
    services.log.error('audit_log.fault', { error })
  }
  if (!file) return
  try {
    await exportCheckpoints(services, file)
  } catch (error) {
    services.log.error('audit_log.checkpoints_not_exported', { error })
  }
}

/** What the file lacks, also from when it could not be written. */
async function exportCheckpoints({ store }: Services, file: CheckpointFile): Promise<void> {
  const newest = await store.asSystem((tx) => tx.auditLog.latestCheckpoint())
  if (!newest) return
  for (let size = await file.lastSize(); size < newest.size; ) {
    const more = await store.asSystem((tx) => tx.auditLog.checkpointsAfter(size, EXPORTED_AT_ONCE))
    if (more.length === 0) return
    await file.append(more)
    size = more.at(-1)!.size
  }
}
