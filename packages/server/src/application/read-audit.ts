import type { Actor, NewAuditEntry, Scope } from '../ports/store.ts'
import { recordAudit } from './record-change.ts'
import type { Services } from './services.ts'

export type AuditEntry = Omit<NewAuditEntry, 'partiesSealed'> & { readonly position: string }

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
