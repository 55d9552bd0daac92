import type { E164 } from '../../domain/numbers/number.ts'
import type { FaxRow } from '../../ports/store/fax-store.ts'
import type { Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import type { AccountView } from '../account-now.ts'
import type { Services } from '../services.ts'

/**
 * What "one call at a time" counts by. A real machine has one line whoever calls it, so live calls share one count over all
 * accounts; the sandbox's machines are each account's own.
 */
export function destinationSlot(services: Services, scope: Scope, to: E164): Buffer {
  const destination = scope.mode === 'live' ? to : `${scope.accountId} ${to}`
  return services.keyring.installationHash('destination', destination)
}

/** Makes the job that works on the fax when it is due. `nextActionAt` is of the account's clock, jobs are of the machine's. */
export async function enqueueAdvance(
  services: Services,
  tx: Tx,
  account: Pick<AccountView, 'aheadMs'>,
  fax: Pick<FaxRow, 'id' | 'priority' | 'nextActionAt'>,
): Promise<void> {
  const dueMs = fax.nextActionAt === null ? 0 : fax.nextActionAt.getTime() - account.aheadMs
  const later = dueMs > services.clock.now() ? { startAfter: new Date(dueMs) } : {}
  const job = { name: 'advance-fax', scope: tx.scope, subjectId: fax.id } as const
  await services.queue.enqueue(tx, job, { priority: fax.priority, ...later })
}
