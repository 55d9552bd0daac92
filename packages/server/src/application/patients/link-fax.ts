import { Problem } from '../../domain/problem/problem.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import { openPatient } from '../sealed/patient-secrets.ts'
import type { Services } from '../services.ts'
import { beginSaying, carryOn, type Said, saySent } from './say-whose.ts'

/**
 * Says whose papers a sent fax is and why it was sent, also when it went long ago. Faxes that repeat it and were said to be the same patient's
 * follow; their purpose is their own. What was under a hold stays under it.
 * @throws Problem `fax.not_found`, `request.missing_field` for neither, `fax.content_deleted` for one that was shredded
 */
export async function linkFax(
  services: Services,
  scope: Scope,
  actor: Actor,
  id: string,
  said: Said,
): Promise<void> {
  if (said.patient === undefined && said.purpose === undefined) {
    const detail = 'Say whose papers these are with "patient", or why they were sent with "purpose".'
    throw new Problem('request.missing_field', { field: 'patient', detail })
  }
  await services.store.asAccount(scope, async (tx) => {
    const saying = await beginSaying(services, tx, actor)
    const fax = await tx.destruction.lockSent(id)
    if (!fax) throw new Problem('fax.not_found')
    if (fax.shreddedAt !== null) throw new Problem('fax.content_deleted')
    const before = openPatient(saying.account.keys, 'fax', fax)
    await saySent(saying, fax, said)
    if (said.patient !== undefined) await carryOn(saying, await tx.faxes.resendsOf(id), before, said.patient)
  })
}
