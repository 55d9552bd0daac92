import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { GuardedFile, Installation, InstallationFacts } from '../../ports/installation.ts'
import { readBackupStatus } from './backup-status.ts'
import { readComponents } from './components.ts'

/** What is known without looking. */
export type KnownFacts = Omit<
  InstallationFacts,
  'nodeVersion' | 'keyFiles' | 'dataFiles' | 'credentialsFile' | 'backups'
>

export interface Places {
  readonly keyFolder: string
  readonly dataFolder: string
  readonly backupStatusFile: string | undefined
  readonly lockfile: string
}

/** A folder of keys has a handful of files; more than these are not keys. */
const FILES_MAX = 100

/** Looks at files anew each time: modes change behind a server's back. */
export function createInstallation(known: KnownFacts, places: Places): Installation {
  const { keyFolder, dataFolder } = places
  return {
    async look() {
      const keys = await names(keyFolder)
      const keyFiles = await Promise.all(
        keys.map((name, at) => guarded(`key file ${at + 1}`, join(keyFolder, name))),
      )
      return {
        ...known,
        nodeVersion: process.version,
        keyFiles: [await guarded('key folder', keyFolder), ...keyFiles],
        dataFiles: [await guarded('data folder', dataFolder)],
        credentialsFile: await guarded('credentials.json', join(dataFolder, 'credentials.json')),
        backups: await readBackupStatus(places.backupStatusFile),
      }
    },
    components: () => readComponents(places.lockfile),
  }
}

async function guarded(what: string, path: string): Promise<GuardedFile> {
  try {
    return { what, mode: (await stat(path)).mode & 0o7777 }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { what, mode: null }
    throw error
  }
}

/** Sorted, so that a file keeps its number. */
async function names(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort().slice(0, FILES_MAX)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}
