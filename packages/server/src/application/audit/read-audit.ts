import type { LoggedEntry } from '../../domain/audit/audit-leaf.ts'
import { logName } from '../../domain/audit/checkpoint.ts'
import type { StoredAuditEntry } from '../../ports/store/audit-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import { recordAudit } from '../record-change.ts'
import type { Services } from '../services.ts'
import { auditKey } from './sign-checkpoint.ts'

export type AuditEntry = Omit<StoredAuditEntry, 'partiesSealed'> & { readonly position: string }

export interface AuditFilter {
  readonly subjectId?: string
  /** `position` of the last entry of the page before. */
  readonly after?: string
  readonly limit: number
}

/**
 * The account's audit, oldest first. Sender and recipient stay sealed: reading the trail shows who did what to which fax,
 * not whom it concerned. Whoever reads it is in it.
 */
export async function readAudit(
  services: Services,
  scope: Scope,
  actor: Actor,
  filter: AuditFilter,
): Promise<AuditEntry[]> {
  return services.store.asAccount(scope, async (tx) => {
    const entries = await tx.audit.list(filter)
    await recordAudit(services, tx, actor, 'audit.read', filter.subjectId ?? null, { count: entries.length })
    return entries.map(({ partiesSealed: _, ...entry }) => entry)
  })
}

/**
 * The account's audit for a system that collects such trails: entries after a position, and the name of the log they are from. Sender and
 * recipient stay sealed. Whoever reads it is in it.
 */
export async function collectAudit(
  services: Services,
  scope: Scope,
  actor: Actor,
  after: number,
  limit: number,
): Promise<{ readonly log: string; readonly entries: readonly LoggedEntry[] }> {
  const { publicKey } = await auditKey(services)
  return services.store.asAccount(scope, async (tx) => {
    const entries = await tx.audit.entriesAfter(after, limit)
    await recordAudit(services, tx, actor, 'audit.collected', null, { count: entries.length })
    return { log: logName(publicKey), entries }
  })
}
