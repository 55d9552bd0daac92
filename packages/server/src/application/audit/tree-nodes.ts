import { Frontier, type LeafRange, type StoredRun, storedRuns } from '../../domain/audit/audit-tree.ts'
import { Fault } from '../../domain/fax/fax.ts'
import type { AuditLog } from '../../ports/store/audit-store.ts'

/**
 * Hashes of nodes of the tree, from what is stored of it.
 * @throws Fault when rows are missing, which only tampering does
 */
export async function nodeHashes(log: AuditLog, ranges: readonly LeafRange[]): Promise<Buffer[]> {
  const runs = ranges.map(storedRuns)
  const hashes = await log.readRuns(runs.flat())
  let read = 0
  return runs.map((ofNode) => {
    const frontier = new Frontier()
    for (const run of ofNode) {
      for (const hash of whole(run, hashes[read++]!)) frontier.push(run.level, hash)
    }
    return frontier.root()
  })
}

function whole({ from, to }: StoredRun, hashes: readonly Buffer[]): readonly Buffer[] {
  if (hashes.length !== to - from) throw new Fault('Rows of the audit log are missing.')
  return hashes
}
