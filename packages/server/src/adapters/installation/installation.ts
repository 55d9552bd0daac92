import { realpath, statfs } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative } from 'node:path'
import type { Installation, InstallationFacts, KeptCheckpoints } from '../../ports/installation.ts'
import { readBackupStatus } from './backup-status.ts'
import { type CertificatePlace, lookAtCertificate } from './certificates.ts'
import { readComponents } from './components.ts'
import { guarded, guardedFolder } from './guarded-file.ts'

type LookedAt =
  | 'nodeVersion'
  | 'keysInsideData'
  | 'masterKey'
  | 'keyFiles'
  | 'dataFiles'
  | 'secretFiles'
  | 'credentialsFile'
  | 'certificates'
  | 'keptCheckpoints'
  | 'backups'
  | 'disk'

/** What is known without looking. */
export type KnownFacts = Omit<InstallationFacts, LookedAt | 'database'> & {
  readonly database: Omit<InstallationFacts['database'], 'schema'>
}

export interface Places {
  readonly dataFolder: string
  /** `undefined`: a key service holds the master key, and the folder may hold old ones. */
  readonly keyFile: string | undefined
  readonly keyFolder: string
  /** Files with other secrets, by what they are. */
  readonly secrets: readonly { readonly what: string; readonly path: string }[]
  readonly certificates: readonly CertificatePlace[]
  readonly checkpointFile: string | undefined
  readonly backupStatusFile: string | undefined
  readonly lockfile: string
}

/** What other adapters see. */
export interface OtherLooks {
  lastKeptCheckpoint(): Promise<KeptCheckpoints['last']>
  schemaStanding(): Promise<InstallationFacts['database']['schema']>
  destructionList: Installation['destructionList']
}

/** Looks at files and certificates anew each time: they change behind a server's back. */
export function createInstallation(known: KnownFacts, places: Places, others: OtherLooks): Installation {
  const { dataFolder, keyFile, keyFolder, checkpointFile } = places
  return {
    async look() {
      const { bavail, blocks, bsize } = await statfs(dataFolder)
      return {
        ...known,
        nodeVersion: process.version,
        database: { ...known.database, schema: await others.schemaStanding() },
        keysInsideData: await liesIn(dataFolder, keyFile ?? keyFolder),
        masterKey: keyFile === undefined ? null : await guarded('master key', keyFile),
        keyFiles: await guardedFolder(keyFolder, 'key'),
        dataFiles: [await guarded('data folder', dataFolder)],
        secretFiles: await Promise.all(places.secrets.map(({ what, path }) => guarded(what, path))),
        credentialsFile: await guarded('credentials.json', join(dataFolder, 'credentials.json')),
        certificates: await Promise.all(places.certificates.map(lookAtCertificate)),
        keptCheckpoints:
          checkpointFile === undefined
            ? null
            : {
                isInsideData: await liesIn(dataFolder, dirname(checkpointFile)),
                last: await others.lastKeptCheckpoint().catch(() => null),
              },
        backups: await readBackupStatus(places.backupStatusFile),
        disk: { freeBytes: bavail * bsize, bytes: blocks * bsize },
      }
    },
    destructionList: others.destructionList,
    components: () => readComponents(places.lockfile),
  }
}

/** By where they really are: a symbolic link out of a folder, or into it, changes what a copy of the folder holds. */
async function liesIn(folder: string, file: string): Promise<boolean> {
  const [real, inside] = await Promise.all(
    [folder, file].map((path) => realpath(path).catch(() => undefined)),
  )
  if (real === undefined || inside === undefined) return false
  const path = relative(real, inside)
  return !path.startsWith('..') && !isAbsolute(path)
}
