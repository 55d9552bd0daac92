import pg from 'pg'
import { PgBoss } from 'pg-boss'
import { JOB_NAMES, QUEUE_OPTIONS, QUEUE_SCHEMA } from './queues.ts'

/** Any fixed number serves; processes that start together install one after the other. */
const INSTALL_LOCK = 7_204_117_002

/**
 * Makes or upgrades pg-boss's tables as the schema's owner, and lets the runtime role use them: it may read and write
 * jobs, never change the schema. Safe to run at every start and from several processes at once.
 *
 * @param owner connection of the role that migrates
 * @param appRole role the server runs as; it must exist
 */
export async function installQueue(owner: pg.PoolConfig, appRole: string): Promise<void> {
  const client = new pg.Client(owner)
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [INSTALL_LOCK])
    await migrateAsOwner(owner)
    await client.query(grants(client.escapeIdentifier(appRole)))
  } finally {
    // Ending the session frees the lock.
    await client.end()
  }
}

async function migrateAsOwner(owner: pg.PoolConfig): Promise<void> {
  const boss = new PgBoss({ ...bossConnection(owner), max: 2, supervise: false, schedule: false })
  const failures: unknown[] = []
  boss.on('error', (error) => failures.push(error))
  await boss.start()
  try {
    for (const name of JOB_NAMES) {
      if (await boss.getQueue(name)) await boss.updateQueue(name, QUEUE_OPTIONS)
      else await boss.createQueue(name, QUEUE_OPTIONS)
    }
  } finally {
    await boss.stop({ graceful: false })
  }
  if (failures.length > 0) throw failures[0]
}

/** Future tables too: an upgrade of pg-boss may add some. */
function grants(role: string): string {
  return `
    grant usage on schema ${QUEUE_SCHEMA} to ${role};
    grant select, insert, update, delete on all tables in schema ${QUEUE_SCHEMA} to ${role};
    grant usage, select on all sequences in schema ${QUEUE_SCHEMA} to ${role};
    grant execute on all functions in schema ${QUEUE_SCHEMA} to ${role};
    alter default privileges in schema ${QUEUE_SCHEMA} grant select, insert, update, delete on tables to ${role};
  `
}

/** What pg-boss takes of a `pg` configuration; it opens a pool of its own. */
export function bossConnection(config: pg.PoolConfig) {
  const { connectionString, host, port, user, password, database, ssl, options } = config
  const given = { connectionString, host, port, user, password, database, ssl, options }
  const present = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  return { ...present, schema: QUEUE_SCHEMA }
}
