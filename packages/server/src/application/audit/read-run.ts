import { type LoggedEntry, leafBytes } from '../../domain/audit/audit-leaf.ts'
import { Frontier, hashLeaf, STORED_STEP } from '../../domain/audit/audit-tree.ts'
import type { AuditLeafRow } from '../../ports/store/audit-store.ts'
import type { Services } from '../services.ts'

/** Leaves of the lowest stored node above them. */
export const BLOCK = 2 ** STORED_STEP
/** Leaves read in one transaction: some ten milliseconds of hashing, and then it is others' turn. */
export const RUN_MAX = 2 * BLOCK

/** What leaves and their entries were, hashed again. */
export interface ReadRun {
  readonly looked: number
  /** Roots of the whole blocks, of the leaves as they stand there. */
  readonly roots: readonly Buffer[]
  /** How many entries each account has there, of both modes. */
  readonly entries: ReadonlyMap<string, number>
  /** Entries that are not what was logged, or are gone. */
  readonly altered: readonly AlteredEntry[]
  /** First positions of blocks whose leaves no longer make the node that was stored when they were appended. */
  readonly changedBlocks: readonly number[]
}

export interface AlteredEntry {
  readonly position: number
  /** Whose an entry is, it and its leaf both say; either makes it the account's. */
  readonly accountIds: readonly string[]
}

/**
 * Reads leaves `from` (included) to `to` (excluded), of all accounts.
 * @param from where a block begins
 * @param to at most `RUN_MAX` later
 */
export async function readRun(
  { store }: Pick<Services, 'store'>,
  from: number,
  to: number,
): Promise<ReadRun> {
  const first = from / BLOCK
  const whole = Array.from({ length: Math.floor((to - from) / BLOCK) }, (_, at) => first + at)
  const { leaves, entries, nodes } = await store.asSystem(async ({ auditLog }) => {
    const leaves = await auditLog.leaves(from, to)
    return {
      leaves,
      entries: await auditLog.entriesAt(leaves.map(({ position }) => position)),
      nodes: await auditLog.readRuns(
        whole.map((index) => ({ level: STORED_STEP, from: index, to: index + 1 })),
      ),
    }
  })
  const blocks = whole.map((index, at) => {
    const held = leaves.filter((leaf) => Math.floor(leaf.index / BLOCK) === index)
    const root = rootOf(held)
    const isAsStored = held.length === BLOCK && nodes[at]?.[0]?.equals(root) === true
    return { root, changed: isAsStored ? [] : [held[0]?.position ?? 0] }
  })
  return {
    looked: leaves.length,
    roots: blocks.map(({ root }) => root),
    changedBlocks: blocks.flatMap(({ changed }) => changed),
    ...compare(leaves, entries),
  }
}

function rootOf(leaves: readonly AuditLeafRow[]): Buffer {
  const frontier = new Frontier()
  for (const { hash } of leaves) frontier.append(hash)
  return frontier.root()
}

function compare(leaves: readonly AuditLeafRow[], entries: readonly LoggedEntry[]) {
  const byPosition = new Map(entries.map((entry) => [entry.position, entry]))
  const counts = new Map<string, number>()
  const altered: AlteredEntry[] = []
  for (const leaf of leaves) {
    const entry = byPosition.get(leaf.position)
    const accountIds = [...new Set([leaf.accountId, ...(entry ? [entry.accountId] : [])])]
    for (const id of accountIds) counts.set(id, (counts.get(id) ?? 0) + 1)
    if (!isAsLogged(leaf, entry)) altered.push({ position: leaf.position, accountIds })
  }
  return { entries: counts, altered }
}

function isAsLogged({ hash, previous }: AuditLeafRow, entry: LoggedEntry | undefined): boolean {
  return entry !== undefined && hashLeaf(leafBytes(entry, previous)).equals(hash)
}
