import type { NewContradiction } from '../../ports/store/reconciliation-store.ts'
import type { Tx } from '../../ports/store/store.ts'
import { recordEvent, WORKER } from '../record-change.ts'
import type { Services } from '../services.ts'

export type FoundContradiction = Omit<
  NewContradiction,
  'id' | 'foundAt' | 'faxId' | 'attemptId' | 'receivedFaxId'
> &
  Partial<Pick<NewContradiction, 'faxId' | 'attemptId' | 'receivedFaxId'>>

/** Puts a contradiction before a person: a row, and one event with ids only. @returns whether it is new */
export async function recordContradiction(
  services: Services,
  tx: Tx,
  found: FoundContradiction,
): Promise<boolean> {
  const now = new Date(services.clock.now())
  const contradiction: NewContradiction = {
    faxId: null,
    attemptId: null,
    receivedFaxId: null,
    ...found,
    id: services.random.id('ctr'),
    foundAt: now,
  }
  if (!(await tx.reconciliations.insertContradiction(contradiction))) return false
  const { id, kind, providerId, faxId, receivedFaxId } = contradiction
  const data = { contradictionId: id, kind, providerId, faxId, inboundId: receivedFaxId }
  await recordEvent(
    services,
    tx,
    // It is told about the contradiction: the fax's own sequence does not move, for nothing happened to the fax.
    { type: 'reconciliation.contradiction', subjectId: id, data, at: now },
    {
      actor: WORKER,
      action: 'reconciliation.contradiction',
      detail: { kind, faxId, receivedFaxId },
      partiesSealed: null,
    },
  )
  services.log.warn('reconciliation.contradiction', {
    reason: kind,
    ...(providerId === null ? {} : { providerId }),
    ...(faxId === null ? {} : { faxId }),
    ...(receivedFaxId === null ? {} : { inboundId: receivedFaxId }),
  })
  return true
}
