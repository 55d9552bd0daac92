import type { HoldReason } from '../../domain/recipients/misdirection.ts'
import type { FaxRow } from '../../ports/store/fax-store.ts'
import type { RecipientRow } from '../../ports/store/recipient-store.ts'
import type { Tx } from '../../ports/store/store.ts'
import { type AuditFacts, recordFaxEvent, WORKER } from '../record-change.ts'
import type { Services } from '../services.ts'
import { enqueueAdvance } from './fax-schedule.ts'
import type { HeldFax } from './held-fax.ts'

/** The number of a fax that was about to be called is suspended: it must not be. */
export class FrozenNumber extends Error {
  override readonly name = 'FrozenNumber'
}

/** Nothing goes to a number that is suspended, whatever the policy, but the page that may show it to be right. */
export function isFrozen(fax: Pick<FaxRow, 'id'>, recipient: RecipientRow | undefined): boolean {
  return recipient?.state === 'suspended' && recipient.codeFaxId !== fax.id
}

/**
 * Stops a fax before its next call until a person has looked at its number, and lets go of it. Its deadline goes on: if nobody looks, it
 * expires and says so.
 */
export async function holdNumber(
  services: Services,
  tx: Tx,
  held: HeldFax,
  reason: HoldReason,
): Promise<void> {
  const { fax, account, parties } = held
  const at = account.now
  const patch = {
    holdReason: reason,
    heldAt: at,
    holdNeighbours: [],
    nextActionAt: fax.deadlineAt,
    waitingSince: null,
    waitingTrunks: null,
  }
  // Rendering starts over when it is released.
  const to = fax.status === 'preparing' ? 'queued' : fax.status
  const changed = await tx.faxes.transition(fax.id, fax.status, to, patch, fax.leaseToken)
  const audit: AuditFacts = {
    actor: WORKER,
    action: 'fax.held',
    detail: { status: to, reason },
    partiesSealed: parties,
  }
  await recordFaxEvent(services, tx, changed, 'fax.held', { at, hold: reason, audit })
  await tx.faxes.releaseLease(fax.id, fax.leaseToken)
  await enqueueAdvance(services, tx, account, changed)
  services.log.info('fax.held', { faxId: fax.id, reason })
}
