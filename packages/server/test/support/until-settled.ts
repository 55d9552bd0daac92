import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

/**
 * Resolves once readers of the outbox and of the audit log see all that was committed before. Both pass over what a running transaction
 * could still precede, and tests share a PostgreSQL: a transaction of another one holds them back, for milliseconds.
 */
export async function untilSettled(config: pg.ClientConfig): Promise<void> {
  const client = new pg.Client(config)
  await client.connect()
  try {
    const { rows } = await client.query<{ mark: string }>('select pg_current_xact_id()::text as mark')
    for (let settled = false; !settled; ) {
      const answer = await client.query<{ settled: boolean }>(
        'select pg_snapshot_xmin(pg_current_snapshot()) > $1::text::xid8 as settled',
        [rows[0]!.mark],
      )
      settled = answer.rows[0]!.settled
      if (!settled) await sleep(5)
    }
  } finally {
    await client.end()
  }
}
