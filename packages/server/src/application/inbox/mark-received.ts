import { dueAt, isTakenUp, type Mark } from '../../domain/inbox/inbox.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { ReceivedPatch } from '../../ports/store/received-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import type { Services } from '../services.ts'
import { amendReceived, type HeldReceived, holdReceived, tellReceived } from './change-received.ts'

/**
 * Says what became of a received fax. Any mark but `new` stops the clock of the mailbox's service level; `new` starts it afresh. The
 * mark it has already is not told again.
 * @param reason why it is spam
 * @throws Problem `inbound.not_found`, `request.invalid` for a reason of anything but spam
 */
export async function markReceived(
  services: Services,
  scope: Scope,
  actor: Actor,
  id: string,
  mark: Mark,
  reason: string | null = null,
): Promise<void> {
  if (reason !== null && mark !== 'spam') {
    const detail = 'Only "spam" takes a reason; write a note about anything else.'
    throw new Problem('request.invalid', { field: 'reason', detail })
  }
  await services.store.asAccount(scope, async (tx) => {
    const held = await holdReceived(services, tx, id)
    await applyMark(services, tx, actor, held, mark, reason)
  })
}

/** The mark of a fax that is held already. @returns it with its mark */
export async function applyMark(
  services: Services,
  tx: Tx,
  actor: Actor,
  held: HeldReceived,
  mark: Mark,
  reason: string | null = null,
): Promise<HeldReceived> {
  const { received, account } = held
  if (received.mark === mark && received.spamReason === reason) return held
  const changed = await amendReceived(tx, held, {
    mark,
    markedAt: account.now,
    spamReason: reason,
    ...(isTakenUp(mark) ? { dueAt: null } : await startedClock(tx, held)),
  })
  await tellReceived(services, tx, actor, changed, 'inbound.marked', { mark, from: received.mark })
  return changed
}

async function startedClock(tx: Tx, { received, account }: HeldReceived): Promise<ReceivedPatch> {
  // Nobody need take up a call that brought nothing.
  if (received.status === 'failed') return { dueAt: null, escalatedAt: null }
  const mailbox = await tx.mailboxes.get(received.mailboxId)
  if (!mailbox) throw new Error('A received fax lies in no mailbox.')
  return { dueAt: dueAt(mailbox, received.priority, account.now), escalatedAt: null }
}
