import type { HangUpReason } from '../../domain/attempts/attempt-end.ts'
import { StaleLease } from '../../ports/store/fax-store.ts'
import type { Tx } from '../../ports/store/store.ts'
import { changeStatus, dispositionPatch } from '../faxes/change-status.ts'
import { endFax } from '../faxes/end-fax.ts'
import { enqueueAdvance } from '../faxes/fax-schedule.ts'
import type { HeldFax } from '../faxes/held-fax.ts'
import type { Services } from '../services.ts'

/**
 * Gives back a fax whose work broke off before a call: ended when it was cancelled or out of time, taken up at once by
 * another process when this one stops, and tried again later after a fault. The fax's deadline bounds how often.
 */
export async function postponeFax(
  services: Services,
  held: HeldFax,
  reason: HangUpReason | undefined,
  error: unknown,
): Promise<void> {
  const { fax, scope } = held
  if (reason === undefined) services.log.error('fax.fault', { faxId: fax.id, status: fax.status, error })
  try {
    await services.store.asAccount(scope, (tx) => giveBack(services, tx, held, reason))
  } catch (failure) {
    if (failure instanceof StaleLease) return
    // The database is away, or the attempt could not be ended: the lease runs out and another worker recovers it.
    services.log.error('fax.not_given_back', { faxId: fax.id, error: failure })
  }
}

async function giveBack(
  services: Services,
  tx: Tx,
  held: HeldFax,
  reason: HangUpReason | undefined,
): Promise<void> {
  const { account, fax } = held
  const current = await tx.faxes.get(fax.id)
  if (!current || current.leaseToken !== fax.leaseToken) return
  // A call that was begun is for the recovery to end: its journal says how far it came.
  if (current.status === 'sending') return tx.faxes.releaseLease(fax.id, fax.leaseToken)
  if (reason === 'cancel') return void (await endFax(services, tx, held, 'canceled'))
  if (reason === 'deadline') return void (await endFax(services, tx, held, 'expired'))
  const nowMs = services.clock.now() + account.aheadMs
  const delayMs = reason === 'stopping' ? 0 : services.policy.retry.rules.local.delaySeconds * 1000
  const nextActionAt = new Date(Math.min(nowMs + delayMs, fax.deadlineAt.getTime()))
  const patch = { nextActionAt, ...(reason === undefined ? dispositionPatch('local_fault') : {}) }
  const back =
    current.status === 'preparing'
      ? await changeStatus(services, tx, { ...held, fax: current }, 'queued', patch)
      : { fax: await tx.faxes.transition(fax.id, current.status, current.status, patch, fax.leaseToken) }
  await tx.faxes.releaseLease(fax.id, fax.leaseToken)
  await enqueueAdvance(services, tx, account, back.fax)
}
