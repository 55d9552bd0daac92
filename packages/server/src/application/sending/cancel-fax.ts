import { isTerminal } from '../../domain/fax/fax.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { FaxRow } from '../../ports/store/fax-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { accountNow, readAccount } from '../account-now.ts'
import { endFax } from '../faxes/end-fax.ts'
import { tryOpenFax } from '../faxes/hold-fax.ts'
import { recordAudit } from '../record-change.ts'
import type { Services } from '../services.ts'

/**
 * Cancels a fax: at once while nobody works on it, otherwise as soon as its worker has hung up (within about a second). The
 * far end may confirm its last page before that: then the fax is delivered, and says so.
 *
 * @returns the fax as it is now; cancelling a canceled fax again changes nothing
 * @throws Problem fax.not_found, fax.not_cancelable
 */
export async function cancelFax(
  services: Services,
  scope: Scope,
  actor: Actor,
  faxId: string,
): Promise<FaxRow> {
  return services.store.asAccount(scope, async (tx) => {
    const seen = await tx.faxes.get(faxId)
    if (!seen) throw new Problem('fax.not_found')
    if (seen.status === 'canceled') return seen
    if (isTerminal(seen.status)) throw new Problem('fax.not_cancelable')
    const now = services.clock.now()
    await tx.faxes.requestCancel(faxId, await accountNow(services, tx))
    await recordAudit(services, tx, actor, 'fax.cancel_requested', faxId, { status: seen.status })
    // A call that lost its worker must be recovered before anything is said of its fax: only its journal knows.
    const fax =
      seen.status === 'sending'
        ? undefined
        : await tx.faxes.lease(faxId, new Date(now), new Date(now + services.policy.leaseMs))
    if (fax) return endNow(services, tx, actor, fax)
    await services.queue.enqueue(tx, { name: 'advance-fax', scope, subjectId: faxId }, { priority: 9 })
    return (await tx.faxes.get(faxId)) ?? seen
  })
}

async function endNow(services: Services, tx: Tx, actor: Actor, fax: FaxRow): Promise<FaxRow> {
  const account = await readAccount(services, tx)
  const held = { scope: tx.scope, fax, account, ...tryOpenFax(account, fax) }
  const ended = await endFax(services, tx, held, 'canceled', actor)
  return ended.fax
}
