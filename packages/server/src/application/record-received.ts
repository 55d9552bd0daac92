import type { ReceivedEventData } from '../domain/event.ts'
import { eventOfReceived } from '../domain/event.ts'
import type { ReceivedFaxRow } from '../ports/received-store.ts'
import type { Tx } from '../ports/store.ts'
import { recordEvent, WORKER } from './record-change.ts'
import type { Services } from './services.ts'

/** Tells that a received fax is in its status now: event and audit entry, in the transaction of the change itself. */
export async function recordReceived(
  services: Services,
  tx: Tx,
  received: ReceivedFaxRow,
  at: Date,
  partiesSealed: Buffer,
): Promise<void> {
  const { id, jobId, transactionId, status, pageCount, badRows, disposition, code, trunkId } = received
  const { numberId, mailboxId } = received
  const data: ReceivedEventData = {
    inboundId: id,
    jobId,
    transactionId,
    numberId,
    mailboxId,
    status,
    pageCount,
    badRows,
    disposition,
    code,
  }
  const type = eventOfReceived(status)
  await recordEvent(
    services,
    tx,
    { type, subjectId: id, data: { ...data }, at },
    {
      actor: WORKER,
      action: type,
      detail: { status, pageCount, disposition, trunkId, mailboxId },
      partiesSealed,
    },
  )
}
