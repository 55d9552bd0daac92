import { join } from 'node:path'
import { openCertificateList } from './adapters/certificate-list/certificate-list.ts'
import { openDatabase } from './adapters/database/open.ts'
import { SystemClock } from './adapters/system/clock.ts'
import { SystemRandom } from './adapters/system/random.ts'
import { type DestroyedAgain, destroyAgain } from './application/restore/destroy-again.ts'
import { type CarriedOver, carryOver, findList } from './backup/later-destructions.ts'
import { restoreBackup } from './backup/restore.ts'
import {
  type BackupOptions,
  keyringOf,
  MIGRATIONS,
  openBackup,
  type Print,
  type Work,
} from './backup-work.ts'
import type { Config } from './config/config.ts'
import { pendingDestructions } from './destructions.ts'
import { startServer } from './server.ts'

/** `answerback restore`. Exit codes: 0 it is as it should be, 1 a person has to see to something that was to be destroyed again. */
export async function restore(work: Work, path: string, options: BackupOptions): Promise<number> {
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
