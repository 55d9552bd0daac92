import { dirname, join } from 'node:path'
import packageFile from '../package.json' with { type: 'json' }
import { openFileBlobs } from './adapters/blobs/file-blobs.ts'
import { openCertificateList } from './adapters/certificate-list/certificate-list.ts'
import { attachDatabase } from './adapters/database/attach.ts'
import type { OpenDatabase } from './adapters/database/open.ts'
import { createPool } from './adapters/postgres/connection/connection.ts'
import { createPostgresStore } from './adapters/postgres/store.ts'
import { SystemClock } from './adapters/system/clock.ts'
import { SystemRandom } from './adapters/system/random.ts'
import { createCertificateMirror } from './application/retention/mirror-certificates.ts'
import { BackupError } from './backup/backup-error.ts'
import { listBeside } from './backup/later-destructions.ts'
import { makeBackup } from './backup/make-backup.ts'
import { recordBackup } from './backup/status-file.ts'
import { keyringOf, type Work } from './backup-work.ts'

/** `answerback backup`. Exit codes: 0 it is made, 1 it is made and lacks documents. */
export async function backUp(
  { config, print, signal }: Work,
  target: string,
  recipients: readonly string[],
): Promise<number> {
  const clock = new SystemClock()
  const startedMs = clock.now()
  const keyring = await keyringOf(config)
  const database = await attachDatabase({ url: config.databaseUrl, dataFolder: config.dataFolder })
  try {
    const blobs = await openFileBlobs(join(config.dataFolder, 'blobs'), startedMs)
    const program = `answerback ${packageFile.version}`
    const source = { database: database.owner, blobs, keyring, program, signal }
    const made = await makeBackup(source, target, new SystemRandom(clock).id('bak'), recipients)
    const { manifest } = made
    const folder = dirname(made.path)
    await keepCertificatesBeside(folder, database, clock)
    await recordBackup(config.backupStatusFile, manifest.madeAt, manifest.blobs.lost, folder)
    const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0)
    print(
      `backup    ${made.path}`,
      `of        ${manifest.madeAt}`,
      `holds     ${rows} rows of ${manifest.tables.length} tables, ${manifest.blobs.count} documents; ${made.bytes} bytes`,
      `audit     ${manifest.audit.size} entries, root ${manifest.audit.root}`,
      `took      ${((clock.now() - startedMs) / 1000).toFixed(1)} s`,
      `destroyed ${listBeside(folder)} says what was: keep it with the backups, and the newest copy of it`,
      'The master key is not in it: keep its own copy elsewhere.',
    )
    if (manifest.blobs.lost === 0) return 0
    print(`WARNING   ${manifest.blobs.lost} documents are named by the database and are not there.`)
    return 1
  } finally {
    await database.close()
  }
}

/** What is destroyed must be in the list before the backup that still holds it counts as made. */
async function keepCertificatesBeside(
  folder: string,
  { app }: Pick<OpenDatabase, 'app'>,
  clock: SystemClock,
): Promise<void> {
  const pool = createPool({ ...app, max: 1 }, () => undefined)
  try {
    const mirror = createCertificateMirror({ store: createPostgresStore(pool), clock })
    await mirror(openCertificateList(listBeside(folder)))
  } catch (cause) {
    const sentence = `The backup is made, and the list of destructions beside it cannot be written: ${listBeside(folder)}.`
    throw new BackupError('unreadable', sentence, { cause })
  } finally {
    await pool.close()
  }
}
