import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import packageFile from '../package.json' with { type: 'json' }
import { openFileBlobs } from './adapters/blobs/file-blobs.ts'
import { openCertificateList } from './adapters/certificate-list/certificate-list.ts'
import { attachDatabase } from './adapters/database/attach.ts'
import { type OpenDatabase, openDatabase } from './adapters/database/open.ts'
import { openKeyring } from './adapters/keyring/open-keyring.ts'
import { createPool } from './adapters/postgres/connection/connection.ts'
import { createPostgresStore } from './adapters/postgres/store.ts'
import { SystemClock } from './adapters/system/clock.ts'
import { SystemRandom } from './adapters/system/random.ts'
import { type DestroyedAgain, destroyAgain } from './application/restore/destroy-again.ts'
import { createCertificateMirror } from './application/retention/mirror-certificates.ts'
import { BackupError } from './backup/backup-error.ts'
import { type DrillReport, drillBackup, hasPassed } from './backup/drill.ts'
import { type OpenBackup, openOutside } from './backup/envelope.ts'
import { type CarriedOver, carryOver, findList, listBeside } from './backup/later-destructions.ts'
import { makeBackup } from './backup/make-backup.ts'
import { newRecoveryKey } from './backup/recovery-key.ts'
import { restoreBackup } from './backup/restore.ts'
import { type DrillRecord, recordBackup, recordDrill } from './backup/status-file.ts'
import type { Config } from './config/config.ts'
import { pendingDestructions } from './destructions.ts'
import type { Keyring } from './ports/keyring.ts'
import { startServer } from './server.ts'

/** What a one-off command for backups was told on the command line. */
export interface BackupOptions {
  readonly backup?: string | undefined
  readonly restore?: string | undefined
  readonly drill?: string | undefined
  readonly 'recovery-key'?: string | undefined
  readonly recipient?: readonly string[] | undefined
  readonly identity?: string | undefined
  /** List of certificates of destruction, or `none`; absent: the one beside the backup. */
  readonly destroyed?: string | undefined
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
    if (restored !== undefined) return await restore(work, restored, options)
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

/** Exit codes: 0 it is as it should be, 1 a person has to see to something that was to be destroyed again. */
async function restore(work: Work, path: string, options: BackupOptions): Promise<number> {
  const { config, print, signal } = work
  const clock = new SystemClock()
  const startedMs = clock.now()
  const keyring = await keyringOf(config)
  const backup = await openBackup(path, keyring, options.identity, signal)
  const listPath = await findList(path, options.destroyed)
  const pending = pendingDestructions(config)
  const database = await openDatabase({ url: config.databaseUrl, dataFolder: config.dataFolder })
  let carried: CarriedOver | undefined
  try {
    const manifest = await restoreBackup(backup, {
      database,
      migrations: MIGRATIONS,
      blobsFolder: join(config.dataFolder, 'blobs'),
      keyring,
      nowMs: startedMs,
      restorationId: new SystemRandom(clock).id('rst'),
      beforeCommit: async (client) => {
        if (listPath !== undefined) carried = await carryOver(client, openCertificateList(listPath), pending)
      },
    })
    const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0)
    print(
      `restored  ${rows} rows, ${manifest.blobs.count} documents, of ${manifest.madeAt}`,
      `audit     ${manifest.audit.size} entries, root ${manifest.audit.root}`,
      `took      ${((clock.now() - startedMs) / 1000).toFixed(1)} s`,
    )
  } catch (error) {
    if (carried) await pending.remove()
    throw error
  } finally {
    await database.close()
  }
  const exitCode = carried === undefined ? noList(print) : await destroyLater(work, carried)
  print(
    'The next start holds every fax that had not ended, until a person releases or cancels it: docs/guides/backup-and-restore.md',
  )
  return exitCode
}

function noList(print: Print): number {
  print('WARNING   No list of destructions was used: whatever was shredded after this backup is back.')
  return 0
}

async function destroyLater({ config, print }: Work, carried: CarriedOver): Promise<number> {
  const { later, newest, foreign, cut } = carried
  const until =
    newest === undefined ? 'holds no certificate of this installation' : `ends ${newest.toISOString()}`
  const others = [
    ...(foreign > 0
      ? [`IGNORED   ${foreign} certificates of other installations: they destroy nothing`]
      : []),
    ...(cut > 0 ? [`IGNORED   ${cut} lines that are no certificate`] : []),
  ]
  print(`list      ${later} certificates that the backup lacks; it ${until}`, ...others)
  const { faxes, documents, accounts, held, left } =
    (later > 0 ? await destroyNow(config, print) : undefined) ?? NOTHING_AGAIN
  print(
    `destroyed ${faxes} faxes, ${accounts} accounts and ${documents} documents again`,
    ...held.map((id) => `HELD      ${id}: it goes when its legal hold is released`),
    ...left.map((each) => `LEFT      ${each}`),
  )
  return left.length > 0 ? 1 : 0
}

const NOTHING_AGAIN: DestroyedAgain = { faxes: 0, documents: 0, accounts: 0, held: [], left: [] }

async function destroyNow(config: Config, print: Print): Promise<DestroyedAgain | undefined> {
  const onDatabaseExit = (sentence: string) => process.stderr.write(`${sentence}\n`)
  try {
    const server = await startServer(config, { onDatabaseExit, serve: false })
    const { queue } = server.services
    try {
      await queue.start()
      return await destroyAgain(server.services, pendingDestructions(config))
    } finally {
      await queue.stop(0)
      await server.close()
    }
  } catch (error) {
    print(
      'NOT YET   They are not destroyed: the next start does it before it serves anything, or does not start.',
    )
    throw error
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
