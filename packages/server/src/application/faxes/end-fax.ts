import { endedEarly } from '../../domain/fax/fax.ts'
import type { Actor } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import type { Services } from '../services.ts'
import { changeStatus, dispositionPatch } from './change-status.ts'
import type { HeldFax } from './held-fax.ts'

/** Ends a held fax between attempts: a person cancelled it, or its time is over. */
export async function endFax(
  services: Services,
  tx: Tx,
  held: HeldFax,
  wanted: 'canceled' | 'expired',
  actor?: Actor,
): Promise<HeldFax> {
  const endedAt = new Date(services.clock.now() + held.account.aheadMs)
  const to = endedEarly(wanted, held.fax.pagesConfirmed)
  const patch = { ...dispositionPatch(wanted), endedAt }
  return changeStatus(services, tx, held, to, patch, actor ? { actor } : {})
}
