import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { APP_ROLE } from './app-role.ts'
import { DatabaseError } from './errors.ts'
import { type DatabaseConfig, type OpenDatabase, openDatabase } from './open.ts'
import { checkServer } from './server.ts'

/** Line of `postmaster.pid` with the folder of the socket (PostgreSQL 18, `pidfile.h`: LOCK_FILE_LINE_SOCKET_DIR). */
const SOCKET_LINE = 5
const OWNER = 'answerback'
const DATABASE = 'answerback'

/**
 * Opens the database beside a server that may be running on it: our own PostgreSQL then serves both, and goes on when this is closed.
 * @throws DatabaseError
 */
export async function attachDatabase(config: DatabaseConfig): Promise<OpenDatabase> {
  if (config.url !== undefined) return openDatabase(config)
  try {
    return await openDatabase(config)
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== 'in_use') throw error
    return attach(config.dataFolder, error)
  }
}

async function attach(dataFolder: string, inUse: DatabaseError): Promise<OpenDatabase> {
  const path = join(dataFolder, 'postgres', 'data', 'postmaster.pid')
  const host = (await readFile(path, 'utf8').catch(() => '')).split('\n')[SOCKET_LINE - 1]
  if (!host?.startsWith('/')) throw inUse
  const owner = { host, user: OWNER, database: DATABASE, password: '' }
  const serverVersion = await checkServer(owner)
  return {
    kind: 'embedded',
    serverVersion,
    owner,
    app: { ...owner, user: APP_ROLE },
    close: async () => undefined,
  }
}
