import type { HoldReason } from '../../domain/recipients/misdirection.ts'
import type { NewFax, NumberHold } from '../../ports/store/fax-store.ts'
import type { Actor } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import type { AccountView } from '../account-now.ts'
import { enqueueAdvance } from '../faxes/fax-schedule.ts'
import { type AuditFacts, recordAcceptedFax, recordFaxEvent } from '../record-change.ts'
import type { Services } from '../services.ts'

export interface AcceptedFax {
  readonly id: string
  readonly jobId: number
  readonly status: 'scheduled' | 'queued'
  readonly createdAt: Date
  readonly sendAt: Date | null
  readonly warnings?: readonly string[]
  /** Set where it waits for a person first. */
  readonly hold?: HoldReason
}

/** Writes a new fax with its event, audit entry and job. Shared with resend. */
export async function recordAccepted(
  services: Services,
  tx: Tx,
  actor: Actor,
  accepted: {
    readonly fax: NewFax
    readonly account: AccountView
    readonly parties: Buffer | null
    readonly hold: NumberHold | undefined
  },
): Promise<AcceptedFax> {
  const { account, parties, hold } = accepted
  const fax = hold ? { ...accepted.fax, hold, nextActionAt: accepted.fax.deadlineAt } : accepted.fax
  const { purpose } = fax
  const detail = {
    ...{ status: fax.status, documents: fax.sources.length, resendOf: fax.resendOf },
    ...(fax.patientSealed === null ? {} : { patient: 'linked' }),
    ...(purpose === null ? {} : { purpose }),
  }
  const audit: AuditFacts = { actor, action: 'fax.accepted', detail, partiesSealed: parties }
  const jobId = await recordAcceptedFax(services, tx, fax, audit, () =>
    enqueueAdvance(services, tx, account, fax),
  )
  const { id, status, createdAt, sendAt } = fax
  if (hold) await recordHold(services, tx, actor, { ...fax, jobId }, hold, parties)
  return { id, jobId, status, createdAt, sendAt, ...(hold ? { hold: hold.reason } : {}) }
}

async function recordHold(
  services: Services,
  tx: Tx,
  actor: Actor,
  fax: NewFax & { readonly jobId: number },
  { reason, neighbours }: NumberHold,
  parties: Buffer | null,
): Promise<void> {
  const detail = { status: fax.status, reason, neighbours }
  await recordFaxEvent(
    services,
    tx,
    { ...fax, pagesConfirmed: 0, attemptCount: 0, disposition: null, code: null },
    'fax.held',
    { at: fax.createdAt, hold: reason, audit: { actor, action: 'fax.held', detail, partiesSealed: parties } },
  )
}
