import type { FaxPatch } from '../../ports/store/fax-store.ts'
import { changeStatus } from '../faxes/change-status.ts'
import { enqueueAdvance } from '../faxes/fax-schedule.ts'
import type { HeldFax } from '../faxes/held-fax.ts'
import type { Services } from '../services.ts'
import type { PreparedPages } from './prepare-fax.ts'
import { storePages } from './store-pages.ts'

/** A fax that waits is woken when what it waits for is free; should that be missed, it looks again after this. */
const LOOK_AGAIN_MS = 30_000

/**
 * Gives a held fax back before a call: it waits for what `waiting` says. Pages rendered just now are kept.
 * @param at when to look again, on the machine's clock, with a job of its own; absent: somebody wakes it
 */
export async function putAside(
  services: Services,
  held: HeldFax,
  prepared: PreparedPages | undefined,
  waiting: FaxPatch,
  at?: Date,
): Promise<void> {
  await services.store.asAccount(held.scope, async (tx) => {
    const { fax, account } = held
    const rendered = prepared ? await storePages(services, tx, held, prepared) : {}
    const wantedMs = (at?.getTime() ?? services.clock.now() + LOOK_AGAIN_MS) + account.aheadMs
    const nextActionAt = new Date(Math.min(wantedMs, fax.deadlineAt.getTime()))
    const patch = { ...rendered, ...waiting, nextActionAt }
    const back =
      fax.status === 'preparing'
        ? await changeStatus(services, tx, held, 'queued', patch)
        : { fax: await tx.faxes.transition(fax.id, fax.status, fax.status, patch, fax.leaseToken) }
    await tx.faxes.releaseLease(fax.id, fax.leaseToken)
    if (at) await enqueueAdvance(services, tx, account, back.fax)
  })
}
