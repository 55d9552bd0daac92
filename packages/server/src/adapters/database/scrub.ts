import type { Client } from 'pg'
import { DatabaseError } from './errors.ts'
import type { OpenDatabase } from './open.ts'
import { withClient } from './server.ts'

/** Tables in which a destroyed key or field was overwritten or deleted. */
const TABLES = [
  'document',
  'fax',
  'attempt',
  'received_fax',
  'received_page',
  'received_note',
  'received_words',
]

/** Every round leaves one segment of the log behind; no more lie ready than `max_wal_size` has room for, 32 in ours. */
const ROUNDS_MAX = 100
/** A segment that is not needed is gone after a checkpoint or two; the others are for an archive that catches up meanwhile. */
const KEPT_ROUNDS_MAX = 20

export interface Scrubbed {
  /** Whether the write-ahead log was begun anew too. Only a superuser may, and then it is done or fails. */
  readonly log: 'begun_anew' | 'not_allowed'
}

/**
 * Rewrites what destroyed keys and fields may still lie in. PostgreSQL overwrites nothing: a row's older version stays in its page after
 * `vacuum` as bytes that no row owns, and in the write-ahead log until its segment is used again. Afterwards neither is there. The tables are
 * locked meanwhile, so no server should run.
 * @throws DatabaseError `log_is_kept` when archiving, a replica or a slot keeps older segments, `not_rewritten` when the tables are another's
 */
export async function scrubDatabase({ owner }: Pick<OpenDatabase, 'owner'>): Promise<Scrubbed> {
  return withClient(owner, async (client) => {
    for (const table of TABLES) await rewrite(client, table)
    const { rows } = await client.query<{ rolsuper: boolean }>(
      'select rolsuper from pg_roles where rolname = current_user',
    )
    if (rows[0]?.rolsuper !== true) return { log: 'not_allowed' }
    // Segments that are not needed any more are otherwise renamed for later use, with all that is in them.
    await client.query('alter system set wal_recycle = off')
    await client.query('select pg_reload_conf()')
    try {
      await beginLogAnew(client)
    } finally {
      await client.query('alter system reset wal_recycle')
      await client.query('select pg_reload_conf()')
    }
    return { log: 'begun_anew' }
  })
}

/** Whom a table does not belong to is warned, and PostgreSQL passes over the table as if all were done. */
async function rewrite(client: Client, table: string): Promise<void> {
  const fileOf = async () =>
    (await client.query('select pg_relation_filenode($1::regclass) as file', [table])).rows
  const [before] = await fileOf()
  await client.query(`vacuum (full, analyze) ${table}`)
  const [after] = await fileOf()
  if (before.file !== after.file) return
  throw new DatabaseError(
    'not_rewritten',
    'PostgreSQL did not rewrite the tables, and what was destroyed may be in them: the user in DATABASE_URL must own them, or the database.',
  )
}

/**
 * Goes on, segment by segment, until the one in use was made after all others were gone. That a checkpoint was asked for says little:
 * the checkpointer hears of the setting when it hears of it, and segments renamed before lie ahead with their old content.
 */
async function beginLogAnew(client: Client): Promise<void> {
  let roundsAlone = 0
  let roundsKept = 0
  let oldest = ''
  for (let round = 0; round < ROUNDS_MAX && roundsKept < KEPT_ROUNDS_MAX; round += 1) {
    // What is left of a segment is filled with zeros.
    await client.query('select pg_switch_wal()')
    await client.query('checkpoint')
    const { rows } = await client.query<{ current: string; names: string[] }>(
      `select pg_walfile_name(pg_current_wal_lsn()) as current, array_agg(name order by name) as names
       from pg_ls_waldir() where name ~ '^[0-9A-F]{24}$'`,
    )
    const { current, names } = rows[0]!
    roundsAlone = names.length === 1 && names[0] === current ? roundsAlone + 1 : 0
    // The second in a row is new: when it was begun nothing lay ahead.
    if (roundsAlone === 2) return
    roundsKept = names[0] === oldest ? roundsKept + 1 : 0
    oldest = names[0]!
  }
  throw new DatabaseError(
    'log_is_kept',
    'PostgreSQL keeps older parts of its write-ahead log, and what was destroyed may be in them: end replication slots and replicas, let archiving catch up, and scrub again.',
  )
}
