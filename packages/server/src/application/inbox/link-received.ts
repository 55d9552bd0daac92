import { Problem } from '../../domain/problem/problem.ts'
import type { ReceivedPatch } from '../../ports/store/received-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { beginSaying, carryOn, forwardsOf, keepUnderHolds, wordOf } from '../patients/say-whose.ts'
import { openPatient, type PatientLink, sealPatient } from '../sealed/patient-secrets.ts'
import type { Services } from '../services.ts'
import { amendReceived, type HeldReceived, holdReceived, tellReceived } from './change-received.ts'

/** Absent: as it is. `null`: no such link any more. */
export interface Links {
  readonly patient?: PatientLink | null
  /** The sent fax it answers. */
  readonly replyTo?: string | null
}

/**
 * Says whose papers a received fax is, and which fax it answers. Faxes as which it was forwarded and that were said to be the same patient's follow.
 * What is so already is not told again; who the patient is is never told but to readers of the fax.
 * @throws Problem `inbound.not_found`, `request.missing_field` for neither, `fax.not_found`, `inbound.content_deleted` for a patient of one that
 *   was shredded
 */
export async function linkReceived(
  services: Services,
  scope: Scope,
  actor: Actor,
  id: string,
  links: Links,
): Promise<void> {
  const { patient } = links
  if (patient === undefined && links.replyTo === undefined) {
    const detail = 'Say whose papers these are with "patient", or which fax it answers with "replyTo".'
    throw new Problem('request.missing_field', { field: 'patient', detail })
  }
  await services.store.asAccount(scope, async (tx) => {
    const saying = patient === undefined ? undefined : await beginSaying(services, tx, actor)
    const held = await holdReceived(services, tx, id)
    const patch = { ...patientPatch(held, patient), ...(await replyPatch(tx, held, links.replyTo)) }
    if (Object.keys(patch).length === 0) return
    const before = openPatient(held.account.keys, 'received_fax', held.received)
    const isRelinked = saying !== undefined && patient !== undefined && 'patientSealed' in patch
    if (isRelinked) {
      // Linked by an older version: where it was forwarded to nothing was said of it yet.
      if (held.received.patientHash === null) await carryOn(saying, await forwardsOf(tx, id), null, before)
      await keepUnderHolds(saying, id, before)
    }
    const changed = await amendReceived(tx, held, patch)
    const { patientSealed, replyTo } = changed.received
    const data = {
      ...(isRelinked ? { patient: wordOf(patientSealed) } : {}),
      ...('replyTo' in patch ? { replyTo } : {}),
    }
    await tellReceived(services, tx, actor, changed, 'inbound.linked', data)
    if (isRelinked) await carryOn(saying, await forwardsOf(tx, id), before, patient)
  })
}

function patientPatch({ received, account }: HeldReceived, patient: Links['patient']): ReceivedPatch {
  if (patient === undefined) return {}
  if (received.shreddedAt !== null) throw new Problem('inbound.content_deleted')
  const before = openPatient(account.keys, 'received_fax', received)
  if (before?.id === patient?.id && before?.display === patient?.display) return {}
  return sealPatient(account.keys, 'received_fax', received.id, patient)
}

async function replyPatch(
  tx: Tx,
  { received }: HeldReceived,
  replyTo: Links['replyTo'],
): Promise<ReceivedPatch> {
  if (replyTo === undefined || replyTo === received.replyTo) return {}
  if (replyTo !== null && !(await tx.faxes.get(replyTo))) {
    throw new Problem('fax.not_found', { field: 'replyTo' })
  }
  return { replyTo }
}
