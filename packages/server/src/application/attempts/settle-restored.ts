import type { FaxStatus } from '../../domain/fax/fax.ts'
import type { FaxRow } from '../../ports/store/fax-store.ts'
import type { RestorationRow, Restorations } from '../../ports/store/restoration-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { readAccount } from '../account-now.ts'
import { changeStatus, dispositionPatch } from '../faxes/change-status.ts'
import { endFax } from '../faxes/end-fax.ts'
import type { HeldFax } from '../faxes/held-fax.ts'
import { tryOpenFax } from '../faxes/hold-fax.ts'
import { type AuditFacts, recordAudit, recordFaxEvent } from '../record-change.ts'
import type { Services } from '../services.ts'
import { endAttempt } from './end-attempt.ts'

export const RESTORE: Actor = { kind: 'system', id: 'restore', requestId: null }
const NOT_ENDED: readonly FaxStatus[] = ['scheduled', 'queued', 'preparing', 'sending', 'retrying']
const FAXES_READ = 200
/** How long people have to say what becomes of a fax that is held: a long weekend. */
const PATIENCE_MS = 72 * 3_600_000
const UNKNOWN = { disposition: 'outcome_unknown', dataExchanged: 'unknown' } as const

/** What became of an account's faxes that had not ended when the backup was made. */
interface Settled {
  held: number
  ended: number
}

/**
 * Sees to it that nothing is sent twice after a restore, before any worker begins. The backup tells of a moment, and the old server went on:
 * a fax that waited may have been delivered since, and one whose call was up certainly came to some end that nobody wrote down here. So
 * what waited is held until a person releases or cancels it, and what was being sent ends as its journal proves, or as unknown.
 * Does nothing where no restore is to be settled; broken off, it goes on with the rest.
 */
export async function settleRestored(services: Services, restorations: Restorations): Promise<void> {
  await restorations.whileUnsettled(async (restoration) => {
    const accounts = await services.store.asSystem((tx) => tx.accounts.list())
    for (const { id: accountId } of accounts) {
      for (const mode of ['test', 'live'] as const) {
        await settleAccount(services, restoration, { accountId, mode })
      }
    }
    await restorations.settle(restoration.id, new Date(services.clock.now()))
    services.log.warn('restore.settled', {})
  })
}

async function settleAccount(services: Services, restoration: RestorationRow, scope: Scope): Promise<void> {
  const settled: Settled = { held: 0, ended: 0 }
  for (let afterId: string | undefined; ; ) {
    const after = afterId === undefined ? {} : { afterId }
    const page = await services.store.asAccount(scope, (tx) =>
      tx.faxes.list({ statuses: NOT_ENDED, order: 'oldest', limit: FAXES_READ, ...after }),
    )
    for (const fax of page) await settleFax(services, scope, fax, settled)
    afterId = page.at(-1)?.id
    if (page.length < FAXES_READ) break
  }
  const { backupMadeAt } = restoration
  await services.store.asAccount(scope, (tx) =>
    recordAudit(services, tx, RESTORE, 'installation.restored', null, {
      backupMadeAt: backupMadeAt.toISOString(),
      ...settled,
    }),
  )
}

async function settleFax(services: Services, scope: Scope, seen: FaxRow, settled: Settled): Promise<void> {
  // A cancel that was asked for before the backup is still wanted, and calls nobody.
  const isCanceled = seen.cancelRequestedAt !== null && seen.status !== 'sending'
  if (seen.holdReason === 'restored' || isCanceled) return
  const held = await services.store.asAccount(scope, (tx) => take(services, tx, scope, seen.id))
  if (!held) return
  if (held.fax.status === 'sending') {
    await endUnknown(services, held)
    settled.ended += 1
  } else {
    await services.store.asAccount(scope, (tx) => holdRestored(services, tx, held))
    settled.held += 1
  }
}

/** Ends one that is to be destroyed instead of held: what waited is canceled here, whatever became of it on the old server. */
export async function endRestored(services: Services, scope: Scope, id: string): Promise<void> {
  const held = await services.store.asAccount(scope, (tx) => take(services, tx, scope, id))
  if (held?.fax.status === 'sending') await endUnknown(services, held)
  else if (held) {
    await services.store.asAccount(scope, (tx) => endFax(services, tx, held, 'canceled', RESTORE))
  }
}

async function take(services: Services, tx: Tx, scope: Scope, id: string): Promise<HeldFax | undefined> {
  const now = services.clock.now()
  const fax = await tx.faxes.lease(id, new Date(now), new Date(now + services.policy.leaseMs))
  if (!fax) return undefined
  const account = await readAccount(services, tx)
  return { scope, fax, account, ...tryOpenFax(account, fax) }
}

/** The journal has the last word where it proves delivery; else nobody here knows, and it is never called again. */
async function endUnknown(services: Services, held: HeldFax): Promise<void> {
  const attempt = await services.store.asAccount(held.scope, (tx) => tx.attempts.open(held.fax.id))
  if (attempt) {
    await endAttempt(services, held, attempt, { told: UNKNOWN })
    return
  }
  const patch = { ...dispositionPatch('outcome_unknown'), endedAt: held.account.now }
  await services.store.asAccount(held.scope, (tx) =>
    changeStatus(services, tx, held, 'outcome_unknown', patch, { actor: RESTORE }),
  )
}

async function holdRestored(services: Services, tx: Tx, held: HeldFax): Promise<void> {
  const { fax, account, parties } = held
  const at = account.now
  const deadlineAt = new Date(Math.max(fax.deadlineAt.getTime(), at.getTime() + PATIENCE_MS))
  const patch = {
    holdReason: 'restored',
    heldAt: at,
    holdNeighbours: fax.holdNeighbours ?? [],
    deadlineAt,
    nextActionAt: deadlineAt,
    waitingSince: null,
    waitingTrunks: null,
  } as const
  // Rendering starts over when it is released.
  const to = fax.status === 'preparing' ? 'queued' : fax.status
  const changed = await tx.faxes.transition(fax.id, fax.status, to, patch, fax.leaseToken)
  const detail = { status: to, reason: patch.holdReason }
  const audit: AuditFacts = { actor: RESTORE, action: 'fax.held', detail, partiesSealed: parties }
  await recordFaxEvent(services, tx, changed, 'fax.held', { at, hold: patch.holdReason, audit })
  await tx.faxes.releaseLease(fax.id, fax.leaseToken)
}
