import { open } from 'node:fs/promises'
import type { BackupFacts, DrillFacts } from '../../ports/installation.ts'

/** The times, and a record of some drills. */
const BYTES_MAX = 16_384
const NOTHING: BackupFacts = { lastBackupAt: null, lostDocuments: 0, lastDrillAt: null, lastTry: null }

/**
 * Reads what a backup job wrote of itself: `{ "lastBackupAt": "<RFC 3339>", "lastDrillAt": "<RFC 3339>" }`, and the drills that ours writes
 * besides. A file that is not there, too large or not of that shape says nothing, and the checks then fail.
 */
export async function readBackupStatus(path: string | undefined): Promise<BackupFacts> {
  if (path === undefined) return NOTHING
  try {
    const file = await open(path, 'r')
    try {
      const buffer = Buffer.alloc(BYTES_MAX + 1)
      const { bytesRead } = await file.read(buffer, 0, buffer.length, 0)
      return bytesRead > BYTES_MAX ? NOTHING : parseBackupStatus(buffer.toString('utf8', 0, bytesRead))
    } finally {
      await file.close()
    }
  } catch {
    return NOTHING
  }
}

export function parseBackupStatus(text: string): BackupFacts {
  try {
    const { lastBackupAt, lastBackupLost, lastDrillAt, drills } = JSON.parse(text) ?? {}
    const lostDocuments = Number.isSafeInteger(lastBackupLost) && lastBackupLost > 0 ? lastBackupLost : 0
    const lastTry = Array.isArray(drills) ? drillOf(drills[0]) : null
    return {
      lastBackupAt: timeOf(lastBackupAt),
      lostDocuments,
      lastDrillAt: timeOf(lastDrillAt),
      lastTry,
    }
  } catch {
    return NOTHING
  }
}

/** The newest comes first. */
function drillOf(entry: unknown): DrillFacts | null {
  if (typeof entry !== 'object' || entry === null) return null
  const { at, result, backupMadeAt } = entry as Record<string, unknown>
  const time = timeOf(at)
  return time && { at: time, passed: result === 'passed', backupMadeAt: timeOf(backupMadeAt) }
}

/** With its zone, so that it is one moment wherever it is read. */
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/

function timeOf(value: unknown): Date | null {
  if (typeof value !== 'string' || !TIME.test(value)) return null
  const at = new Date(value)
  return Number.isNaN(at.getTime()) ? null : at
}
