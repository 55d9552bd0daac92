import { Problem } from '../../domain/problem/problem.ts'
import type { ContradictionRow, ReconciliationRow } from '../../ports/store/reconciliation-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import { assertCursor } from '../page-cursor.ts'
import { recordAudit } from '../record-change.ts'
import type { Services } from '../services.ts'
import { reconcile } from './reconcile.ts'

/** Runs one now, and answers when it has ended. @throws Problem `reconciliation.running` */
export async function runReconciliation(
  services: Services,
  scope: Scope,
  actor: Actor,
  signal: AbortSignal,
): Promise<ReconciliationRow> {
  const ended = await reconcile(services, scope, signal)
  if (!ended) throw new Problem('reconciliation.running')
  await services.store.asAccount(scope, (tx) =>
    recordAudit(services, tx, actor, 'reconciliation.run', ended.id, { error: ended.error }),
  )
  return ended
}

export function listReconciliations(
  services: Services,
  scope: Scope,
  limit: number,
): Promise<ReconciliationRow[]> {
  return services.store.asAccount(scope, (tx) => tx.reconciliations.list(limit))
}

export interface ContradictionFilter {
  readonly resolved?: boolean
  readonly afterId?: string
  readonly limit: number
}

/** @throws Problem `request.invalid` */
export async function listContradictions(
  services: Services,
  scope: Scope,
  filter: ContradictionFilter,
): Promise<ContradictionRow[]> {
  assertCursor('ctr', filter.afterId)
  return services.store.asAccount(scope, (tx) => tx.reconciliations.listContradictions(filter))
}

/** A person saw to it. The fax stays as it ended. @throws Problem `contradiction.not_found` */
export async function resolveContradiction(
  services: Services,
  scope: Scope,
  actor: Actor,
  id: string,
): Promise<ContradictionRow> {
  return services.store.asAccount(scope, async (tx) => {
    const resolved = await tx.reconciliations.resolve(id, new Date(services.clock.now()), actor.id)
    if (!resolved) throw new Problem('contradiction.not_found')
    const { kind, faxId, receivedFaxId } = resolved
    await recordAudit(services, tx, actor, 'contradiction.resolved', id, { kind, faxId, receivedFaxId })
    return resolved
  })
}
