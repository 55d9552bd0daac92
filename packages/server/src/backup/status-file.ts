import { readFile } from 'node:fs/promises'
import { replaceFile } from './final-file.ts'

/** What the compliance check reads (`adapters/installation/backup-status.ts`), and the last drills besides. */
export interface BackupStatus {
  readonly lastBackupAt?: string
  /** Documents that it lacks, though nobody destroyed them. */
  readonly lastBackupLost?: number
  /** Where it lies, for certificates of destruction to be kept beside it. */
  readonly lastBackupFolder?: string
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

export async function recordBackup(path: string, at: string, lost: number, folder: string): Promise<void> {
  const made = { lastBackupAt: at, lastBackupLost: lost, lastBackupFolder: folder }
  const status = { ...(await readStatus(path)), ...made }
  await replaceFile(path, format(status))
}

export async function recordDrill(path: string, drill: DrillRecord): Promise<void> {
  const before = await readStatus(path)
  const drills = [drill, ...(before.drills ?? [])].slice(0, DRILLS_KEPT)
  const passed = drill.result === 'passed' ? { lastDrillAt: drill.at } : {}
  await replaceFile(path, format({ ...before, ...passed, drills }))
}

/** `undefined` until a backup was made by this program. */
export async function lastBackupFolder(path: string): Promise<string | undefined> {
  const { lastBackupFolder: folder } = await readStatus(path)
  return typeof folder === 'string' ? folder : undefined
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
