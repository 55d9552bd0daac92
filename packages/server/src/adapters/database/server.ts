import pg from 'pg'
import { DatabaseError, errorCode } from './errors.ts'

const OLDEST = 150_000
const CONNECT_LIMIT_MS = 10_000

/** Runs `work` on one connection of its own. */
export async function withClient<T>(
  config: pg.ClientConfig,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionTimeoutMillis: CONNECT_LIMIT_MS, ...config })
  // A connection cut while idle reports here; the query in flight rejects by itself.
  client.on('error', () => undefined)
  try {
    await client.connect()
    return await work(client)
  } finally {
    await client.end().catch(() => undefined)
  }
}

/**
 * Reaches the server and checks its version.
 * @returns `server_version_num`
 * @throws DatabaseError `unreachable` or `too_old`. The sentence never holds the URL, which holds a password.
 */
export async function checkServer(config: pg.ClientConfig): Promise<number> {
  const version = await readVersion(config)
  assertSupported(version)
  return version
}

/**
 * @param version `server_version_num`
 * @throws DatabaseError `too_old`
 */
export function assertSupported(version: number): void {
  if (version >= OLDEST) return
  const found = Math.floor(version / 10_000)
  throw new DatabaseError(
    'too_old',
    `The database is PostgreSQL ${found}, and Answerback needs PostgreSQL 15 or newer: upgrade it, ` +
      'or unset DATABASE_URL to use the one Answerback brings.',
  )
}

async function readVersion(config: pg.ClientConfig): Promise<number> {
  try {
    return await withClient(config, async (client) => {
      const { rows } = await client.query<{ version: number }>(
        "select current_setting('server_version_num')::int as version",
      )
      return rows[0]?.version ?? 0
    })
  } catch (cause) {
    const code = errorCode(cause) ?? 'no reply'
    throw new DatabaseError(
      'unreachable',
      `The database named by DATABASE_URL cannot be used (${code}): check that it runs, and its host, user and password.`,
      { cause },
    )
  }
}

/** Makes a database when it is missing. Several processes may ask at once. */
export async function ensureDatabase(config: pg.ClientConfig, name: string): Promise<void> {
  await withClient(config, async (client) => {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name])
    if (rowCount !== 0) return
    await client.query(`create database ${client.escapeIdentifier(name)}`).catch((error: unknown) => {
      // duplicate_database, or the same seen one index earlier.
      if (!['42P04', '23505'].includes(errorCode(error) ?? '')) throw error
    })
  })
}

/** The same server and login, with every session in `role`. */
export function asRole(url: string, role: string): pg.PoolConfig {
  const parsed = new URL(url)
  const given = parsed.searchParams.get('options')
  parsed.searchParams.set('options', [given, `-c role=${role}`].filter(Boolean).join(' '))
  return { connectionString: parsed.href }
}
