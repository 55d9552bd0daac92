import { DISPOSITIONS, type Disposition } from '../../domain/fax/disposition.ts'
import type { FaxStatus } from '../../domain/fax/fax.ts'
import { eventOfStatus } from '../../domain/webhooks/event.ts'
import type { FaxPatch } from '../../ports/store/fax-store.ts'
import type { Actor } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { recordFaxEvent, WORKER } from '../record-change.ts'
import type { Services } from '../services.ts'
import type { HeldFax } from './held-fax.ts'

export interface ChangeOptions {
  readonly actor?: Actor
  /** Told in the event of a retry. */
  readonly nextAttemptAt?: Date
}

/**
 * Moves a held fax to another status, with its event and its audit entry, in the caller's transaction.
 * @throws StaleLease when the fax is another worker's by now
 */
export async function changeStatus(
  services: Services,
  tx: Tx,
  held: HeldFax,
  to: FaxStatus,
  patch: FaxPatch = {},
  options: ChangeOptions = {},
): Promise<HeldFax> {
  const { fax, account, parties } = held
  const changed = await tx.faxes.transition(fax.id, fax.status, to, patch, fax.leaseToken)
  const { nextAttemptAt } = options
  const { pageCount, pagesConfirmed, attemptCount, disposition } = changed
  await recordFaxEvent(services, tx, changed, eventOfStatus(to), {
    at: new Date(services.clock.now() + account.aheadMs),
    ...(nextAttemptAt ? { nextAttemptAt } : {}),
    audit: {
      actor: options.actor ?? WORKER,
      action: eventOfStatus(to),
      detail: { from: fax.status, status: to, pageCount, pagesConfirmed, attemptCount, disposition },
      partiesSealed: parties,
    },
  })
  return { ...held, fax: changed }
}

/** What a disposition leaves in the fax's row. */
export function dispositionPatch(disposition: Disposition): FaxPatch {
  if (disposition === 'delivered') return { disposition, code: null, message: null }
  const { code, sentence } = DISPOSITIONS[disposition]
  return { disposition, code, message: sentence }
}
