import { dueAt } from '../../domain/inbox/inbox.ts'
import { describePages, partitionPages } from '../../domain/inbox/page-partition.ts'
import type { ReceivedFaxRow } from '../../ports/store/received-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import type { Services } from '../services.ts'
import { assertWhole, type HeldReceived, holdReceived, tellReceived } from './change-received.ts'
import { assertNotSuperseded, type Derivation, deriveReceived } from './derive-received.ts'
import { applyMark } from './mark-received.ts'
import { addNote } from './note-received.ts'
import { type OpenReceived, openReceived } from './open-received.ts'

export interface SplitHooks {
  /** Runs last in the transaction that splits it. */
  readonly inTransaction?: (tx: Tx, parts: readonly OpenReceived[]) => Promise<void>
}

/**
 * Makes several received faxes of one that holds the papers of several people. Every page goes to exactly one of them; the fax itself
 * stays, marked done, with a note that names them.
 * @param parts of each part such pages as `1-3,5`
 * @throws Problem `inbound.not_found`, `inbound.receiving`, `inbound.no_pages`, `inbound.superseded`, `request.invalid` when a page is in
 *   no part or in two
 */
export async function splitReceived(
  services: Services,
  scope: Scope,
  actor: Actor,
  id: string,
  parts: readonly string[],
  hooks: SplitHooks = {},
): Promise<readonly OpenReceived[]> {
  return services.store.asAccount(scope, async (tx) => {
    const held = await holdReceived(services, tx, id)
    const { received, account } = held
    assertWhole(received)
    await assertNotSuperseded(tx, id)
    const pages = await tx.receivedPages.list(id)
    const mailbox = await tx.mailboxes.get(received.mailboxId)
    if (!mailbox) throw new Error('A received fax lies in no mailbox.')
    const derivation: Derivation = {
      ...ofCall(received),
      origin: 'split',
      originIds: [id],
      // The promise given for the whole holds for each part; what was taken up as a whole must be taken up anew.
      ...(received.dueAt
        ? { dueAt: received.dueAt, escalatedAt: received.escalatedAt }
        : { dueAt: dueAt(mailbox, received.priority, account.now), escalatedAt: null }),
    }
    const partition = partitionPages(parts, pages.length)
    const made: HeldReceived[] = []
    for (const numbers of partition) {
      const own = numbers.map((number) => pages[number - 1]!)
      made.push(await deriveReceived(services, tx, actor, account, received, own, derivation))
    }
    const ids = made.map((part) => part.received.id)
    await tellReceived(services, tx, actor, held, 'inbound.split', { partIds: ids })
    const list = ids.map((part, index) => `${part} (pages ${describePages(partition[index]!)})`).join(', ')
    await addNote(services, tx, actor, held, `Split into ${list}.`)
    await applyMark(services, tx, actor, held, 'done')
    const opened = made.map((part) => openReceived(account.keys, part.received, mailbox.owner))
    await hooks.inTransaction?.(tx, opened)
    return opened
  })
}

/** What is true of the call is true of each part. */
function ofCall(received: ReceivedFaxRow) {
  const { status, startedAt, endedAt, priority } = received
  if (status === 'receiving' || endedAt === null) throw new Error('A fax that is coming in was split.')
  const { disposition, code, message, sipStatus, q850Cause, t30Result, bitRate, ecm } = received
  return {
    ...{ status, startedAt, endedAt, priority },
    ...{ disposition, code, message, sipStatus, q850Cause, t30Result, bitRate, ecm },
  }
}
