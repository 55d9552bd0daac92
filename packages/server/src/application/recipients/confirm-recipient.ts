import { timingSafeEqual } from 'node:crypto'
import { parseNumber } from '../../domain/numbers/number.ts'
import { Problem } from '../../domain/problem/problem.ts'
import { acceptIdentities } from '../../domain/recipients/far-end-identity.ts'
import { misdirectionPolicy } from '../../domain/recipients/misdirection.ts'
import type { Confirmation } from '../../domain/recipients/recipient.ts'
import type { AccountKeys } from '../../ports/keyring.ts'
import type { RecipientPatch, RecipientRow } from '../../ports/store/recipient-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { type AccountView, readAccount } from '../account-now.ts'
import { recordAudit } from '../record-change.ts'
import { openIdentities, openRecipient, sealIdentities } from '../sealed/recipient-secrets.ts'
import type { Services } from '../services.ts'
import { type RecipientView, viewOf } from './recipient-view.ts'
import { recordGuardEvent } from './record-recipient.ts'

/** What shows that the number is right: its digits typed anew after asking the recipient, or the code of a test fax. */
export type Proof = { readonly number: string } | { readonly code: string }

/** A code that is gone; `null` leaves no trace of it. */
const NO_CODE = { codeFaxId: null, codeHash: null, codeTriesLeft: 0, codeExpiresAt: null } as const

/**
 * Confirms a number, or lifts its suspension: faxes go to it until the confirmation ends.
 * @throws Problem recipient.not_found, recipient.frozen, recipient.confirm_mismatch, recipient.code_wrong, recipient.code_gone,
 *   recipient.four_eyes
 */
export async function confirmRecipient(
  services: Services,
  scope: Scope,
  actor: Actor,
  id: string,
  proof: Proof,
): Promise<RecipientView> {
  const result = await services.store.asAccount(scope, async (tx) => {
    const account = await readAccount(services, tx)
    const recipient = await tx.recipients.lock(id)
    if (!recipient) throw new Problem('recipient.not_found')
    if (await tx.incidents.hasOpen(id)) throw new Problem('recipient.frozen')
    const confirmed =
      'code' in proof
        ? await confirmByCode(services, tx, actor, account, recipient, proof.code)
        : await confirmByDigits(services, tx, actor, account, recipient, proof.number)
    return confirmed instanceof Problem ? confirmed : viewOf(tx, account, confirmed)
  })
  // Thrown after the commit: a wrong code that is rolled back would not count.
  if (result instanceof Problem) throw result
  return result
}

async function confirmByDigits(
  services: Services,
  tx: Tx,
  actor: Actor,
  account: AccountView,
  recipient: RecipientRow,
  typed: string,
): Promise<RecipientRow> {
  const { fourEyes } = misdirectionPolicy(account.row.settings.misdirection, tx.scope.mode)
  if (fourEyes && recipient.createdBy === actor.id) throw new Problem('recipient.four_eyes')
  if (parseNumber(typed) !== openRecipient(account.keys, recipient).number) {
    throw new Problem('recipient.confirm_mismatch', { field: 'number' })
  }
  return confirm(services, tx, actor, account, recipient, 'person')
}

async function confirmByCode(
  services: Services,
  tx: Tx,
  actor: Actor,
  account: AccountView,
  recipient: RecipientRow,
  code: string,
): Promise<RecipientRow | Problem> {
  const { codeHash, codeExpiresAt, codeTriesLeft } = recipient
  const isWaiting = codeHash !== null && codeExpiresAt !== null && codeExpiresAt > account.now
  if (!isWaiting || codeTriesLeft <= 0) return new Problem('recipient.code_gone', { field: 'code' })
  if (timingSafeEqual(codeHash, hashCode(account.keys, recipient.id, code))) {
    return confirm(services, tx, actor, account, recipient, 'test_fax')
  }
  await tx.recipients.update(recipient.id, { codeTriesLeft: codeTriesLeft - 1, updatedAt: account.now })
  await recordAudit(services, tx, actor, 'recipient.code_refused', recipient.id, {
    triesLeft: codeTriesLeft - 1,
  })
  return new Problem('recipient.code_wrong', { field: 'code' })
}

export function hashCode(keys: AccountKeys, recipientId: string, code: string): Buffer {
  return keys.hash('recipient.code', `${recipientId} ${code}`)
}

/** Writes the confirmation. What the machine called itself so far is taken for its name from now on. */
export async function confirm(
  services: Services,
  tx: Tx,
  actor: Actor,
  account: AccountView,
  recipient: RecipientRow,
  how: Confirmation,
): Promise<RecipientRow> {
  const { now, keys } = account
  const known = openIdentities(keys, recipient)
  const patch: RecipientPatch = {
    ...NO_CODE,
    state: 'confirmed',
    confirmedHow: how,
    confirmedBy: actor.id,
    confirmedAt: now,
    suspendedWhy: null,
    suspendedAt: null,
    voiceAnswers: 0,
    ...(known.length > 0
      ? { identitiesSealed: sealIdentities(keys, recipient.id, acceptIdentities(known)) }
      : {}),
    updatedAt: now,
  }
  const changed = await tx.recipients.update(recipient.id, patch)
  const data = { recipientId: recipient.id, how }
  await recordGuardEvent(services, tx, actor, {
    type: 'recipient.confirmed',
    subjectId: recipient.id,
    data,
    at: now,
  })
  return changed
}
