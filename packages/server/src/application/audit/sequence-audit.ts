import { type LoggedEntry, leafBytes } from '../../domain/audit/audit-leaf.ts'
import { Frontier, hashLeaf, STORED_STEP, type Subtree } from '../../domain/audit/audit-tree.ts'
import type { AuditLeafRow, AuditLog } from '../../ports/store/audit-store.ts'
import type { Services } from '../services.ts'

/** Entries of one transaction: some milliseconds of hashing, and little lost when the process dies. */
const BATCH = 1_000

/**
 * Appends the entries that were committed to the log, in an order that no later commit can change. Accepting faxes never waits
 * for it; what it has not reached yet is an entry without a place.
 * @returns how many leaves were appended; `undefined` when another process is at it
 */
export async function sequenceAudit({ store }: Pick<Services, 'store'>): Promise<number | undefined> {
  for (let total = 0; ; ) {
    const appended = await store.asSystem((tx) => appendBatch(tx.auditLog))
    if (appended === undefined) return undefined
    total += appended
    if (appended < BATCH) return total
  }
}

async function appendBatch(log: AuditLog): Promise<number | undefined> {
  const tree = await log.holdAuditTree()
  if (!tree) return undefined
  const { entries, settled } = await log.settledEntries(tree.settled, BATCH)
  if (entries.length === 0) return 0
  const frontier = new Frontier(tree.size, tree.frontier)
  const { leaves, subtrees } = grow(frontier, entries, await log.lastLeaves(entries))
  await log.appendLeaves(leaves, subtrees, { size: frontier.size, frontier: frontier.hashes, settled })
  return entries.length
}

/** @param last index of the last leaf by account and mode; kept up to date */
function grow(frontier: Frontier, entries: readonly LoggedEntry[], last: Map<string, number>) {
  const subtrees: Subtree[] = []
  const leaves = entries.map((entry): AuditLeafRow => {
    const { position, accountId, mode } = entry
    const owner = `${accountId} ${mode}`
    const index = frontier.size
    const previous = last.get(owner) ?? null
    const hash = hashLeaf(leafBytes(entry, previous))
    subtrees.push(...frontier.append(hash).filter(({ level }) => level % STORED_STEP === 0))
    last.set(owner, index)
    return { index, position, accountId, mode, previous, hash }
  })
  return { leaves, subtrees }
}
