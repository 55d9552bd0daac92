import type pg from 'pg'

/** More transactions than the old server can have made after the backup: cursors it gave out then stay behind what is to come. */
const TRANSACTIONS_LOST_MAX = 2n ** 32n

/**
 * Makes of tables that were just loaded an installation that knows it was restored, in the transaction of the load: nobody holds anything
 * any more, nobody is signed in, events go on after the old ones, and no fax is worked on before `settleRestored` has looked at it.
 */
export async function markRestored(
  client: pg.ClientBase,
  restoration: { readonly id: string; readonly backupMadeAt: string; readonly restoredAt: Date },
): Promise<void> {
  const { id, backupMadeAt, restoredAt } = restoration
  // Lost, and not free: whoever held them may have done anything.
  await client.query('update fax set lease_until = to_timestamp(0) where lease_until is not null')
  await client.query('update received_fax set lease_until = to_timestamp(0) where lease_until is not null')
  await client.query('update webhook_delivery set lease_until = null where lease_until is not null')
  await client.query('update notice set lease_until = null where lease_until is not null')
  await client.query('delete from destination_slot')
  await client.query('delete from trunk_call')
  // A session may have been ended since, by somebody who had a reason.
  await client.query("update session set ended_at = $1, end_reason = 'restored' where ended_at is null", [
    restoredAt,
  ])
  await goOnCounting(client)
  await client.query(`insert into restoration (id, backup_made_at, restored_at) values ($1, $2, $3)`, [
    id,
    backupMadeAt,
    restoredAt,
  ])
}

/**
 * Events are ordered by the transaction that wrote them, and this cluster counts its own from elsewhere. What is restored keeps its numbers,
 * which readers hold as cursors, and the new ones are moved past them.
 */
async function goOnCounting(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ last: string }>(
    'select coalesce(max(xid::text::numeric), 0)::text as last from event',
  )
  const ahead = BigInt(rows[0]!.last) + TRANSACTIONS_LOST_MAX
  const moved = (transaction: string) => `((${transaction}::text::numeric + ${ahead})::text)::xid8`
  await client.query(
    `create or replace function event_horizon() returns xid8 language sql stable as
       'select ${moved('pg_snapshot_xmin(pg_current_snapshot())')}'`,
  )
  await client.query(`alter table event alter column xid set default ${moved('pg_current_xact_id()')}`)
}
