import { Frontier } from '../../domain/audit/audit-tree.ts'
import { openCheckpoint } from '../../domain/audit/checkpoint.ts'
import { Fault } from '../../domain/fax/fax.ts'
import type { AuditTree, CheckpointRow } from '../../ports/store/audit-store.ts'
import type { Services } from '../services.ts'
import type { LogReading } from './log-reading.ts'
import { BLOCK, RUN_MAX, readRun } from './read-run.ts'
import { nodeHashes } from './tree-nodes.ts'

/** What the log says of itself when it is looked through. */
export interface AuditProof {
  /** Leaves that were hashed again just now: the newest. */
  readonly looked: number
  /** Leaves before them. */
  readonly before: number
  /** How many of those that were hashed are the account's, of both modes. */
  readonly entries: number
  /** Positions of entries that are not what was logged, or are gone; at most a few. */
  readonly altered: readonly number[]
  /** The stored nodes still make the root that was signed last. */
  readonly rootHolds: boolean
  /** And the root of the checkpoint that is kept elsewhere; `null`: there is none. */
  readonly keptHolds: boolean | null
  /** And the root of the leaves that this process read from the first one on; `null`: it has not been through yet. */
  readonly whole: { readonly size: number; readonly beganAt: Date; readonly holds: boolean } | null
  /** Leaves that this process has not read since it began: neither just now nor before. */
  readonly unread: number
}

/** They took 0.1 s of processor time. What lies before is remembered: `read-audit-log.ts` reads it. */
export const LOOK_MAX = 10 * RUN_MAX
const ALTERED_MAX = 5

/**
 * Hashes the newest entries again, compares them with their leaves, and the leaves with the roots that were signed and with what this process
 * has read before. An export that is verified elsewhere proves more: this is the log's own word, on the machine of whoever might have changed it.
 * @param kept the last checkpoint that lies elsewhere
 */
export async function proveAudit(
  services: Services,
  accountId: string,
  kept: Pick<CheckpointRow, 'size' | 'note'> | null,
): Promise<AuditProof> {
  const { whole, running } = services.auditMemory
  // A reading goes on meanwhile.
  const read = whole && { size: whole.size, root: whole.root, beganAt: whole.beganAt }
  const { signed, tree, key } = await services.store.asSystem(async ({ auditLog }) => ({
    // Before the tree, which may grow meanwhile.
    signed: await auditLog.latestCheckpoint(),
    tree: await auditLog.readAuditTree(),
    key: await auditLog.auditKey(),
  }))
  const opened = (note: string) => (key && openCheckpoint(note, key.publicKey)) ?? NOTHING
  const rootHolds = await holds(services, tree, [own(tree), ...(signed ? [opened(signed.note)] : [])])
  const keptHolds = kept && (await holds(services, tree, [opened(kept.note)]))
  const readHolds = read && (await holds(services, tree, [read]))
  const from = startOfLook(tree.size)
  const newest = await lookThrough(services, accountId, from, tree.size)
  const found = [whole, running].flatMap((reading) => reading?.alteredOf(accountId) ?? [])
  return {
    ...newest,
    before: from,
    altered: [...new Set([...newest.altered, ...found])].slice(0, ALTERED_MAX),
    rootHolds,
    keptHolds,
    whole: read ? { size: read.size, beganAt: read.beganAt, holds: readHolds === true } : null,
    unread: Math.max(0, from - (read?.size ?? 0)),
  }
}

/** Where the newest leaves begin that every look hashes; 0: it hashes all there are. */
export function startOfLook(size: number): number {
  return Math.max(0, Math.ceil((size - LOOK_MAX) / BLOCK) * BLOCK)
}

/** Whether the stored nodes make the root of the leaves that were read. */
export async function standsAsRead(
  services: Pick<Services, 'store'>,
  { size, root }: LogReading,
): Promise<boolean> {
  const tree = await services.store.asSystem((tx) => tx.auditLog.readAuditTree())
  return holds(services, tree, [{ size, root }])
}

/** A note that is no checkpoint of this log's key speaks of a root that no log has. */
const NOTHING = { size: 0, root: Buffer.alloc(0) }

function own({ size, frontier }: AuditTree) {
  try {
    return { size, root: new Frontier(size, frontier).root() }
  } catch (error) {
    if (error instanceof RangeError) return NOTHING
    throw error
  }
}

async function holds(
  { store }: Pick<Services, 'store'>,
  tree: AuditTree,
  said: readonly Pick<CheckpointRow, 'size' | 'root'>[],
): Promise<boolean> {
  if (said.some(({ size, root }) => size > tree.size || root.length === 0)) return false
  try {
    const ranges = said.map(({ size }) => ({ start: 0, end: size }))
    const found = await store.asSystem((tx) => nodeHashes(tx.auditLog, ranges))
    return said.every(({ root }, at) => root.equals(found[at]!))
  } catch (error) {
    // Rows are missing.
    if (error instanceof Fault) return false
    throw error
  }
}

async function lookThrough(
  services: Services,
  accountId: string,
  from: number,
  size: number,
): Promise<Pick<AuditProof, 'looked' | 'entries' | 'altered'>> {
  const altered: number[] = []
  let looked = 0
  let entries = 0
  for (let start = from; start < size; start += RUN_MAX) {
    const run = await readRun(services, start, Math.min(start + RUN_MAX, size))
    looked += run.looked
    entries += run.entries.get(accountId) ?? 0
    const theirs = run.altered.filter(({ accountIds }) => accountIds.includes(accountId))
    altered.push(...theirs.map(({ position }) => position), ...run.changedBlocks)
  }
  return { looked, entries, altered }
}
