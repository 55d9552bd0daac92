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

/**
 * Rewrites what destroyed keys and fields may still lie in. PostgreSQL overwrites nothing: a row's older version stays in its page after
 * `vacuum` as bytes that no row owns, and in the write-ahead log until its segment is used again. Afterwards neither is there. The tables are
 * locked meanwhile, so no server should run.
 */
export async function scrubDatabase({ owner }: Pick<OpenDatabase, 'owner'>): Promise<void> {
  await withClient(owner, async (client) => {
    for (const table of TABLES) await client.query(`vacuum (full, analyze) ${table}`)
    // Segments that are not needed any more are otherwise renamed for later use, with all that is in them.
    const { rows } = await client.query<{ rolsuper: boolean }>(
      'select rolsuper from pg_roles where rolname = current_user',
    )
    if (rows[0]?.rolsuper !== true) return
    await client.query('alter system set wal_recycle = off')
    await client.query('select pg_reload_conf()')
    try {
      await client.query('select pg_switch_wal()')
      // Segments before the last checkpoint's are removed by the next but one at the latest.
      for (let count = 0; count < 2; count += 1) await client.query('checkpoint')
    } finally {
      await client.query('alter system reset wal_recycle')
      await client.query('select pg_reload_conf()')
    }
  })
}
