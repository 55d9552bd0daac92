import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type pg from 'pg'
import { openFileBlobs } from '../adapters/blobs/file-blobs.ts'
import { openDatabase } from '../adapters/database/open.ts'
import { withClient } from '../adapters/database/server.ts'
import { Frontier } from '../domain/audit/audit-tree.ts'
import type { Blobs } from '../ports/blobs.ts'
import { KeyError, type Keyring } from '../ports/keyring.ts'
import { copyTarget, readTables } from './catalogue.ts'
import { copyOut } from './copy.ts'
import type { OpenBackup } from './envelope.ts'
import type { Manifest } from './manifest.ts'
import { restoreBackup } from './restore.ts'
import { RowHash } from './row-hash.ts'

export interface DrillPlace {
  /** A folder of its own is made in it, and removed. */
  readonly scratch: string
  readonly migrations: string
  readonly keyring: Pick<Keyring, 'account'>
  now(): number
  /** Gives up; nothing is left behind. */
  readonly signal?: AbortSignal
}

/** One comparison of what was restored with what the backup says it holds. */
export interface DrillLine {
  readonly what: string
  readonly wanted: string
  readonly found: string
}

export interface DrillReport {
  readonly madeAt: string
  /** From the first byte read to the last comparison. */
  readonly seconds: number
  readonly rows: number
  readonly blobs: number
  readonly bytes: number
  readonly lines: readonly DrillLine[]
}

const SAMPLE = 50
const HASHES_AT_ONCE = 10_000

/**
 * Restores a backup to a PostgreSQL and a folder of the drill's own, compares all of it with the manifest, decrypts a sample of documents,
 * works out the audit's root anew, and leaves nothing behind.
 * @throws BackupError, DatabaseError when it cannot be restored at all
 */
export async function drillBackup(backup: OpenBackup, place: DrillPlace): Promise<DrillReport> {
  const startedMs = place.now()
  const folder = await mkdtemp(join(place.scratch, 'drill-'))
  try {
    const database = await openDatabase({ dataFolder: folder, durability: 'none' })
    const stop = () => void database.close()
    place.signal?.addEventListener('abort', stop)
    try {
      const blobsFolder = join(folder, 'blobs')
      const { migrations, keyring } = place
      const target = {
        database,
        migrations,
        blobsFolder,
        keyring,
        nowMs: startedMs,
        restorationId: undefined,
      }
      const manifest = await restoreBackup(backup, target)
      const blobs = await openFileBlobs(blobsFolder, startedMs)
      const lines = await withClient(database.owner, (client) => compare(client, blobs, keyring, manifest))
      return { ...sums(manifest), seconds: (place.now() - startedMs) / 1000, lines }
    } finally {
      place.signal?.removeEventListener('abort', stop)
      await database.close()
    }
  } finally {
    // What PostgreSQL writes last may come while the folder is emptied.
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
  }
}

/** Whether everything restored is what the backup says. */
export function hasPassed({ lines }: DrillReport): boolean {
  return lines.every(({ wanted, found }) => wanted === found)
}

async function compare(
  client: pg.Client,
  blobs: Blobs,
  keyring: Pick<Keyring, 'account'>,
  manifest: Manifest,
): Promise<DrillLine[]> {
  return [
    ...(await compareTables(client, manifest)),
    await compareBlobs(blobs, manifest),
    {
      what: 'blobs the backup lacks though nobody destroyed them',
      wanted: '0',
      found: `${manifest.blobs.lost}`,
    },
    await decryptSample(client, blobs, keyring),
    await compareAudit(client, manifest),
  ]
}

async function compareTables(client: pg.Client, manifest: Manifest): Promise<DrillLine[]> {
  const lines: DrillLine[] = []
  for (const table of await readTables(client)) {
    const wanted = manifest.tables.find(({ name }) => name === table.name)
    const rows = new RowHash()
    for await (const bytes of copyOut(client, `copy ${copyTarget(table)} to stdout`)) rows.update(bytes)
    lines.push({
      what: `table ${table.name}`,
      wanted: wanted ? `${wanted.rows} rows ${wanted.rowHash.slice(0, 16)}` : 'no such table',
      found: `${rows.rows} rows ${rows.digest().slice(0, 16)}`,
    })
  }
  return lines
}

async function compareBlobs(blobs: Blobs, { blobs: wanted }: Manifest): Promise<DrillLine> {
  const hash = new RowHash()
  for await (const { key } of blobs.list('documents')) {
    const digest = createHash('sha256')
    for await (const bytes of blobs.get(key)) digest.update(bytes)
    hash.add(Buffer.from(`${key} ${digest.digest('hex')}`))
  }
  return {
    what: 'blobs',
    wanted: `${wanted.count} blobs ${wanted.hash.slice(0, 16)}`,
    found: `${hash.rows} blobs ${hash.digest().slice(0, 16)}`,
  }
}

interface SampleRow {
  readonly id: string
  readonly blob_key: string
  readonly wrapped_key: Buffer
  readonly account_id: string
  readonly account_key: Buffer
}

/** Opens documents from all over the table with the keys at hand. */
async function decryptSample(
  client: pg.Client,
  blobs: Blobs,
  keyring: Pick<Keyring, 'account'>,
): Promise<DrillLine> {
  const { rows } = await client.query<SampleRow>(
    `select document.id, blob_key, document.wrapped_key, account_id, account.wrapped_key as account_key
     from document join account on account.id = account_id
     where destroyed_at is null order by md5(document.id) limit $1`,
    [SAMPLE],
  )
  let sampled = 0
  let opened = 0
  for (const row of rows) {
    if ((await blobs.head(row.blob_key)) === undefined) continue
    sampled += 1
    if (await opens(row, blobs, keyring)) opened += 1
  }
  return { what: 'documents decrypted', wanted: `${sampled}`, found: `${opened}` }
}

async function opens(row: SampleRow, blobs: Blobs, keyring: Pick<Keyring, 'account'>): Promise<boolean> {
  try {
    const keys = await keyring.account(row.account_id, row.account_key)
    const decrypt = keys.document(row.id, row.wrapped_key).decryptStream()
    const whole = new Promise<void>((resolve, reject) =>
      decrypt.on('end', resolve).on('error', reject).resume(),
    )
    whole.catch(() => undefined)
    for await (const bytes of blobs.get(row.blob_key)) decrypt.write(bytes)
    decrypt.end()
    await whole
    return true
  } catch (error) {
    if (error instanceof KeyError) return false
    throw error
  }
}

/** The root over all leaves, from the leaves themselves and not from what was noted of them. */
async function compareAudit(client: pg.Client, { audit }: Manifest): Promise<DrillLine> {
  const frontier = new Frontier()
  await client.query('begin')
  await client.query('declare leaves no scroll cursor for select hash from audit_leaf order by index')
  for (;;) {
    const { rows } = await client.query<{ hash: Buffer }>(`fetch ${HASHES_AT_ONCE} from leaves`)
    if (rows.length === 0) break
    for (const { hash } of rows) frontier.append(hash)
  }
  await client.query('commit')
  const found = `${frontier.size} leaves ${frontier.root().toString('hex').slice(0, 16)}`
  return { what: 'audit root', wanted: `${audit.size} leaves ${audit.root.slice(0, 16)}`, found }
}

function sums({ madeAt, tables, blobs }: Manifest) {
  return {
    madeAt,
    rows: tables.reduce((sum, { rows }) => sum + rows, 0),
    blobs: blobs.count,
    bytes: blobs.bytes + tables.reduce((sum, { bytes }) => sum + bytes, 0),
  }
}
