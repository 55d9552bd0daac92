import type { NewAuditEntry, Scope } from '../ports/store.ts'
import type { Services } from './services.ts'

export type AuditEntry = Omit<NewAuditEntry, 'partiesSealed'> & { readonly position: string }

/**
 * The account's audit, oldest first, from after a position. Sender and recipient stay sealed: reading the trail shows who
 * did what to which fax, not whom it concerned.
 */
export async function readAudit(
  services: Services,
  scope: Scope,
  filter: { readonly subjectId?: string; readonly after?: string; readonly limit: number },
): Promise<AuditEntry[]> {
  const entries = await services.store.asAccount(scope, (tx) => tx.audit.list(filter))
  return entries.map(({ partiesSealed: _, ...entry }) => entry)
}
