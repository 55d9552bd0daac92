import type { Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { readAccount } from '../account-now.ts'
import { requestEscalationNotice } from '../notices/request-fax-notices.ts'
import { recordReceivedChange } from '../receiving/record-received.ts'
import { receivedParties } from '../sealed/received-secrets.ts'
import type { Services } from '../services.ts'

interface Overdue {
  readonly scope: Scope
  readonly id: string
}

/**
 * Tells of faxes that nobody took up in time, each once for good: whoever writes the escalation first tells of it.
 * @returns how many were escalated now
 */
export async function escalateOverdue(services: Services, overdue: readonly Overdue[]): Promise<number> {
  let escalated = 0
  for (const { scope, id } of overdue) {
    try {
      if (await services.store.asAccount(scope, (tx) => escalate(services, tx, id))) escalated += 1
    } catch (error) {
      // Such as for a key that is gone: it must not keep the others.
      services.log.error('inbound.not_escalated', { inboundId: id, error })
    }
  }
  return escalated
}

async function escalate(services: Services, tx: Tx, id: string): Promise<boolean> {
  const { keys, now } = await readAccount(services, tx)
  const received = await tx.received.escalate(id, now)
  if (!received) return false
  const mailbox = await tx.mailboxes.get(received.mailboxId)
  const notified = mailbox ? await requestEscalationNotice(services, tx, keys, received, mailbox) : 0
  const { priority, dueAt, mailboxId } = received
  const data = { mailboxId, priority, dueAt: dueAt?.toISOString() ?? null, notified }
  const change = { type: 'inbound.escalated', data } as const
  await recordReceivedChange(services, tx, received, now, change, receivedParties(keys, received))
  return true
}
