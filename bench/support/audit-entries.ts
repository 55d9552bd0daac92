import pg from 'pg'
import type { Scope } from '../../packages/server/src/ports/store/scope.ts'

/** Entries as accepting faxes writes them, ten a second, by the database itself. */
export async function writeEntries(
  owner: pg.PoolConfig,
  { accountId, mode }: Scope,
  count: number,
): Promise<void> {
  const client = new pg.Client(owner as pg.ClientConfig)
  await client.connect()
  try {
    await client.query(
      `insert into audit_entry (account_id, mode, at, actor_kind, actor_id, request_id, action, subject_id, detail, parties_sealed)
       select $1, $2, timestamptz '2025-12-01' + serial * interval '100 milliseconds', 'key', 'key_01jbench0000000000000000a',
         'req_' || lpad(serial::text, 26, '0'), 'fax.accepted', 'fax_' || lpad(serial::text, 26, '0'),
         jsonb_build_object('documents', 1, 'status', 'queued', 'pages', serial % 20), decode(repeat(md5(serial::text), 5), 'hex')
       from generate_series(1, $3::integer) serial`,
      [accountId, mode, count],
    )
    await client.query('vacuum analyze audit_entry')
  } finally {
    await client.end()
  }
}
