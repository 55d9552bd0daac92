import type { AuditAction } from '../../domain/audit/audit-action.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import type { SystemTx } from '../../ports/store/store.ts'
import { recordAudit } from '../record-change.ts'
import type { Services } from '../services.ts'

/** People belong to both modes of an account; what becomes of them stands in the audit of the one that counts. */
export function peopleScope(accountId: string): Scope {
  return { accountId, mode: 'live' }
}

export function actorOf(personId: string, requestId: string | null): Actor {
  return { kind: 'user', id: personId, requestId }
}

/**
 * Writes what a person did on their own behalf to the audit of each account they are a member of. Written before it is done: an entry of
 * something that then failed misleads nobody, and nothing is done without one.
 * @param detail ids and words of ours; no name, no address
 */
export async function auditPerson(
  services: Services,
  actor: Actor,
  accountIds: readonly string[],
  action: AuditAction,
  subjectId: string,
  detail: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  for (const accountId of accountIds) {
    await services.store.asAccount(peopleScope(accountId), (tx) =>
      recordAudit(services, tx, actor, action, subjectId, detail),
    )
  }
}

/** The same in the transaction of what it tells: each is there exactly when the other is. */
export async function auditPersonWithin(
  services: Services,
  tx: SystemTx,
  actor: Actor,
  accountIds: readonly string[],
  action: AuditAction,
  subjectId: string,
  detail: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  for (const accountId of accountIds) {
    const audit = tx.auditOf(peopleScope(accountId))
    await recordAudit(services, { audit }, actor, action, subjectId, detail)
  }
}
