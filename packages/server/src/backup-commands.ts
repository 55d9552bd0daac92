import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import packageFile from '../package.json' with { type: 'json' }
import { openFileBlobs } from './adapters/blobs/file-blobs.ts'
import { attachDatabase } from './adapters/database/attach.ts'
import { openDatabase } from './adapters/database/open.ts'
import { openKeyring } from './adapters/keyring/open-keyring.ts'
import { SystemClock } from './adapters/system/clock.ts'
import { SystemRandom } from './adapters/system/random.ts'
import { BackupError } from './backup/backup-error.ts'
import { type DrillReport, drillBackup, hasPassed } from './backup/drill.ts'
import { type OpenBackup, openOutside } from './backup/envelope.ts'
import { makeBackup } from './backup/make-backup.ts'
import { newRecoveryKey } from './backup/recovery-key.ts'
import { restoreBackup } from './backup/restore.ts'
import { type DrillRecord, recordBackup, recordDrill } from './backup/status-file.ts'
import type { Config } from './config/config.ts'
import type { Keyring } from './ports/keyring.ts'

/** What a one-off command for backups was told on the command line. */
export interface BackupOptions {
  readonly backup?: string | undefined
  readonly restore?: string | undefined
  readonly drill?: string | undefined
  readonly 'recovery-key'?: string | undefined
  readonly recipient?: readonly string[] | undefined
  readonly identity?: string | undefined
  readonly scratch?: string | undefined
}

type Print = (...lines: string[]) => void

const MIGRATIONS = join(import.meta.dirname, 'adapters/postgres/migrations')

/**
 * Does what the options ask for, if they ask for anything of the kind.
 * @returns the exit code; `undefined` when nothing was asked for
 * @throws BackupError, DatabaseError, KeyError with a sentence for the operator
 */
export async function runBackupCommand(
  config: Config,
  options: BackupOptions,
  print: Print,
): Promise<number | undefined> {
  const { 'recovery-key': keyFile, backup, recipient = [], restore: restored, drill: drilled } = options
  if (keyFile !== undefined) return makeRecoveryKey(keyFile, print)
  const stopping = new AbortController()
  const stop = () => stopping.abort()
  // What was begun is undone before the process ends.
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  const work = { config, print, signal: stopping.signal }
  try {
    if (backup !== undefined) return await backUp(work, backup, recipient)
    if (restored !== undefined) return await restore(work, restored, options.identity)
    if (drilled !== undefined) return await drill(work, drilled, options)
    return undefined
  } catch (error) {
    if (!stopping.signal.aborted) throw error
    print('Stopped: nothing was made, and nothing is left behind.')
    return 1
  } finally {
    process.off('SIGTERM', stop)
    process.off('SIGINT', stop)
  }
}

interface Work {
  readonly config: Config
  readonly print: Print
  readonly signal: AbortSignal
}

async function makeRecoveryKey(path: string, print: Print): Promise<number> {
  const { publicKey, privatePem } = newRecoveryKey()
  try {
    await writeFile(path, privatePem, { flag: 'wx', mode: 0o600 })
  } catch (cause) {
    throw new BackupError('exists', `No key can be written to ${path}: name a file that is not there yet.`, {
      cause,
    })
  }
  print(`recipient ${publicKey}`, `The private half lies in ${path}: keep it away from the backups.`)
  return 0
}

async function backUp(
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
    await recordBackup(config.backupStatusFile, manifest.madeAt, manifest.blobs.lost)
    const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0)
    print(
      `backup    ${made.path}`,
      `of        ${manifest.madeAt}`,
      `holds     ${rows} rows of ${manifest.tables.length} tables, ${manifest.blobs.count} documents; ${made.bytes} bytes`,
      `audit     ${manifest.audit.size} entries, root ${manifest.audit.root}`,
      `took      ${((clock.now() - startedMs) / 1000).toFixed(1)} s`,
      'The master key is not in it: keep its own copy elsewhere.',
    )
    if (manifest.blobs.lost === 0) return 0
    print(`WARNING   ${manifest.blobs.lost} documents are named by the database and are not there.`)
    return 1
  } finally {
    await database.close()
  }
}

async function restore(
  { config, print, signal }: Work,
  path: string,
  identity: string | undefined,
): Promise<number> {
  const clock = new SystemClock()
  const startedMs = clock.now()
  const keyring = await keyringOf(config)
  const backup = await openBackup(path, keyring, identity, signal)
  const database = await openDatabase({ url: config.databaseUrl, dataFolder: config.dataFolder })
  try {
    const manifest = await restoreBackup(backup, {
      database,
      migrations: MIGRATIONS,
      blobsFolder: join(config.dataFolder, 'blobs'),
      keyring,
      nowMs: startedMs,
      restorationId: new SystemRandom(clock).id('rst'),
    })
    const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0)
    print(
      `restored  ${rows} rows, ${manifest.blobs.count} documents, of ${manifest.madeAt}`,
      `audit     ${manifest.audit.size} entries, root ${manifest.audit.root}`,
      `took      ${((clock.now() - startedMs) / 1000).toFixed(1)} s`,
      'The next start holds every fax that had not ended, until a person releases or cancels it: docs/guides/backup-and-restore.md',
    )
    return 0
  } finally {
    await database.close()
  }
}

/** Exit codes: 0 all is equal, 1 something differs or the backup cannot be restored. */
async function drill({ config, print, signal }: Work, path: string, options: BackupOptions): Promise<number> {
  const clock = new SystemClock()
  const startedMs = clock.now()
  const keyring = await keyringOf(config)
  const record = (drilled: Omit<DrillRecord, 'at' | 'seconds'>) =>
    recordDrill(config.backupStatusFile, {
      at: new Date(startedMs).toISOString(),
      seconds: (clock.now() - startedMs) / 1000,
      ...drilled,
    })
  try {
    const backup = await openBackup(path, keyring, options.identity, signal)
    const scratch = options.scratch ?? config.dataFolder
    const place = { scratch, migrations: MIGRATIONS, keyring, signal, now: () => clock.now() }
    const report = await drillBackup(backup, place)
    const differing = report.lines.filter(({ wanted, found }) => wanted !== found)
    const failure = differing.map(({ what }) => what).join(', ')
    const result = hasPassed(report) ? 'passed' : 'failed'
    await record({
      result,
      backupMadeAt: report.madeAt,
      ...(failure === '' ? {} : { failure: failure.slice(0, 200) }),
    })
    print(...describeDrill(report))
    return differing.length === 0 ? 0 : 1
  } catch (error) {
    if (error instanceof BackupError) await record({ result: 'failed', failure: error.code })
    throw error
  }
}

function describeDrill(report: DrillReport): string[] {
  const lines = report.lines.map(({ what, wanted, found }) =>
    wanted === found
      ? `equal     ${what}: ${found}`
      : `DIFFERS   ${what}: ${found}, and the backup says ${wanted}`,
  )
  const { madeAt, rows, blobs, bytes, seconds } = report
  return [
    ...lines,
    `drill     ${hasPassed(report) ? 'passed' : 'FAILED'}: the backup of ${madeAt}, ${rows} rows, ${blobs} documents, ` +
      `${bytes} bytes, was restored and compared in ${seconds.toFixed(1)} s`,
  ]
}

async function openBackup(
  path: string,
  keyring: Keyring,
  identity: string | undefined,
  signal: AbortSignal,
): Promise<OpenBackup> {
  if (identity === undefined) return openOutside(path, { keyring }, signal)
  const identityPem = await readFile(identity, 'utf8').catch((cause: unknown) => {
    throw new BackupError('unreadable', 'The file of --identity cannot be read.', { cause })
  })
  return openOutside(path, { identityPem }, signal)
}

/** Only wraps and unwraps, which needs no hash key of the installation: a restore has no database to read one from. */
function keyringOf(config: Config): Promise<Keyring> {
  const none = { read: async () => undefined, keep: async (wrapped: Buffer) => wrapped }
  return openKeyring(config.keyProvider, config.keyFolder, { create: false }, none)
}
