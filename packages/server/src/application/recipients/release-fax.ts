import { isTerminal } from '../../domain/fax/fax.ts'
import { type E164, parseNumber } from '../../domain/numbers/number.ts'
import { Problem } from '../../domain/problem/problem.ts'
import { misdirectionPolicy } from '../../domain/recipients/misdirection.ts'
import { recipientState } from '../../domain/recipients/recipient.ts'
import type { FaxRow } from '../../ports/store/fax-store.ts'
import type { RecipientRow } from '../../ports/store/recipient-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { type AccountView, readAccount } from '../account-now.ts'
import { enqueueAdvance } from '../faxes/fax-schedule.ts'
import { type AuditFacts, recordFaxEvent, sealParties } from '../record-change.ts'
import { openFaxSecrets } from '../sealed/fax-secrets.ts'
import type { Services } from '../services.ts'
import { newRecipient } from './add-recipients.ts'
import { confirm } from './confirm-recipient.ts'

/**
 * Lets a fax go that waited for a second look at its number, and confirms the number: whoever releases has typed its digits anew.
 *
 * @param typed the number as it stands in the order, not as it is shown here
 * @throws Problem fax.not_found, fax.not_held, fax.confirm_mismatch, fax.four_eyes, recipient.suspended
 */
export async function releaseFax(
  services: Services,
  scope: Scope,
  actor: Actor,
  faxId: string,
  typed: string,
): Promise<FaxRow> {
  return services.store.asAccount(scope, async (tx) => {
    const seen = await tx.faxes.get(faxId)
    if (!seen) throw new Problem('fax.not_found')
    const now = services.clock.now()
    const isHeld = seen.holdReason !== null && !isTerminal(seen.status)
    const until = new Date(now + services.policy.leaseMs)
    const fax = isHeld ? await tx.faxes.lease(faxId, new Date(now), until) : undefined
    if (!fax || fax.holdReason === null) throw new Problem('fax.not_held')
    const account = await readAccount(services, tx)
    const { to, from } = openFaxSecrets(account.keys, fax)
    if (parseNumber(typed) !== to) throw new Problem('fax.confirm_mismatch', { field: 'confirm' })
    await assertFourEyes(tx, account, actor, faxId)
    await confirmNumber(services, tx, actor, account, fax, to)
    const parties = sealParties(account.keys, faxId, { to, from }, fax.toSealed)
    return release(services, tx, actor, account, fax, parties)
  })
}

/** The first entry of a fax's audit says who handed it in. */
async function assertFourEyes(tx: Tx, account: AccountView, actor: Actor, faxId: string): Promise<void> {
  const { fourEyes } = misdirectionPolicy(account.row.settings.misdirection, tx.scope.mode)
  if (!fourEyes) return
  const [accepted] = await tx.audit.list({ subjectId: faxId, limit: 1 })
  if (!accepted || accepted.actor.id === actor.id) throw new Problem('fax.four_eyes')
}

async function confirmNumber(
  services: Services,
  tx: Tx,
  actor: Actor,
  account: AccountView,
  fax: FaxRow,
  to: E164,
): Promise<void> {
  const known = await tx.recipients.lockByNumber(fax.toHash)
  const recipient = known ?? (await addStranger(services, tx, actor, account, to))
  if (recipient.state === 'suspended') throw new Problem('recipient.suspended')
  const { expiryMonths } = misdirectionPolicy(account.row.settings.misdirection, tx.scope.mode)
  const state = recipientState(recipient, expiryMonths, account.now)
  if (state !== 'confirmed') await confirm(services, tx, actor, account, recipient, 'person')
}

async function addStranger(
  services: Services,
  tx: Tx,
  actor: Actor,
  account: AccountView,
  to: E164,
): Promise<RecipientRow> {
  const row = newRecipient(services, account, actor, { number: to, name: '', source: 'fax' })
  const [written] = await tx.recipients.insert([row])
  // Somebody entered it meanwhile.
  return written ?? (await tx.recipients.lockByNumber(row.numberHash))!
}

async function release(
  services: Services,
  tx: Tx,
  actor: Actor,
  account: AccountView,
  fax: FaxRow,
  parties: Buffer | null,
): Promise<FaxRow> {
  const { now } = account
  const startsAt = fax.sendAt !== null && fax.sendAt > now ? fax.sendAt : now
  const patch = {
    holdReason: null,
    heldAt: null,
    holdNeighbours: null,
    nextActionAt: startsAt,
    // It has its whole time from here: a person's wait is not the line's.
    deadlineAt: new Date(startsAt.getTime() + services.policy.faxLifetimeMs),
  }
  const released = await tx.faxes.transition(fax.id, fax.status, fax.status, patch, fax.leaseToken)
  const detail = { status: fax.status, reason: fax.holdReason }
  const audit: AuditFacts = { actor, action: 'fax.released', detail, partiesSealed: parties }
  await recordFaxEvent(services, tx, released, 'fax.released', { at: now, audit })
  await tx.faxes.releaseLease(fax.id, fax.leaseToken)
  await enqueueAdvance(services, tx, account, released)
  return released
}
