import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream'
import type pg from 'pg'
import { withClient } from '../adapters/database/server.ts'
import { Frontier } from '../domain/audit/audit-tree.ts'
import { BlobError, type Blobs } from '../ports/blobs.ts'
import type { Keyring } from '../ports/keyring.ts'
import { BackupError } from './backup-error.ts'
import { copyTarget, readSchema, readSequences, readTables, type Table } from './catalogue.ts'
import { copyOut } from './copy.ts'
import { sealOutside } from './envelope.ts'
import { writeFinalFile } from './final-file.ts'
import { frame, jsonFrame } from './frames.ts'
import type { Manifest, PartHead } from './manifest.ts'
import { RowHash } from './row-hash.ts'

export interface BackupSource {
  /** The role that owns the schema: it reads every table. */
  readonly database: pg.ClientConfig
  readonly blobs: Pick<Blobs, 'get'>
  readonly keyring: Pick<Keyring, 'wrapSecret'>
  /** Name and version of the program, for the manifest. */
  readonly program: string
  /** Gives up; nothing is left behind. */
  readonly signal?: AbortSignal
}

export interface MadeBackup {
  readonly path: string
  readonly bytes: number
  readonly manifest: Manifest
}

/** Schemas before this one cannot tell a restored database from one that went on. */
const SCHEMA_OLDEST = 12
const BLOB_KEYS_AT_ONCE = 500
/** A blob is read in pieces of its file's stream; a frame holds one. */
const DATA_BYTES = 262_144

/**
 * Writes a backup while the server works: everything in one snapshot of the database, and the blobs that it names.
 * @param target a file that is not there yet, or a folder, in which the file is named by `id`
 * @param recipients public halves of recovery keys that can open it too
 * @throws BackupError `exists`, `unreadable`, `schema_too_old`, `wrong_key`; DatabaseError; KeyError
 */
export async function makeBackup(
  source: BackupSource,
  target: string,
  id: string,
  recipients: readonly string[] = [],
): Promise<MadeBackup> {
  const isFolder = (await stat(target).catch(() => undefined))?.isDirectory() === true
  const path = isFolder ? join(target, `${id}.answerback`) : target
  const { lead, encrypt } = await sealOutside(id, source.keyring, recipients)
  return withClient(source.database, async (client) => {
    let manifest: Manifest | undefined
    const keep = (made: Manifest) => {
      manifest = made
    }
    const content = backupContent(client, source, keep)
    const bytes = await writeFinalFile(path, sealed(lead, encrypt, content, source.signal))
    return { path, bytes, manifest: manifest! }
  })
}

async function* sealed(
  lead: Buffer,
  encrypt: Awaited<ReturnType<typeof sealOutside>>['encrypt'],
  content: AsyncIterable<Buffer>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  yield lead
  // A fault of the content destroys the transform, and so ends the loop.
  pipeline(content, encrypt, () => undefined)
  for await (const chunk of encrypt) {
    signal?.throwIfAborted()
    yield chunk
  }
}

async function* backupContent(
  client: pg.Client,
  source: BackupSource,
  done: (manifest: Manifest) => void,
): AsyncGenerator<Buffer> {
  await client.query('begin isolation level repeatable read read only')
  // The blobs are read in the transaction, which is idle meanwhile.
  await client.query('set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0')
  const { madeAt, schema, audit } = await readFacts(client)
  const tables: Manifest['tables'] = []
  for (const table of await readTables(client)) tables.push(yield* tablePart(client, table))
  const sequences = await readSequences(client)
  const blobs = yield* blobParts(client, source)
  await client.query('commit')
  const manifest: Manifest = { madeAt, program: source.program, schema, tables, sequences, blobs, audit }
  done(manifest)
  yield jsonFrame('manifest', manifest)
}

async function readFacts(client: pg.Client): Promise<Pick<Manifest, 'madeAt' | 'schema' | 'audit'>> {
  const schema = await readSchema(client)
  if ((schema.at(-1)?.number ?? 0) < SCHEMA_OLDEST) {
    const sentence =
      'The database is empty, or of an older version: start this version of the server on it once.'
    throw new BackupError('schema_too_old', sentence)
  }
  const { rows } = await client.query<{ at: Date; size: string; frontier: Buffer[] }>(
    'select now() as at, size::text, frontier from audit_tree',
  )
  const { at, size, frontier } = rows[0]!
  const audit = { size: Number(size), root: new Frontier(Number(size), frontier).root().toString('hex') }
  return { madeAt: at.toISOString(), schema, audit }
}

/** A part: its head, its bytes in frames, its end. @param seen is shown every byte */
async function* part(
  head: PartHead,
  bytes: AsyncIterable<Uint8Array>,
  seen: (bytes: Buffer) => void,
): AsyncGenerator<Buffer, { bytes: number; sha256: string }> {
  yield jsonFrame('head', head)
  const digest = createHash('sha256')
  let count = 0
  for await (const chunk of bytes) {
    const view = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
    for (let at = 0; at < view.length; at += DATA_BYTES) {
      const piece = view.subarray(at, at + DATA_BYTES)
      seen(piece)
      digest.update(piece)
      count += piece.length
      yield frame('data', piece)
    }
  }
  const end = { bytes: count, sha256: digest.digest('hex') }
  yield jsonFrame('end', end)
  return end
}

async function* tablePart(
  client: pg.Client,
  table: Table,
): AsyncGenerator<Buffer, Manifest['tables'][number]> {
  const rows = new RowHash()
  const copied = copyOut(client, `copy ${copyTarget(table)} to stdout`)
  const { bytes } = yield* part(
    { part: 'table', name: table.name, columns: [...table.columns] },
    copied,
    (piece) => rows.update(piece),
  )
  return { name: table.name, rows: rows.rows, bytes, rowHash: rows.digest() }
}

async function* blobParts(
  client: pg.Client,
  { blobs, database }: BackupSource,
): AsyncGenerator<Buffer, Manifest['blobs']> {
  const hash = new RowHash()
  const absent: string[] = []
  let bytes = 0
  for await (const key of blobKeys(client)) {
    // The first bytes tell whether it is there, before its part begins.
    const reading = blobs.get(key)[Symbol.asyncIterator]()
    const first = await reading.next().catch(whenGone)
    if (first === undefined) {
      absent.push(key)
      continue
    }
    const end = yield* part({ part: 'blob', key }, resumed(first, reading), () => undefined)
    hash.add(Buffer.from(`${key} ${end.sha256}`))
    bytes += end.bytes
  }
  const lost = await stillNamed(database, absent)
  return { count: hash.rows, bytes, hash: hash.digest(), destroyedMeanwhile: absent.length - lost, lost }
}

async function* blobKeys(client: pg.Client): AsyncGenerator<string> {
  await client.query(
    'declare blob_keys no scroll cursor for select blob_key from document where destroyed_at is null order by id',
  )
  for (;;) {
    const { rows } = await client.query<{ blob_key: string }>(`fetch ${BLOB_KEYS_AT_ONCE} from blob_keys`)
    if (rows.length === 0) return
    for (const row of rows) yield row.blob_key
  }
}

async function* resumed(
  first: IteratorResult<Uint8Array>,
  reading: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  for (let next = first; next.done !== true; next = await reading.next()) yield next.value
}

function whenGone(error: unknown): undefined {
  if (error instanceof BlobError && error.code === 'not_found') return undefined
  throw error
}

/** Of blobs that are not there, how many the database of now, and not only the snapshot, takes to be. */
async function stillNamed(database: pg.ClientConfig, keys: readonly string[]): Promise<number> {
  if (keys.length === 0) return 0
  return withClient(database, async (client) => {
    const { rows } = await client.query<{ count: number }>(
      'select count(*)::int as count from document where blob_key = any($1) and destroyed_at is null',
      [keys],
    )
    return rows[0]!.count
  })
}
