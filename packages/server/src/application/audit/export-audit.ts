import type { LoggedEntry } from '../../domain/audit/audit-leaf.ts'
import { logName, verifierKey } from '../../domain/audit/checkpoint.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { CheckpointRow } from '../../ports/store/audit-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import { recordAudit } from '../record-change.ts'
import type { Services } from '../services.ts'
import { sequenceAudit } from './sequence-audit.ts'
import { auditKey, signCheckpoint } from './sign-checkpoint.ts'

/** One line of an export, in this order: head, then leaves with blocks and checkpoints between them, then end. */
export type ExportItem =
  | {
      readonly kind: 'head'
      readonly log: string
      readonly verifierKey: string
      readonly scope: Scope
      readonly size: number
    }
  | { readonly kind: 'leaf'; readonly leaf: ExportedLeaf }
  /** Root of the 256 leaves before it, as it was stored when they were appended: narrows down where a bare hash was changed. */
  | { readonly kind: 'block'; readonly index: number; readonly hash: Buffer }
  | { readonly kind: 'checkpoint'; readonly number: number; readonly checkpoint: CheckpointRow }
  | {
      readonly kind: 'end'
      readonly size: number
      readonly ownCount: number
      readonly checkpointCount: number
    }

/** A leaf as an export shows it to one account. */
export interface ExportedLeaf {
  readonly index: number
  readonly hash: Buffer
  /** There when the leaf is the account's. `entry` is `null` when its row is gone, which only tampering does. */
  readonly own?: { readonly previous: number | null; readonly entry: LoggedEntry | null }
}

const BLOCK = 256
/** Leaves read in one transaction. */
const PAGE = 8 * BLOCK
const BLOCK_LEVEL = 8
const CHECKPOINTS_AT_ONCE = 500
const TRIES = 50
const WAIT_MS = 100

/**
 * Everything that is needed to verify the account's audit without this server: its entries, the hashes of all leaves, every checkpoint. The
 * export begins with an entry about itself, which it also holds: as the account's last one it says which was the last before it.
 * @returns pages of lines; the log is only read while they are asked for
 * @throws Problem `audit.not_logged` while a long transaction of this database keeps the log from going on
 */
export async function exportAudit(
  services: Services,
  scope: Scope,
  actor: Actor,
): Promise<AsyncGenerator<readonly ExportItem[], void, undefined>> {
  const position = await services.store.asAccount(scope, (tx) =>
    recordAudit(services, tx, actor, 'audit.exported', null, {}),
  )
  const size = await signedSize(services, position)
  return exportPages(services, scope, size)
}

/** Waits until a checkpoint covers the entry. @returns its size */
async function signedSize(services: Services, position: number): Promise<number> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    if (attempt > 0) await services.clock.sleep(WAIT_MS)
    await sequenceAudit(services)
    await signCheckpoint(services)
    const [leaf, checkpoint] = await services.store.asSystem(({ auditLog }) =>
      Promise.all([auditLog.leafAt(position), auditLog.latestCheckpoint()]),
    )
    if (leaf && checkpoint && leaf.index < checkpoint.size) return checkpoint.size
  }
  throw new Problem('audit.not_logged')
}

async function* exportPages(
  services: Services,
  scope: Scope,
  size: number,
): AsyncGenerator<readonly ExportItem[], void, undefined> {
  const { publicKey } = await auditKey(services)
  const log = logName(publicKey)
  yield [{ kind: 'head', log, verifierKey: verifierKey(log, publicKey), scope, size }]
  let ownCount = 0
  let checkpointCount = 0
  for (let from = 0; from < size; from += PAGE) {
    const to = Math.min(from + PAGE, size)
    const leaves = await leavesFor(services, scope, from, to)
    const marks = await marksBetween(services, from, to)
    const page: ExportItem[] = []
    let next = 0
    for (const leaf of leaves) {
      // Marks that stand before a leaf: those at its index or below, also where leaves are missing.
      for (; next < marks.length && marks[next]!.at <= leaf.index; next += 1)
        page.push(numbered(marks[next]!))
      page.push({ kind: 'leaf', leaf })
      if (leaf.own) ownCount += 1
    }
    for (; next < marks.length; next += 1) page.push(numbered(marks[next]!))
    yield page
  }
  yield [{ kind: 'end', size, ownCount, checkpointCount }]

  function numbered(mark: Mark): ExportItem {
    if ('hash' in mark) return { kind: 'block', index: mark.at / BLOCK - 1, hash: mark.hash }
    checkpointCount += 1
    return { kind: 'checkpoint', number: checkpointCount, checkpoint: mark.checkpoint }
  }
}

/**
 * Leaves `from` (included) to `to` (excluded) as one account may see them. Whose an entry is, it and its leaf both say; either makes the leaf
 * the account's, so that changing one hides nothing.
 */
export async function leavesFor(
  { store }: Pick<Services, 'store'>,
  { accountId, mode }: Scope,
  from: number,
  to: number,
): Promise<ExportedLeaf[]> {
  const leaves = await store.asSystem((tx) => tx.auditLog.leaves(from, to))
  const entries = await store.asAccount({ accountId, mode }, (tx) =>
    tx.audit.entriesAt(leaves.map(({ position }) => position)),
  )
  const byPosition = new Map(entries.map((entry) => [entry.position, entry]))
  return leaves.map((leaf) => {
    const { index, hash, previous } = leaf
    const entry = byPosition.get(leaf.position) ?? null
    const isOwn = entry !== null || (leaf.accountId === accountId && leaf.mode === mode)
    return { index, hash, ...(isOwn ? { own: { previous, entry } } : {}) }
  })
}

/** What stands after `at` leaves. */
type Mark =
  | { readonly at: number; readonly hash: Buffer }
  | { readonly at: number; readonly checkpoint: CheckpointRow }

/** Blocks and checkpoints that end after `from` and up to `to` leaves; of two at one place the block first. */
async function marksBetween({ store }: Services, from: number, to: number): Promise<Mark[]> {
  return store.asSystem(async ({ auditLog }) => {
    const first = from / BLOCK
    const indices = Array.from({ length: Math.floor(to / BLOCK) - first }, (_, index) => first + index)
    const runs = await auditLog.readRuns(
      indices.map((index) => ({ level: BLOCK_LEVEL, from: index, to: index + 1 })),
    )
    const marks: Mark[] = runs.flatMap(([hash], at) =>
      hash ? [{ at: (indices[at]! + 1) * BLOCK, hash }] : [],
    )
    for (let after = from; ; ) {
      const found = await auditLog.checkpointsAfter(after, CHECKPOINTS_AT_ONCE)
      marks.push(
        ...found.filter(({ size }) => size <= to).map((checkpoint) => ({ at: checkpoint.size, checkpoint })),
      )
      after = found.at(-1)?.size ?? to
      if (found.length < CHECKPOINTS_AT_ONCE || after >= to) break
    }
    return marks.sort((left, right) => left.at - right.at)
  })
}
