import type { Depth } from '../../domain/retention/certificate.ts'
import { type RetentionCut, type RetentionKind, retentionCuts } from '../../domain/retention/retention.ts'
import type { AuditKeyRow } from '../../ports/store/audit-store.ts'
import type { Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { accountNow, readAccount } from '../account-now.ts'
import { auditKey } from '../audit/sign-checkpoint.ts'
import { deleteDoomed, deleteLeftBlobs } from '../documents/doomed-blobs.ts'
import { WORKER } from '../record-change.ts'
import type { Services } from '../services.ts'
import { certify } from './certificates.ts'
import {
  beginDestruction,
  type Destroyed,
  destroy,
  holdsOver,
  isGone,
  lockDoomed,
  lockOrder,
} from './destroy.ts'

export interface RetentionReport {
  /** Faxes of which something was destroyed because its time was over. */
  readonly destroyed: number
  /** Faxes that were due and are held. */
  readonly held: number
  /** Something is still due: the next run should follow at once. */
  readonly more: boolean
}

/** Faxes looked at in one run, all accounts together: some seconds of work. */
const FAXES_MAX = 500
/** Faxes of one transaction, and so of one certificate. */
const BATCH = 50
/** What is held is looked at again after a day, or when a hold is released. */
const AGAIN_MS = 86_400_000

const DEPTHS: Readonly<Record<RetentionKind, Depth>> = {
  sentContent: 'content',
  receivedContent: 'content',
  text: 'text',
  metadata: 'all',
}

/** Destroys what the accounts' rules no longer keep, never what is held. Run every minute by every process. */
export async function applyRetention(services: Services): Promise<RetentionReport> {
  await deleteLeftBlobs(services)
  const scopes = await services.store.asSystem((tx) => tx.due.retentionScopes())
  const total = { destroyed: 0, held: 0, more: false }
  if (scopes.length === 0) return total
  const key = await auditKey(services)
  for (const scope of scopes) {
    const left = FAXES_MAX - total.destroyed - total.held
    if (left <= 0) return { ...total, more: true }
    try {
      const one = await applyTo(services, scope, key, left)
      total.destroyed += one.destroyed
      total.held += one.held
      total.more ||= one.more
    } catch (error) {
      // One account whose key is gone must not keep the others.
      services.log.error('retention.not_applied', { accountId: scope.accountId, error })
    }
  }
  return total
}

async function applyTo(
  services: Services,
  scope: Scope,
  key: AuditKeyRow,
  limit: number,
): Promise<RetentionReport> {
  const total = { destroyed: 0, held: 0, more: false }
  for (const { cut, ids } of await findDue(services, scope, limit)) {
    for (let at = 0; at < ids.length; at += BATCH) {
      const batch = ids.slice(at, at + BATCH)
      const one = await services.store.asAccount(scope, (tx) => destroyBatch(services, tx, key, cut, batch))
      await deleteDoomed(services, one.blobKeys)
      total.destroyed += one.destroyed
      total.held += one.held
    }
    total.more ||= ids.length >= limit
  }
  return total
}

interface Due {
  readonly cut: RetentionCut
  readonly ids: readonly string[]
}

async function findDue(services: Services, scope: Scope, limit: number): Promise<Due[]> {
  return services.store.asAccount(scope, async (tx) => {
    const rules = await tx.retention.rules()
    if (!rules) return []
    const due: Due[] = []
    for (const cut of retentionCuts(rules, await accountNow(services, tx))) {
      const isOfAll = 'others' in cut.where
      const sent = isOfAll && cut.kind !== 'text' && cut.kind !== 'receivedContent'
      const ids = [
        ...(sent ? await tx.retention.dueSent(cut, limit) : []),
        ...(cut.kind === 'sentContent' ? [] : await tx.retention.dueReceived(cut, limit)),
      ]
      if (ids.length > 0) due.push({ cut, ids })
    }
    return due
  })
}

async function destroyBatch(
  services: Services,
  tx: Tx,
  key: AuditKeyRow,
  cut: RetentionCut,
  ids: readonly string[],
) {
  const account = await readAccount(services, tx)
  const destruction = await beginDestruction(tx, account)
  const depth = DEPTHS[cut.kind]
  const destroyed: Destroyed[] = []
  let held = 0
  for (const id of lockOrder(ids)) {
    const doomed = await lockDoomed(tx, id)
    // Another process, or a person, was first.
    if (!doomed || isGone(doomed, depth)) continue
    if (holdsOver(destruction, doomed).length > 0) {
      held += 1
      await tx.retention.putOff(id, new Date(cut.endedBy.getTime() + AGAIN_MS))
    } else destroyed.push(await destroy(destruction, doomed, depth, account.now))
  }
  if (destroyed.length > 0) await certify(services, tx, WORKER, 'retention', destroyed, key)
  return { destroyed: destroyed.length, held, blobKeys: destruction.blobKeys }
}
