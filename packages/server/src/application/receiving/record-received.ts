import {
  eventOfReceived,
  type ReceivedEventData,
  type ReceivedEventType,
} from '../../domain/webhooks/event.ts'
import type { ReceivedFaxRow } from '../../ports/store/received-store.ts'
import type { Actor } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { recordEvent, WORKER } from '../record-change.ts'
import type { Services } from '../services.ts'

/** Tells that a received fax is in its status now: event and audit entry, in the transaction of the change itself. */
export async function recordReceived(
  services: Services,
  tx: Tx,
  received: ReceivedFaxRow,
  at: Date,
  partiesSealed: Buffer | null,
): Promise<void> {
  const { status, pageCount, disposition, trunkId, mailboxId } = received
  const type = eventOfReceived(status)
  const detail = { status, pageCount, disposition, trunkId, mailboxId }
  await record(services, tx, received, at, { type, actor: WORKER, data: {}, detail }, partiesSealed)
}

/** Something that happened to a received fax after its call. */
export interface ReceivedChange {
  readonly type: ReceivedEventType
  /** What the event tells besides the usual; ids, words and counts only. The audit entry gets it too. */
  readonly data: Readonly<Record<string, unknown>>
  /** Absent: the server itself. */
  readonly actor?: Actor
}

/** Tells of it: event and audit entry of the same name, in the transaction of the change itself. */
export async function recordReceivedChange(
  services: Services,
  tx: Tx,
  received: ReceivedFaxRow,
  at: Date,
  { type, data, actor = WORKER }: ReceivedChange,
  partiesSealed: Buffer | null,
): Promise<void> {
  await record(services, tx, received, at, { type, actor, data, detail: data }, partiesSealed)
}

interface Told extends Required<ReceivedChange> {
  readonly detail: Readonly<Record<string, unknown>>
}

async function record(
  services: Services,
  tx: Tx,
  received: ReceivedFaxRow,
  at: Date,
  { type, actor, data, detail }: Told,
  partiesSealed: Buffer | null,
): Promise<void> {
  const { id, jobId, transactionId, numberId, mailboxId, status, pageCount, badRows, disposition, code } =
    received
  const usual: ReceivedEventData = {
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
  const event = { type, subjectId: id, data: { ...usual, ...data }, at }
  await recordEvent(services, tx, event, { actor, action: type, detail, partiesSealed })
}
