import type { ExportItem } from '../../../application/audit/export-audit.ts'
import type { EntryProof, SignedCheckpoint } from '../../../application/audit/read-checkpoint.ts'
import type { LoggedEntry } from '../../../domain/audit/audit-leaf.ts'

/** An entry with all that its leaf is made of. */
function loggedEntryView(entry: LoggedEntry) {
  const { position, accountId, mode, at, actorKind, actorId, requestId, action, subjectId } = entry
  return {
    position,
    account: accountId,
    mode,
    at,
    actor: { kind: actorKind, id: actorId, requestId },
    action,
    subject: subjectId,
    detail: entry.detail as Record<string, unknown>,
    salt: entry.salt,
    parties: entry.partiesSealed === null ? null : base64(entry.partiesSealed),
  }
}

export function checkpointView({ size, root, note, madeAt, verifierKey }: SignedCheckpoint) {
  return { size, root: base64(root), at: madeAt.toISOString(), note, verifierKey }
}

export function proofView({ checkpoint, index, leafHash, path, previous, entry }: EntryProof) {
  return {
    index,
    leafHash: base64(leafHash),
    path: path.map(base64),
    previous,
    entry: loggedEntryView(entry),
    checkpoint: checkpointView(checkpoint),
  }
}

/** A line of an export (`docs/explanation/audit.md`). */
export function exportLine(item: ExportItem): string {
  return `${JSON.stringify(exportObject(item))}\n`
}

function exportObject(item: ExportItem): object {
  switch (item.kind) {
    case 'head': {
      const { log, verifierKey, scope, size } = item
      const { accountId: account, mode } = scope
      return { format: 'answerback-audit/1', log, verifierKey, account, mode, leaves: size }
    }
    case 'leaf': {
      const { index, hash, own } = item.leaf
      if (!own) return { leaf: index, hash: base64(hash) }
      const { previous, entry } = own
      return { leaf: index, hash: base64(hash), previous, entry: entry && loggedEntryView(entry) }
    }
    case 'block':
      return { block: item.index, hash: base64(item.hash) }
    case 'checkpoint':
      return { checkpoint: item.number, note: item.checkpoint.note }
    case 'end': {
      const { size, ownCount, checkpointCount } = item
      return { end: { leaves: size, own: ownCount, checkpoints: checkpointCount } }
    }
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}
