import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { SchemaStanding } from '../../ports/installation.ts'
import { ensureAppRole } from './app-role.ts'
import { DatabaseError, errorCode } from './errors.ts'
import type { OpenDatabase } from './open.ts'
import { withClient } from './server.ts'

/** What a file `NNNN-name.ts` in the migrations folder exports. It runs once, in a transaction of its own. */
export interface Migration {
  up(db: Kysely<unknown>): Promise<void>
}

interface MigrationFile {
  readonly number: number
  readonly name: string
  readonly checksum: string
  readonly path: string
}

interface AppliedMigration {
  readonly number: number
  readonly name: string
  readonly checksum: string
}

/** Any fixed number serves; it must only be the same in every version of Answerback. */
const MIGRATION_LOCK = 7_204_117_001
const LOCK_LIMIT_MS = 60_000
const FILE_NAME = /^(\d{4})-[a-z0-9-]+\.ts$/

/**
 * Brings the schema up to this version of the code: makes the runtime role, then applies the missing
 * migrations in order. Several processes may start at once: one migrates, the others wait.
 * @param folder holds `0001-….ts`, `0002-….ts`, … without a gap
 * @param options.upTo number of the last migration to apply; a backup of an older version is loaded into the schema it had
 * @returns names of the migrations applied now
 * @throws DatabaseError `migration_edited`, `migration_missing`, `migration_failed`, `schema_newer`, `role_missing`
 */
export async function migrate(
  database: Pick<OpenDatabase, 'kind' | 'owner'>,
  folder: string,
  options: { readonly upTo?: number } = {},
): Promise<string[]> {
  const known = await readMigrations(folder)
  const { upTo = known.length } = options
  if (upTo > known.length) throw schemaNewer(`${upTo}`)
  const files = known.slice(0, upTo)
  const pool = new pg.Pool({ ...database.owner, max: 1 })
  pool.on('error', () => undefined)
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  try {
    return await underLock(pool, async () => {
      await withPooledClient(pool, (client) => ensureAppRole(client, { login: database.kind === 'embedded' }))
      await pool.query(TABLE)
      return applyMissing(pool, db, files)
    })
  } finally {
    // Not db.destroy(), which leaves the pool open when no migration was missing and kysely was never used.
    await pool.end()
  }
}

/**
 * Remembers the migrations this program comes with, so that it can say later how the schema stands to them: another version may migrate it
 * while this one runs, and a newer program may lie on the disk that nobody has started.
 */
export async function rememberSchema(
  database: Pick<OpenDatabase, 'owner'>,
  folder: string,
): Promise<() => Promise<SchemaStanding>> {
  const known = await readMigrations(folder)
  return async () => {
    const applied = await withClient(database.owner, async (client) => {
      const { rows } = await client.query<AppliedMigration>(APPLIED)
      return rows
    })
    try {
      const onDisk = await readMigrations(folder)
      return missingMigrations(known, applied).length + onDisk.length - known.length > 0 ? 'older' : 'same'
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error
      return error.code === 'schema_newer' ? 'newer' : 'edited'
    }
  }
}

const APPLIED = 'select number, name, checksum from schema_migration order by number'

const TABLE = `
  create table if not exists schema_migration (
    number int primary key,
    name text not null,
    checksum text not null,
    applied_at timestamptz not null default now()
  )`

/** The pool has one connection, so a session lock taken through it covers what `work` does through it. */
async function underLock<T>(pool: pg.Pool, work: () => Promise<T>): Promise<T> {
  await pool.query(`set lock_timeout = ${LOCK_LIMIT_MS}`)
  await pool.query('select pg_advisory_lock($1)', [MIGRATION_LOCK])
  try {
    return await work()
  } finally {
    await pool.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK])
  }
}

async function withPooledClient(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<void>,
): Promise<void> {
  const client = await pool.connect()
  await work(client).finally(() => client.release())
}

async function applyMissing(
  pool: pg.Pool,
  db: Kysely<unknown>,
  files: readonly MigrationFile[],
): Promise<string[]> {
  const { rows } = await pool.query<AppliedMigration>(APPLIED)
  const missing = missingMigrations(files, rows)
  for (const file of missing) await apply(db, file)
  return missing.map((file) => file.name)
}

async function apply(db: Kysely<unknown>, file: MigrationFile): Promise<void> {
  const module: unknown = await import(pathToFileURL(file.path).href)
  if (!isMigration(module)) {
    throw new DatabaseError('migration_failed', `The migration ${file.name} exports no function up.`)
  }
  try {
    await db.transaction().execute(async (transaction) => {
      await module.up(transaction)
      const row = { number: file.number, name: file.name, checksum: file.checksum }
      await (transaction as Kysely<MigrationTable>).insertInto('schema_migration').values(row).execute()
    })
  } catch (cause) {
    const sentence = `The migration ${file.name} failed and was rolled back (${errorCode(cause) ?? 'fault'}).`
    throw new DatabaseError('migration_failed', sentence, { cause })
  }
}

interface MigrationTable {
  schema_migration: AppliedMigration
}

function isMigration(module: unknown): module is Migration {
  return typeof module === 'object' && module !== null && 'up' in module && typeof module.up === 'function'
}

/** Reads a migrations folder; the checksum is over the file as it stands. */
async function readMigrations(folder: string): Promise<MigrationFile[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.ts')).sort()
  return Promise.all(
    names.map(async (name, index) => {
      const number = Number(FILE_NAME.exec(name)?.[1])
      if (number !== index + 1) {
        throw new DatabaseError(
          'migration_missing',
          `Migration ${index + 1} is missing: ${name} stands in its place.`,
        )
      }
      const path = join(folder, name)
      const checksum = createHash('sha256')
        .update(await readFile(path))
        .digest('hex')
      return { number, name: basename(name, '.ts'), checksum, path }
    }),
  )
}

/** The files not yet applied; refuses a database whose past is not the past of these files. */
function missingMigrations(
  files: readonly MigrationFile[],
  applied: readonly AppliedMigration[],
): MigrationFile[] {
  if (applied.length > files.length) {
    throw schemaNewer(`${applied.at(-1)?.name}`)
  }
  for (const [index, row] of applied.entries()) {
    const file = files[index]
    if (row.number === file?.number && row.name === file.name && row.checksum === file.checksum) continue
    throw new DatabaseError(
      'migration_edited',
      `The migration ${row.name} was applied in another form than the file ${file?.name} has now: ` +
        'restore the released file; a change needs a migration of its own.',
    )
  }
  return files.slice(applied.length)
}

function schemaNewer(migration: string): DatabaseError {
  return new DatabaseError(
    'schema_newer',
    `The database is at migration ${migration}, which this version does not know: ` +
      'run the newer version of Answerback that made it.',
  )
}
