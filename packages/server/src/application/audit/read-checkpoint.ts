import type { LoggedEntry } from '../../domain/audit/audit-leaf.ts'
import { inclusionRanges } from '../../domain/audit/audit-tree.ts'
import { logName, verifierKey } from '../../domain/audit/checkpoint.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { CheckpointRow } from '../../ports/store/audit-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import { recordAudit } from '../record-change.ts'
import type { Services } from '../services.ts'
import { sequenceAudit } from './sequence-audit.ts'
import { auditKey, signCheckpoint } from './sign-checkpoint.ts'
import { nodeHashes } from './tree-nodes.ts'

/** The last checkpoint, and the key it is checked with: keep both where nobody who may change the database gets at them. */
export interface SignedCheckpoint extends CheckpointRow {
  readonly verifierKey: string
}

/** @throws Problem `audit.not_logged` while the log is empty */
export async function readCheckpoint(services: Services): Promise<SignedCheckpoint> {
  const { publicKey } = await auditKey(services)
  const checkpoint =
    (await services.store.asSystem((tx) => tx.auditLog.latestCheckpoint())) ?? (await firstOne(services))
  return { ...checkpoint, verifierKey: verifierKey(logName(publicKey), publicKey) }
}

async function firstOne(services: Services): Promise<CheckpointRow> {
  await sequenceAudit(services)
  const first = await signCheckpoint(services)
  if (!first) throw new Problem('audit.not_logged')
  return first
}

/** That an entry is in the log a checkpoint speaks of. */
export interface EntryProof {
  readonly checkpoint: SignedCheckpoint
  readonly index: number
  readonly leafHash: Buffer
  /** PATH of RFC 6962 §2.1.1, lowest first. */
  readonly path: readonly Buffer[]
  readonly previous: number | null
  readonly entry: LoggedEntry
}

/**
 * Proves that one of the account's entries is in the log, without showing any other.
 * @param position of the entry
 * @throws Problem `audit.not_found`, `audit.not_logged` when it is younger than the last checkpoint
 */
export async function proveEntry(
  services: Services,
  scope: Scope,
  actor: Actor,
  position: number,
): Promise<EntryProof> {
  const entry = await services.store.asAccount(scope, async (tx) => {
    const [entry] = await tx.audit.entriesAt([position])
    if (!entry) throw new Problem('audit.not_found')
    await recordAudit(services, tx, actor, 'audit.proved', null, { position })
    return entry
  })
  const checkpoint = await readCheckpoint(services)
  const leaf = await services.store.asSystem((tx) => tx.auditLog.leafAt(position))
  if (!leaf || leaf.index >= checkpoint.size) throw new Problem('audit.not_logged')
  const path = await services.store.asSystem((tx) =>
    nodeHashes(tx.auditLog, inclusionRanges(leaf.index, checkpoint.size)),
  )
  const { index, hash, previous } = leaf
  return { checkpoint, index, leafHash: hash, path, previous, entry }
}
