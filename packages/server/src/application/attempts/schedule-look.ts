import type { Tx } from '../../ports/store/store.ts'
import { enqueueAdvance } from '../faxes/fax-schedule.ts'
import type { HeldFax } from '../faxes/held-fax.ts'
import type { Services } from '../services.ts'
import { keepPlaces } from './provider-route.ts'

/**
 * Puts a fax that a provider has down until the next look at it: no worker waits, so a provider may take hours with a thousand faxes.
 * The places it holds are kept; the lease is not.
 * @param also what is written in the same transaction
 */
export async function scheduleLook(
  services: Services,
  held: HeldFax,
  delayMs: number,
  also: (tx: Tx) => Promise<void> = async () => undefined,
): Promise<void> {
  const { clock, policy, store } = services
  const { fax, account, scope } = held
  const at = new Date(clock.now() + account.aheadMs + delayMs)
  await keepPlaces(services, held, new Date(clock.now() + delayMs + policy.leaseMs))
  await store.asAccount(scope, async (tx) => {
    await also(tx)
    let row = await tx.faxes.transition(fax.id, 'sending', 'sending', { nextActionAt: at }, fax.leaseToken)
    // A person cancelled it while we were asking: that is for now, not for the next look.
    if (row.cancelRequestedAt !== null && fax.cancelRequestedAt === null) {
      const now = new Date(clock.now() + account.aheadMs)
      row = await tx.faxes.transition(fax.id, 'sending', 'sending', { nextActionAt: now }, fax.leaseToken)
    }
    await tx.faxes.releaseLease(fax.id, fax.leaseToken)
    await enqueueAdvance(services, tx, account, row)
  })
}
