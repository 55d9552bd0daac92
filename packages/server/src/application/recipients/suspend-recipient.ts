import type { Suspension } from '../../domain/recipients/recipient.ts'
import type { RecipientPatch, RecipientRow } from '../../ports/store/recipient-store.ts'
import type { Actor } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import type { Services } from '../services.ts'
import { recordGuardEvent } from './record-recipient.ts'

/** Nothing is sent to the number until somebody confirms it anew. Tells so, unless it was suspended before. */
export async function suspendRecipient(
  services: Services,
  tx: Tx,
  actor: Actor,
  recipient: RecipientRow,
  why: Suspension,
  at: Date,
  patch: Omit<RecipientPatch, 'updatedAt'> = {},
): Promise<RecipientRow> {
  const isNew = recipient.state !== 'suspended'
  const suspended = isNew ? ({ state: 'suspended', suspendedWhy: why, suspendedAt: at } as const) : {}
  const changed = await tx.recipients.update(recipient.id, { ...patch, ...suspended, updatedAt: at })
  if (!isNew) return changed
  const data = { recipientId: recipient.id, reason: why }
  await recordGuardEvent(services, tx, actor, {
    type: 'recipient.suspended',
    subjectId: recipient.id,
    data,
    at,
  })
  services.log.warn('recipient.suspended', { reason: why })
  return changed
}
