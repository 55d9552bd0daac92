import type { CallEnd } from '../../domain/fax/disposition.ts'
import { judgeIdentity, noteIdentity } from '../../domain/recipients/far-end-identity.ts'
import { misdirectionPolicy } from '../../domain/recipients/misdirection.ts'
import { learnFromCall } from '../../domain/recipients/recipient.ts'
import type { RecipientPatch } from '../../ports/store/recipient-store.ts'
import type { Tx } from '../../ports/store/store.ts'
import type { HeldFax } from '../faxes/held-fax.ts'
import { WORKER } from '../record-change.ts'
import { openIdentities, sealIdentities } from '../sealed/recipient-secrets.ts'
import type { Services } from '../services.ts'
import { suspendRecipient } from './suspend-recipient.ts'

/** Keeps what a call taught about a number of the directory, and suspends it where that speaks against it. */
export async function learnRecipient(
  services: Services,
  tx: Tx,
  held: HeldFax,
  end: CallEnd,
  at: Date,
): Promise<void> {
  const { fax, account, secrets, scope } = held
  const hasMet = end.remoteId !== undefined && end.disposition !== 'canceled'
  const learnt = learnFromCall(end.disposition, 0)
  const isTelling = hasMet || learnt.suspended !== undefined || learnt.voiceAnswers > 0
  if (!isTelling && end.disposition !== 'delivered') return
  const recipient = await tx.recipients.lockByNumber(fax.toHash)
  if (!recipient || !secrets) return
  const { voiceAnswers, suspended } = learnFromCall(end.disposition, recipient.voiceAnswers)
  const { identityGate } = misdirectionPolicy(account.row.settings.misdirection, scope.mode)
  const known = openIdentities(account.keys, recipient)
  const contradicts = judgeIdentity(known, secrets.to, end.remoteId) === 'contradicts'
  const isDistrusted = contradicts && identityGate !== 'allow'
  const identities = end.remoteId === undefined ? known : noteIdentity(known, end.remoteId, at, !isDistrusted)
  const patch: Omit<RecipientPatch, 'updatedAt'> = {
    voiceAnswers,
    ...(end.disposition === 'delivered' ? { lastDeliveredAt: at } : {}),
    ...(end.remoteId === undefined
      ? {}
      : { identitiesSealed: sealIdentities(account.keys, recipient.id, identities) }),
  }
  const why = suspended ?? (isDistrusted ? 'identity_changed' : undefined)
  if (why === undefined) await tx.recipients.update(recipient.id, { ...patch, updatedAt: at })
  else await suspendRecipient(services, tx, WORKER, recipient, why, at, patch)
}
