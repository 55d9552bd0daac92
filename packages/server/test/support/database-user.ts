import type pg from 'pg'
import { APP_ROLE } from '../../src/adapters/database/app-role.ts'
import type { TestDatabaseFaces } from './test-server.ts'

/** Other test files give the same role to others at the same time. */
const TRIES = 20

/**
 * A user of the database as `docs/compliance/operator-security.md` has the operator make one: it owns the database, may become the role the
 * server runs as, and nothing more.
 */
export async function databaseUser(
  superuser: pg.Client,
  { owner }: TestDatabaseFaces,
): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `zebra_${process.pid}_${Math.random().toString(36).slice(2, 8)}`
  const { rows } = await superuser.query<{ database: string }>('select current_database() as database')
  const { database } = rows[0]!
  await superuser.query(`create role ${name} login password 'zebra'`)
  await superuser.query(`alter database ${database} owner to ${name}`)
  await superuser.query(`create role ${APP_ROLE} nologin`).catch(() => undefined)
  await grant(superuser, name)
  return {
    url: urlOf(owner, name, database),
    async drop() {
      await superuser.query(`reassign owned by ${name} to current_user; drop owned by ${name}`)
      await superuser.query(`revoke ${APP_ROLE} from ${name}; drop role ${name}`)
    },
  }
}

async function grant(superuser: pg.Client, name: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await superuser.query(`grant ${APP_ROLE} to ${name}`)
      return
    } catch (error) {
      if (attempt === TRIES) throw error
    }
  }
}

/** Our own PostgreSQL is reached by its socket, another one as its address says. */
function urlOf({ connectionString, host }: pg.PoolConfig, user: string, database: string): string {
  const url = new URL(connectionString ?? 'postgres://localhost')
  url.username = user
  url.password = 'zebra'
  url.pathname = `/${database}`
  if (connectionString === undefined) url.searchParams.set('host', host ?? '')
  return url.href
}
