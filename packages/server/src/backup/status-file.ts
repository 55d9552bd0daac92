import { readFile } from 'node:fs/promises'
import { replaceFile } from './final-file.ts'

/** What the compliance check reads (`adapters/installation/backup-status.ts`), and the last drills besides. */
export interface BackupStatus {
  readonly lastBackupAt?: string
  /** Documents that it lacks, though nobody destroyed them. */
  readonly lastBackupLost?: number
  /** The last that passed. */
  readonly lastDrillAt?: string
  readonly drills?: readonly DrillRecord[]
}

export interface DrillRecord {
  readonly at: string
  readonly result: 'passed' | 'failed'
  /** Time of the backup that was tried; absent when it could not be read. */
  readonly backupMadeAt?: string
  readonly seconds: number
  /** Code of what went wrong, or what differed. */
  readonly failure?: string
}

const DRILLS_KEPT = 8

export async function recordBackup(path: string, at: string, lost: number): Promise<void> {
  const status = { ...(await readStatus(path)), lastBackupAt: at, lastBackupLost: lost }
  await replaceFile(path, format(status))
}

export async function recordDrill(path: string, drill: DrillRecord): Promise<void> {
  const before = await readStatus(path)
  const drills = [drill, ...(before.drills ?? [])].slice(0, DRILLS_KEPT)
  const passed = drill.result === 'passed' ? { lastDrillAt: drill.at } : {}
  await replaceFile(path, format({ ...before, ...passed, drills }))
}

async function readStatus(path: string): Promise<BackupStatus> {
  try {
    const status: unknown = JSON.parse(await readFile(path, 'utf8'))
    return typeof status === 'object' && status !== null ? status : {}
  } catch {
    // Not there yet, or not ours any more: it is written anew.
    return {}
  }
}

function format(status: BackupStatus): string {
  return `${JSON.stringify(status, null, 2)}\n`
}
