import { changeStatus } from './change-status.ts'
import { releaseDestination, takeDestination } from './destination.ts'
import type { HeldFax } from './hold-fax.ts'
import type { PreparedPages } from './prepare-fax.ts'
import type { Services } from './services.ts'
import { storePages } from './store-pages.ts'

/** A fax that waits is woken when the call before it ends; should that be missed, it looks again after this. */
const LOOK_AGAIN_MS = 30_000

/** Puts a held fax aside until the destination is free. Nothing is held afterwards. */
export async function waitForDestination(
  services: Services,
  held: HeldFax,
  prepared: PreparedPages | undefined,
): Promise<void> {
  await services.store.asAccount(held.scope, async (tx) => {
    const { fax, account } = held
    const rendered = prepared ? await storePages(services, tx, held, prepared) : {}
    const nowMs = services.clock.now() + account.aheadMs
    const nextActionAt = new Date(Math.min(nowMs + LOOK_AGAIN_MS, fax.deadlineAt.getTime()))
    const patch = { ...rendered, waitingSince: new Date(nowMs), nextActionAt }
    if (fax.status === 'preparing') await changeStatus(services, tx, held, 'queued', patch)
    else await tx.faxes.transition(fax.id, fax.status, fax.status, patch, fax.leaseToken)
    await tx.faxes.releaseLease(fax.id, fax.leaseToken)
  })
  // The call before may have ended between our question and our waiting, and then nobody was there to be woken.
  if (await takeDestination(services, held.fax)) await releaseDestination(services, held.fax)
}
