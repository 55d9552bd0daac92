import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { openFileBlobs } from '../packages/server/src/adapters/blobs/file-blobs.ts'
import { migrate } from '../packages/server/src/adapters/database/migrate.ts'
import { openDatabase } from '../packages/server/src/adapters/database/open.ts'
import { withClient } from '../packages/server/src/adapters/database/server.ts'
import { openFileKeyring } from '../packages/server/src/adapters/keyring/file-keys.ts'
import { openOutside } from '../packages/server/src/backup/envelope.ts'
import { makeBackup } from '../packages/server/src/backup/make-backup.ts'
import { restoreBackup } from '../packages/server/src/backup/restore.ts'
import { MIGRATIONS } from '../packages/server/test/support/test-server.ts'
import type { BenchRow } from './row.ts'
import { printTable } from './support/print-table.ts'

const COMMAND = 'node bench/backup.ts'
const EVENTS = 300_000
const DOCUMENTS = 4_000
const DOCUMENT_BYTES = 65_000
const MEGABYTE = 1e6
/** What 50 GB may take of the 72 hours that the proposed rule allows: the four of our own plan. */
const RESTORE_MB_PER_SECOND_MIN = 50_000 / (4 * 3_600)
const RESIDENT_MB_MAX = 400

interface Measured {
  readonly wallS: number
  readonly cpuS: number
  readonly peakMb: number
}

/** Of this process; PostgreSQL's own time is in the wall clock alone. */
async function measured(work: () => Promise<unknown>): Promise<Measured> {
  let peak = 0
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss())
  }, 10)
  const cpu = process.cpuUsage()
  const started = performance.now()
  await work().finally(() => clearInterval(timer))
  const { user, system } = process.cpuUsage(cpu)
  return { wallS: (performance.now() - started) / 1000, cpuS: (user + system) / 1e6, peakMb: peak / MEGABYTE }
}

/** An installation of one account on our own PostgreSQL, with fsync: events, and documents of random bytes. */
export async function run(): Promise<BenchRow[]> {
  // Not in /tmp, which may be memory; and where the user PostgreSQL runs as may go.
  const folder = await mkdtemp('/var/tmp/answerback-backup-')
  const keyring = await openFileKeyring(join(folder, 'keys'), { create: true })
  const place = (name: string) =>
    mkdir(join(folder, name), { recursive: true }).then(() => join(folder, name))
  const from = await openDatabase({ dataFolder: await place('from') })
  const to = await openDatabase({ dataFolder: await place('to') })
  try {
    const blobs = await openFileBlobs(join(folder, 'from/blobs'), 0)
    await migrate(from, MIGRATIONS)
    const wrapped = await keyring.createAccountKey('acc_zebra')
    await withClient(from.owner, async (client) => {
      await client.query(
        "insert into account (id, name, wrapped_key, created_at) values ('acc_zebra', 'Zebra', $1, now())",
        [wrapped],
      )
      await client.query(
        `insert into event (id, account_id, mode, type, subject_id, sequence, data, created_at)
         select 'evt_' || at, 'acc_zebra', 'live', 'fax.delivered', 'fax_' || at, 1, '{"status":"delivered","pageCount":3}', now()
         from generate_series(1, ${EVENTS}) at`,
      )
      await client.query(
        `insert into document (id, account_id, mode, purpose, media_type, byte_count, blob_key, wrapped_key, details_sealed, created_at)
         select 'doc_' || at, 'acc_zebra', 'live', 'source', 'application/pdf', 1, 'documents/acc_zebra/doc_' || at, '\\x01', '\\x01', now()
         from generate_series(1, ${DOCUMENTS}) at`,
      )
    })
    const content = randomBytes(DOCUMENT_BYTES)
    for (let at = 1; at <= DOCUMENTS; at += 1) {
      await blobs.put(`documents/acc_zebra/doc_${at}`, content, { maxBytes: DOCUMENT_BYTES })
    }
    const path = join(folder, 'one.answerback')
    let bytes = 0
    const source = { database: from.owner, blobs, keyring, program: 'bench' }
    const made = await measured(async () => {
      bytes = (await makeBackup(source, path, 'bak_bench')).bytes
    })
    const target = {
      ...{ database: to, migrations: MIGRATIONS, blobsFolder: join(folder, 'to/blobs'), keyring },
      ...{ nowMs: 0, restorationId: 'rst_bench' },
    }
    const restored = await measured(async () => restoreBackup(await openOutside(path, { keyring }), target))
    return [rowOf('backup', made, bytes), rowOf('restore, read twice', restored, bytes)]
  } finally {
    await from.close()
    await to.close()
    await rm(folder, { recursive: true, force: true })
  }
}

function rowOf(what: string, { wallS, cpuS, peakMb }: Measured, bytes: number): BenchRow {
  const megabytes = bytes / MEGABYTE
  const speed = megabytes / wallS
  return {
    figure: `${what} of ${EVENTS.toLocaleString('en')} events and ${DOCUMENTS.toLocaleString('en')} documents, ${megabytes.toFixed(0)} MB`,
    ours: `${speed.toFixed(0)} MB/s, ${((cpuS / megabytes) * 1000).toFixed(1)} ms of processor time a MB, peak ${peakMb.toFixed(0)} MB`,
    peer: '-',
    ratio: Number.NaN,
    bar: `>= ${RESTORE_MB_PER_SECOND_MIN.toFixed(1)} MB/s, peak <= ${RESIDENT_MB_MAX} MB`,
    met: speed >= RESTORE_MB_PER_SECOND_MIN && peakMb <= RESIDENT_MB_MAX,
    command: COMMAND,
  }
}

if (import.meta.main) printTable(await run())
