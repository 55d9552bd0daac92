import { sql } from 'kysely'
import type { AccountObstacle, ClosedAccount } from '../../../ports/store/account-store.ts'
import type { Database } from '../connection/connection.ts'
import { NOTHING } from '../schema/columns.ts'

/** What must be gone first, the most serious first. Held until the transaction ends: nothing new comes to the account meanwhile. */
export async function accountObstacle(
  database: Database,
  accountId: string,
): Promise<AccountObstacle | undefined> {
  await sql`select id from account where id = ${accountId} for update`.execute(database)
  const { rows } = await sql<{ obstacle: AccountObstacle }>`
    select 'hold' as obstacle from legal_hold where account_id = ${accountId} and released_at is null
    union all select 'fax' from fax where account_id = ${accountId} and ended_at is null
    union all select 'call' from received_fax where account_id = ${accountId} and ended_at is null
    union all select 'trunk' from trunk where account_id = ${accountId}
    union all select 'provider' from provider where account_id = ${accountId}
    union all select 'number' from phone_number where account_id = ${accountId} and released_at is null
    union all select 'webhook' from webhook where account_id = ${accountId} and status = 'enabled'
    limit 1`.execute(database)
  return rows[0]?.obstacle
}

/**
 * Destroys the account's key, and with it whatever it or a key under it encrypted; also the keys of its documents, what is not encrypted about its
 * faxes, and everything that would still be done for it. Ids, statuses, counts and times stay, and the audit.
 */
export async function closeAccount(database: Database, accountId: string, at: Date): Promise<ClosedAccount> {
  const before = await sql<{ wrapped_key: Buffer }>`
    select wrapped_key from account where id = ${accountId}`.execute(database)
  const documents = await sql`
    with destroyed as (
      update document set wrapped_key = ${NOTHING}, details_sealed = ${NOTHING}, destroyed_at = ${at}::timestamptz
      where account_id = ${accountId} and destroyed_at is null
      returning blob_key)
    insert into doomed_blob (blob_key, account_id) select blob_key, ${accountId} from destroyed
    on conflict do nothing`.execute(database)
  const sent = await sql`
    update fax set shredded_at = coalesce(shredded_at, ${at}::timestamptz), content_deleted_at = coalesce(content_deleted_at, ${at}::timestamptz),
      to_sealed = ${NOTHING}, to_hash = ${NOTHING}, to_slot = ${NOTHING}, content_hash = ${NOTHING}, from_sealed = null,
      details_sealed = ${NOTHING}, patient_sealed = null, patient_hash = null, tags = '{}'
    where account_id = ${accountId}`.execute(database)
  const received = await sql`
    update received_fax set shredded_at = coalesce(shredded_at, ${at}::timestamptz),
      content_deleted_at = coalesce(content_deleted_at, ${at}::timestamptz), examined_at = coalesce(examined_at, ${at}::timestamptz),
      to_sealed = ${NOTHING}, to_hash = ${NOTHING}, from_sealed = null, from_hash = null, content_hash = null, remote_id_sealed = null,
      remote_nsf_sealed = null, timeline_sealed = null, patient_sealed = null, patient_hash = null, spam_reason = null, text_state = 'none',
      due_at = null
    where account_id = ${accountId}`.execute(database)
  for (const table of ['received_note', 'received_words', 'route_memory', 'idempotency_key']) {
    await sql`delete from ${sql.table(table)} where account_id = ${accountId}`.execute(database)
  }
  await sql`
    update notice set status = 'failed', ended_at = ${at}::timestamptz, next_attempt_at = null
    where account_id = ${accountId} and status = 'pending'`.execute(database)
  await sql`
    update webhook_delivery set status = 'failed', ended_at = ${at}::timestamptz, next_attempt_at = null
    where account_id = ${accountId} and status = 'pending'`.execute(database)
  await sql`
    update api_key set revoked_at = ${at}::timestamptz
    where account_id = ${accountId} and revoked_at is null`.execute(database)
  await sql`
    update member set status = 'disabled', changed_at = ${at}::timestamptz
    where account_id = ${accountId} and status = 'active'`.execute(database)
  await sql`
    update account set wrapped_key = ${NOTHING}, key_rotated_at = null where id = ${accountId}`.execute(
    database,
  )
  return {
    wrappedKey: before.rows[0]?.wrapped_key ?? NOTHING,
    sent: Number(sent.numAffectedRows ?? 0n),
    received: Number(received.numAffectedRows ?? 0n),
    documents: Number(documents.numAffectedRows ?? 0n),
  }
}
