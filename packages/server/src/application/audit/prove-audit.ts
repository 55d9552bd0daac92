import { type LoggedEntry, leafBytes } from '../../domain/audit/audit-leaf.ts'
import { Frontier, hashLeaf, STORED_STEP } from '../../domain/audit/audit-tree.ts'
import { openCheckpoint } from '../../domain/audit/checkpoint.ts'
import { Fault, type Mode } from '../../domain/fax/fax.ts'
import type { AuditLeafRow, AuditTree, CheckpointRow } from '../../ports/store/audit-store.ts'
import type { Services } from '../services.ts'
import { nodeHashes } from './tree-nodes.ts'

/** What the log says of itself when it is looked through. */
export interface AuditProof {
  /** Leaves that were hashed again: the newest. */
  readonly looked: number
  /** How many of them are the account's, of both modes, whose entries were hashed too. */
  readonly entries: number
  /** Positions of entries that are not what was logged, or are gone; at most a few. */
  readonly altered: readonly number[]
  /** The stored nodes still make the root that was signed last. */
  readonly rootHolds: boolean
  /** And the root of the checkpoint that is kept elsewhere; `null`: there is none. */
  readonly keptHolds: boolean | null
}

const BLOCK = 2 ** STORED_STEP
/** Leaves read in one transaction. */
const PAGE = 8 * BLOCK
/** They took 3.6 s on two cores that were busy with other work. What lies before is left to whoever verifies an export. */
const LEAVES_MAX = 100_000
const ALTERED_MAX = 5

/**
 * Hashes the account's last entries again, compares them with their leaves, and the leaves with the roots that were signed. An export that is
 * verified elsewhere proves more: this is the log's own word, on the machine of whoever might have changed it.
 * @param kept the last checkpoint that lies elsewhere
 */
export async function proveAudit(
  services: Services,
  accountId: string,
  kept: Pick<CheckpointRow, 'size' | 'note'> | null,
): Promise<AuditProof> {
  const { signed, tree, key } = await services.store.asSystem(async ({ auditLog }) => ({
    // Before the tree, which may grow meanwhile.
    signed: await auditLog.latestCheckpoint(),
    tree: await auditLog.readAuditTree(),
    key: await auditLog.auditKey(),
  }))
  const opened = (note: string) => (key && openCheckpoint(note, key.publicKey)) ?? NOTHING
  const said = [own(tree), ...(signed ? [opened(signed.note)] : [])]
  const rootHolds = await holds(services, tree, said)
  const keptHolds = kept && (await holds(services, tree, [opened(kept.note)]))
  const from = Math.max(0, Math.floor((tree.size - LEAVES_MAX) / BLOCK) * BLOCK)
  return { ...(await lookThrough(services, accountId, from, tree.size)), rootHolds, keptHolds }
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
  { store }: Services,
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
  for (let start = from; start < size; start += PAGE) {
    const end = Math.min(start + PAGE, size)
    const leaves = await services.store.asSystem((tx) => tx.auditLog.leaves(start, end))
    const own = await entriesOf(services, accountId, leaves)
    looked += leaves.length
    entries += own.length
    for (const { leaf, entry } of own) if (!isAsLogged(leaf, entry)) altered.push(leaf.position)
    altered.push(...(await changedBlocks(services, leaves, start, end)))
  }
  return { looked, entries, altered: [...new Set(altered)].slice(0, ALTERED_MAX) }
}

/** Whose an entry is, it and its leaf both say; either makes it the account's. */
async function entriesOf({ store }: Services, accountId: string, leaves: readonly AuditLeafRow[]) {
  const positions = leaves.map(({ position }) => position)
  const inMode = (mode: Mode) => store.asAccount({ accountId, mode }, (tx) => tx.audit.entriesAt(positions))
  const entries = [...(await inMode('live')), ...(await inMode('test'))]
  const byPosition = new Map(entries.map((entry) => [entry.position, entry]))
  return leaves.flatMap((leaf) => {
    const entry = byPosition.get(leaf.position)
    return entry || leaf.accountId === accountId ? [{ leaf, entry }] : []
  })
}

function isAsLogged({ hash, previous }: AuditLeafRow, entry: LoggedEntry | undefined): boolean {
  return entry !== undefined && hashLeaf(leafBytes(entry, previous)).equals(hash)
}

/** First positions of blocks whose leaves no longer make the node that was stored when they were appended. */
async function changedBlocks(
  { store }: Services,
  leaves: readonly AuditLeafRow[],
  start: number,
  end: number,
): Promise<number[]> {
  const whole = Array.from({ length: Math.floor((end - start) / BLOCK) }, (_, at) => start / BLOCK + at)
  const nodes = await store.asSystem((tx) =>
    tx.auditLog.readRuns(whole.map((index) => ({ level: STORED_STEP, from: index, to: index + 1 }))),
  )
  return whole.flatMap((index, at) => {
    const held = leaves.filter((leaf) => Math.floor(leaf.index / BLOCK) === index)
    const frontier = new Frontier()
    for (const { hash } of held) frontier.append(hash)
    const isWhole = held.length === BLOCK && nodes[at]?.[0]?.equals(frontier.root()) === true
    return isWhole ? [] : [held[0]?.position ?? 0]
  })
}
