import { Problem } from '../../domain/problem/problem.ts'
import type { ReceivedPatch } from '../../ports/store/received-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { openActiveHolds } from '../sealed/hold-secrets.ts'
import { openPatient, type PatientLink, sealPatient } from '../sealed/received-secrets.ts'
import type { Services } from '../services.ts'
import { amendReceived, type HeldReceived, holdReceived, tellReceived } from './change-received.ts'

/** Absent: as it is. `null`: no such link any more. */
export interface Links {
  readonly patient?: PatientLink | null
  /** The sent fax it answers. */
  readonly replyTo?: string | null
}

/**
 * Says whose papers a received fax is, and which fax it answers. What is so already is not told again; who the patient is is never
 * told but to readers of the fax.
 * @throws Problem `inbound.not_found`, `request.missing_field` for neither, `fax.not_found`
 */
export async function linkReceived(
  services: Services,
  scope: Scope,
  actor: Actor,
  id: string,
  links: Links,
): Promise<void> {
  if (links.patient === undefined && links.replyTo === undefined) {
    const detail = 'Say whose papers these are with "patient", or which fax it answers with "replyTo".'
    throw new Problem('request.missing_field', { field: 'patient', detail })
  }
  await services.store.asAccount(scope, async (tx) => {
    const held = await holdReceived(services, tx, id)
    const patch = { ...patientPatch(held, links.patient), ...(await replyPatch(tx, held, links.replyTo)) }
    if (Object.keys(patch).length === 0) return
    if ('patientSealed' in patch) await keepUnderHolds(tx, held)
    const changed = await amendReceived(tx, held, patch)
    const { patientSealed, replyTo } = changed.received
    const data = {
      ...('patientSealed' in patch ? { patient: patientSealed === null ? 'unlinked' : 'linked' } : {}),
      ...('replyTo' in patch ? { replyTo } : {}),
    }
    await tellReceived(services, tx, actor, changed, 'inbound.linked', data)
  })
}

/** What was held as one patient's stays held when it is said to be another's. */
async function keepUnderHolds(tx: Tx, { received, account }: HeldReceived): Promise<void> {
  const patient = openPatient(account.keys, received)
  if (patient === null) return
  for (const hold of openActiveHolds(account.keys, await tx.holds.bar())) {
    if (hold.kind === 'patient' && hold.target === patient.id) {
      await tx.holds.keepUnder(hold.id, received.id)
    }
  }
}

function patientPatch({ received, account }: HeldReceived, patient: Links['patient']): ReceivedPatch {
  if (patient === undefined) return {}
  const before = openPatient(account.keys, received)
  if (before?.id === patient?.id && before?.display === patient?.display) return {}
  return { patientSealed: patient && sealPatient(account.keys, received.id, patient) }
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
