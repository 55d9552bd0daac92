import { join } from 'node:path'
import type pg from 'pg'
import { APP_ROLE } from './app-role.ts'
import { startCluster } from './embedded/cluster.ts'
import type { Durability } from './embedded/settings.ts'
import { asRole, checkServer, ensureDatabase } from './server.ts'

export interface DatabaseConfig {
  /** `postgres://…` of any PostgreSQL 15 or newer (`DATABASE_URL`); without it our own PostgreSQL is started. */
  readonly url?: string | undefined
  /** Folder under which our own PostgreSQL keeps its files (`postgres/` in it). */
  readonly dataFolder: string
  /** Our own PostgreSQL only; default `full`. `none` is for scratch clusters of tests. */
  readonly durability?: Durability
  /** Our own PostgreSQL ended by itself. The message holds no data; the process should end. */
  readonly onExit?: (sentence: string) => void
}

/** A database ready to be migrated and used. Its two faces are `pg.Pool` configurations. */
export interface OpenDatabase {
  readonly kind: 'embedded' | 'external'
  /** `server_version_num`, such as 180004. */
  readonly serverVersion: number
  /** May change the schema: for `migrate` alone. */
  readonly owner: pg.PoolConfig
  /** What the server runs as, in the role `answerback_app`; usable once `migrate` has run. */
  readonly app: pg.PoolConfig
  /** Stops our own PostgreSQL; pools must be ended before. For an external one there is nothing to do. */
  close(): Promise<void>
}

/** Database name in our own PostgreSQL. */
const DATABASE = 'answerback'

/**
 * Finds or starts the database.
 * @throws DatabaseError with a sentence for the operator.
 */
export async function openDatabase(config: DatabaseConfig): Promise<OpenDatabase> {
  if (config.url !== undefined) return openExternal(config.url)
  const cluster = await startCluster({
    folder: join(config.dataFolder, 'postgres'),
    ...(config.durability === undefined ? {} : { durability: config.durability }),
    ...(config.onExit === undefined ? {} : { onExit: config.onExit }),
  })
  try {
    const login = { host: cluster.host, user: cluster.owner, ...NO_PASSWORD }
    await ensureDatabase({ ...login, database: 'postgres' }, DATABASE)
    const owner = { ...login, database: DATABASE }
    const serverVersion = await checkServer(owner)
    const app = { ...owner, user: APP_ROLE }
    return { kind: 'embedded', serverVersion, owner, app, close: cluster.close }
  } catch (error) {
    await cluster.close()
    throw error
  }
}

async function openExternal(url: string): Promise<OpenDatabase> {
  const owner: pg.PoolConfig = { connectionString: url }
  const serverVersion = await checkServer(owner)
  return { kind: 'external', serverVersion, owner, app: asRole(url, APP_ROLE), close: async () => undefined }
}

/** The socket's folder admits only us, so nobody is asked for a password; a stray PGPASSWORD is not sent. */
const NO_PASSWORD = { password: '' }
