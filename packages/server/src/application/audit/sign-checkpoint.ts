import { Frontier } from '../../domain/audit/audit-tree.ts'
import { checkpointText, logName, signedNote } from '../../domain/audit/checkpoint.ts'
import { Fault } from '../../domain/fax/fax.ts'
import type { AuditKeyRow, AuditLog, CheckpointRow } from '../../ports/store/audit-store.ts'
import type { Services } from '../services.ts'
import { nodeHashes } from './tree-nodes.ts'

/** What the keyring knows the log's key by. */
export const AUDIT_KEY_PURPOSE = 'audit-log'
/** How old the last checkpoint may be once the log has grown. */
export const CHECKPOINT_INTERVAL_MS = 5 * 60_000

/** The log's key, made when it is first asked for. Of several processes that ask at once one makes it and all get the same. */
export async function auditKey(services: Services): Promise<AuditKeyRow> {
  const { store, keyring, clock } = services
  const known = await store.asSystem((tx) => tx.auditLog.auditKey())
  if (known) return known
  const { publicKey, wrapped } = await keyring.createSigningKey(AUDIT_KEY_PURPOSE)
  const key = { publicKey, privateWrapped: wrapped, createdAt: new Date(clock.now()) }
  return store.asSystem((tx) => tx.auditLog.keepAuditKey(key))
}

/**
 * Signs where the log stands, unless the last checkpoint says so already or is younger than `minAgeMs`. Before that it is
 * proved from the stored nodes that the log still begins as the last checkpoint said: one that was rewritten on a whole is never
 * signed. A single row that was changed under an untouched node is left to whoever verifies an export.
 * @returns the new checkpoint
 * @throws Fault when it was rewritten
 */
export async function signCheckpoint(services: Services, minAgeMs = 0): Promise<CheckpointRow | undefined> {
  const key = await auditKey(services)
  return services.store.asSystem(async ({ auditLog }) => {
    const tree = await auditLog.holdAuditTree()
    if (!tree) return undefined
    const last = await auditLog.latestCheckpoint()
    const now = services.clock.now()
    // A clock that was set back makes the last one seem to be of the future; it is not waited for.
    const age = Math.abs(now - (last?.madeAt.getTime() ?? 0))
    if (tree.size === (last?.size ?? 0) || (last && age < minAgeMs)) return undefined
    const root = new Frontier(tree.size, tree.frontier).root()
    await assertUnchanged(auditLog, [{ size: tree.size, root }, ...(last ? [last] : [])])
    const checkpoint = await sign(services, key, { size: tree.size, root, madeAt: new Date(now) })
    await auditLog.addCheckpoint(checkpoint)
    return checkpoint
  })
}

async function assertUnchanged(
  log: AuditLog,
  said: readonly Pick<CheckpointRow, 'size' | 'root'>[],
): Promise<void> {
  const roots = await nodeHashes(
    log,
    said.map(({ size }) => ({ start: 0, end: size })),
  )
  if (said.some(({ root }, at) => !root.equals(roots[at]!))) {
    throw new Fault('The audit log is not what its last checkpoint said.')
  }
}

async function sign(
  { keyring }: Services,
  { publicKey, privateWrapped }: AuditKeyRow,
  { size, root, madeAt }: Omit<CheckpointRow, 'note'>,
): Promise<CheckpointRow> {
  const name = logName(publicKey)
  const text = checkpointText({ origin: name, size, root, at: madeAt })
  const signature = await keyring.sign(AUDIT_KEY_PURPOSE, privateWrapped, Buffer.from(text))
  return { size, root, madeAt, note: signedNote(text, name, publicKey, signature) }
}
