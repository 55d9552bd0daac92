import { Problem } from '../../domain/problem/problem.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import { recordAudit } from '../record-change.ts'
import type { Services } from '../services.ts'

const KNOWN = 'How this fax ended is known, or will be: only one that ended outcome_unknown is asked about.'

/**
 * Writes down what somebody found out about a fax of which nobody can know by its call whether it arrived. Its status stays what it was, for it
 * never changes once it is final; the audit has who found out what, and nobody is asked to look again. It may be said anew.
 * @throws Problem `fax.not_found`, `request.invalid` for one whose outcome is known
 */
export async function recordOutcome(
  services: Services,
  scope: Scope,
  actor: Actor,
  faxId: string,
  arrived: boolean,
): Promise<void> {
  await services.store.asAccount(scope, async (tx) => {
    const fax = await tx.faxes.get(faxId)
    if (fax === undefined) throw new Problem('fax.not_found')
    if (fax.status !== 'outcome_unknown') throw new Problem('request.invalid', { field: 'id', detail: KNOWN })
    await recordAudit(services, tx, actor, 'fax.outcome_found', faxId, { arrived })
  })
}
