import { dueAt } from '../../domain/inbox/inbox.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { ReceivedPageRow } from '../../ports/store/received-page-store.ts'
import type { ReceivedFaxRow } from '../../ports/store/received-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import type { Services } from '../services.ts'
import { assertWhole, type HeldReceived, holdReceived, tellReceived } from './change-received.ts'
import { assertNotSuperseded, type Derivation, deriveReceived } from './derive-received.ts'
import { applyMark } from './mark-received.ts'
import { addNote } from './note-received.ts'
import { type OpenReceived, openReceived } from './open-received.ts'

export interface MergeHooks {
  /** Runs last in the transaction that merges them. */
  readonly inTransaction?: (tx: Tx, merged: OpenReceived) => Promise<void>
}

/**
 * Makes one received fax of several that belong together, such as the halves of one that was cut off: all their pages, in the order
 * given. Numbers and mailbox are the first one's. The faxes themselves stay, marked done, with a note that names it.
 * @throws Problem `inbound.not_found`, `inbound.receiving`, `inbound.no_pages` and `inbound.superseded` naming the id, `request.invalid`
 *   for one named twice, `document.too_many_pages`
 */
export async function mergeReceived(
  services: Services,
  scope: Scope,
  actor: Actor,
  ids: readonly string[],
  hooks: MergeHooks = {},
): Promise<OpenReceived> {
  const twice = ids.findIndex((id, index) => ids.indexOf(id) !== index)
  if (twice !== -1) {
    const detail = 'A fax can be merged once; its pages would be there twice.'
    throw new Problem('request.invalid', { field: `ids[${twice}]`, detail })
  }
  return services.store.asAccount(scope, async (tx) => {
    const held = await holdAll(services, tx, ids)
    const first = held[0]!
    const { account } = first
    const pages: ReceivedPageRow[] = []
    for (const { received } of held) pages.push(...(await tx.receivedPages.list(received.id)))
    const pagesMax = services.policy.pagesPerFaxMax
    if (pages.length > pagesMax) {
      const detail = `Together they have ${pages.length} pages; the limit is ${pagesMax}.`
      throw new Problem('document.too_many_pages', { field: 'ids', detail })
    }
    const mailbox = await tx.mailboxes.get(first.received.mailboxId)
    if (!mailbox) throw new Error('A received fax lies in no mailbox.')
    const rows = held.map(({ received }) => received)
    const priority = rows.some((row) => row.priority === 'urgent') ? 'urgent' : 'normal'
    const derivation = {
      ...togetherOf(rows),
      priority,
      ...(earliestDue(rows) ?? { dueAt: dueAt(mailbox, priority, account.now), escalatedAt: null }),
    } satisfies Derivation
    const merged = await deriveReceived(services, tx, actor, account, first.received, pages, derivation)
    const mergedId = merged.received.id
    for (const each of held) {
      await tellReceived(services, tx, actor, each, 'inbound.merged', { mergedId })
      await addNote(services, tx, actor, each, `Merged into ${mergedId}.`)
      await applyMark(services, tx, actor, each, 'done')
    }
    const opened = openReceived(account.keys, merged.received, mailbox.owner)
    await hooks.inTransaction?.(tx, opened)
    return opened
  })
}

/** Locked in the order of their ids, so that two merges of the same faxes wait for each other and never for ever. */
async function holdAll(services: Services, tx: Tx, ids: readonly string[]): Promise<HeldReceived[]> {
  const held = new Map<string, HeldReceived>()
  for (const id of [...ids].sort()) {
    const field = `ids[${ids.indexOf(id)}]`
    const each = await holdReceived(services, tx, id, field)
    assertWhole(each.received, field)
    await assertNotSuperseded(tx, id, field)
    held.set(id, each)
  }
  return ids.map((id) => held.get(id)!)
}

function togetherOf(rows: readonly ReceivedFaxRow[]) {
  const times = (pick: (row: ReceivedFaxRow) => Date | null) => rows.map((row) => pick(row)?.getTime() ?? 0)
  const isWhole = rows.every(({ status }) => status === 'received')
  return {
    status: isWhole ? ('received' as const) : ('partially_received' as const),
    origin: 'merge' as const,
    originIds: rows.map(({ id }) => id),
    startedAt: new Date(Math.min(...times(({ startedAt }) => startedAt))),
    endedAt: new Date(Math.max(...times(({ endedAt }) => endedAt))),
  }
}

/** The earliest promise given for any of them. */
function earliestDue(rows: readonly ReceivedFaxRow[]) {
  const promised = rows.filter((row): row is ReceivedFaxRow & { dueAt: Date } => row.dueAt !== null)
  const first = promised.sort((a, b) => a.dueAt.getTime() - b.dueAt.getTime())[0]
  return first && { dueAt: first.dueAt, escalatedAt: first.escalatedAt }
}
