import { sql } from 'kysely'
import type { AccountRow } from '../../ports/store/account-store.ts'
import type { ApiKeyRow } from '../../ports/store/api-key-store.ts'
import type { AuditLog } from '../../ports/store/audit-store.ts'
import type {
  NewAccountKey,
  RewrappedDocument,
  WrappedDocument,
  WrappedPlace,
} from '../../ports/store/keyring-store.ts'
import type { RateUse } from '../../ports/store/limit-store.ts'
import type { PeopleDirectory } from '../../ports/store/people-store.ts'
import type { AccountObstacle, ClosedAccount } from '../../ports/store/retention-store.ts'
import type { Scope } from '../../ports/store/scope.ts'
import type { SystemTx } from '../../ports/store/store.ts'
import type { TrunkTaken } from '../../ports/store/trunk-store.ts'
import { readAccount } from './account/accounts.ts'
import { accountObstacle, closeAccount } from './account/close-account.ts'
import {
  accountsNotWrappedBy,
  countAccountsNotWrappedBy,
  countDocumentsNotUnder,
  documentsNotUnder,
  installationKey,
  keepInstallationKey,
  replaceAccountKey,
  replaceDocumentKeys,
  replaceWrapped,
  rotatingAccounts,
  wrappedSecrets,
} from './account/keyring-rows.ts'
import { PostgresRateLedger } from './account/rate-ledger.ts'
import { PostgresAuditLog } from './audit/audit-log.ts'
import type { Database } from './connection/connection.ts'
import { lostNumberOrders } from './numbers/number-orders.ts'
import { PostgresPeople } from './people/people.ts'
import { toFields } from './schema/casing.ts'
import { takeTrunkCall } from './trunks/trunk-calls.ts'

interface ScopedId {
  readonly id: string
  readonly account_id: string
  readonly mode: 'test' | 'live'
}

function scoped(row: ScopedId): { scope: Scope; id: string } {
  return { scope: { accountId: row.account_id, mode: row.mode }, id: row.id }
}

export class PostgresSystem implements SystemTx {
  readonly #database: Database
  readonly #rates: PostgresRateLedger
  readonly auditLog: AuditLog
  readonly people: PeopleDirectory

  constructor(database: Database) {
    this.#database = database
    this.#rates = new PostgresRateLedger(database)
    this.auditLog = new PostgresAuditLog(database)
    this.people = new PostgresPeople(database)
  }

  shareRates(uses: readonly RateUse[]): Promise<ReadonlyMap<string, number>> {
    return this.#rates.shareRates(uses)
  }

  forgetRates(): Promise<void> {
    return this.#rates.forgetRates()
  }

  async createAccount(account: AccountRow): Promise<void> {
    await this.#database
      .insertInto('account')
      .values({
        id: account.id,
        name: account.name,
        wrapped_key: account.wrappedKey,
        test_clock_offset_ms: account.testClockOffsetMs,
        settings: JSON.stringify(account.settings),
        created_at: account.createdAt,
      })
      .execute()
  }

  async listAccounts(): Promise<AccountRow[]> {
    const rows = await this.#database
      .selectFrom('account')
      .selectAll()
      // Closed ones have no key any more.
      .where(sql<boolean>`octet_length(wrapped_key) > 0`)
      .orderBy('id')
      .execute()
    return rows.map(readAccount)
  }

  async findApiKey(hash: Buffer): Promise<ApiKeyRow | undefined> {
    const row = await this.#database
      .selectFrom('api_key')
      .selectAll()
      .where('hash', '=', hash)
      .executeTakeFirst()
    return row && toFields(row)
  }

  async dueFaxes(now: Date, limit: number): Promise<{ scope: Scope; id: string; priority: number }[]> {
    const { rows } = await sql<ScopedId & { priority: number }>`
      select fax.id, fax.account_id, fax.mode, fax.priority
      from fax join account on account.id = fax.account_id
      where fax.next_action_at is not null
        and fax.next_action_at <= ${now}::timestamptz
          + case fax.mode when 'test' then account.test_clock_offset_ms else 0 end * interval '1 millisecond'
        and (fax.lease_until is null or fax.lease_until <= ${now})
      order by fax.priority desc, fax.next_action_at
      limit ${limit}
    `.execute(this.#database)
    return rows.map((row) => ({ ...scoped(row), priority: row.priority }))
  }

  async lostNumberOrders(before: Date, limit: number): Promise<{ scope: Scope; id: string }[]> {
    const { rows } = await lostNumberOrders(before, limit).execute(this.#database)
    return rows.map(scoped)
  }

  async dueDeliveries(now: Date, limit: number): Promise<{ scope: Scope; id: string }[]> {
    const { rows } = await sql<ScopedId>`
      select delivery.id, delivery.account_id, delivery.mode
      from webhook_delivery delivery join account on account.id = delivery.account_id
      where delivery.next_attempt_at is not null
        and (delivery.lease_until is null or delivery.lease_until <= ${now})
        and delivery.next_attempt_at <= ${now}::timestamptz
          + case delivery.mode when 'test' then account.test_clock_offset_ms else 0 end * interval '1 millisecond'
      order by delivery.next_attempt_at
      limit ${limit}
    `.execute(this.#database)
    return rows.map(scoped)
  }

  async lostLeases(now: Date, limit: number): Promise<{ scope: Scope; id: string }[]> {
    const rows = await this.#database
      .selectFrom('fax')
      .select(['id', 'account_id', 'mode'])
      .where('lease_until', '<=', now)
      .orderBy('lease_until')
      .limit(limit)
      .execute()
    return rows.map(scoped)
  }

  async takeDestination(
    slot: Buffer,
    faxId: string,
    places: number,
    now: Date,
    until: Date,
  ): Promise<boolean> {
    // The fax's own place comes first, so that taking twice holds one place. Two takers of the last place meet in the
    // primary key: the second one's update finds a running lease and changes nothing.
    const { rows } = await sql`
      insert into destination_slot as held (slot, place, fax_id, lease_until)
      select ${slot}::bytea, place.place, ${faxId}, ${until}::timestamptz
      from generate_series(1, ${places}::integer) place (place)
        left join destination_slot taken on taken.slot = ${slot}::bytea and taken.place = place.place
      where (taken.fax_id is null or taken.fax_id = ${faxId} or taken.lease_until <= ${now}::timestamptz)
      order by taken.fax_id = ${faxId} desc nulls last, place.place
      limit 1
      on conflict (slot, place) do update set fax_id = excluded.fax_id, lease_until = excluded.lease_until
        where held.fax_id = excluded.fax_id or held.lease_until <= ${now}::timestamptz
      returning place
    `.execute(this.#database)
    return rows.length > 0
  }

  async renewDestination(slot: Buffer, faxId: string, until: Date): Promise<void> {
    await this.#database
      .updateTable('destination_slot')
      .set({ lease_until: until })
      .where('slot', '=', slot)
      .where('fax_id', '=', faxId)
      .execute()
  }

  async releaseDestination(slot: Buffer, faxId: string): Promise<{ scope: Scope; id: string } | undefined> {
    await this.#database
      .deleteFrom('destination_slot')
      .where('slot', '=', slot)
      .where('fax_id', '=', faxId)
      .execute()
    const row = await this.#database
      .selectFrom('fax')
      .select(['id', 'account_id', 'mode'])
      .where('to_slot', '=', slot)
      .where('waiting_since', 'is not', null)
      .orderBy('priority', 'desc')
      .orderBy('id')
      .limit(1)
      .executeTakeFirst()
    return row && scoped(row)
  }

  async waitingForTrunks(trunkIds: readonly string[]): Promise<{ scope: Scope; id: string } | undefined> {
    const row = await this.#database
      .selectFrom('fax')
      .select(['id', 'account_id', 'mode'])
      .where('waiting_trunks', 'is not', null)
      .where(sql<boolean>`waiting_trunks && ${[...trunkIds]}::text[]`)
      .orderBy('priority', 'desc')
      .orderBy('id')
      .limit(1)
      .executeTakeFirst()
    return row && scoped(row)
  }

  takeTrunkCall(wanted: Parameters<SystemTx['takeTrunkCall']>[0]): Promise<TrunkTaken> {
    return takeTrunkCall(this.#database, wanted)
  }

  async renewTrunkCall(faxId: string, until: Date): Promise<void> {
    await this.#database
      .updateTable('trunk_call')
      .set({ lease_until: until })
      .where('fax_id', '=', faxId)
      .execute()
  }

  async releaseTrunkCall(faxId: string): Promise<void> {
    await this.#database.deleteFrom('trunk_call').where('fax_id', '=', faxId).execute()
  }

  async trunkOwner(trunkId: string): Promise<string | undefined> {
    const row = await this.#database
      .selectFrom('trunk')
      .select('account_id')
      .where('id', '=', trunkId)
      .executeTakeFirst()
    return row?.account_id
  }

  async dueAssociates(now: Date, limit: number): Promise<{ scope: Scope; id: string }[]> {
    const rows = await this.#database
      .selectFrom('associate')
      .select(['id', 'account_id', 'mode'])
      .where('next_look_at', '<=', now)
      .orderBy('next_look_at')
      .limit(limit)
      .execute()
    return rows.map(scoped)
  }

  async trunkOwners(): Promise<string[]> {
    const rows = await this.#database
      .selectFrom('trunk')
      .select('account_id')
      .distinct()
      .orderBy('account_id')
      .execute()
    return rows.map((row) => row.account_id)
  }

  async lostReceptions(now: Date, limit: number): Promise<{ scope: Scope; id: string }[]> {
    const rows = await this.#database
      .selectFrom('received_fax')
      .select(['id', 'account_id', 'mode'])
      .where('lease_until', '<=', now)
      // No call is up for one that is fetched from a provider: its notice is due again and goes on with it.
      .where('provider_id', 'is', null)
      .orderBy('lease_until')
      .limit(limit)
      .execute()
    return rows.map(scoped)
  }

  async findProviderHook(tokenHash: Buffer): Promise<{ scope: Scope; providerId: string } | undefined> {
    const row = await this.#database
      .selectFrom('provider')
      .select(['id', 'account_id', 'mode'])
      .where('hook_token_hash', '=', tokenHash)
      .executeTakeFirst()
    return row && { scope: scoped(row).scope, providerId: row.id }
  }

  async dueNotices(now: Date, limit: number): Promise<{ scope: Scope; id: string }[]> {
    const rows = await this.#database
      .selectFrom('upstream_notice')
      .select(['id', 'account_id', 'mode'])
      .where('next_try_at', '<=', now)
      .orderBy('next_try_at')
      .limit(limit)
      .execute()
    return rows.map(scoped)
  }

  async overdueReceived(now: Date, limit: number): Promise<{ scope: Scope; id: string }[]> {
    // A test clock is only ever ahead: what is due by the machine's is due for all, found at the beginning of an index of all that waits.
    const { rows } = await sql<ScopedId>`
      select id, account_id, mode from received_fax
      where due_at <= ${now}::timestamptz and due_at is not null and escalated_at is null and mark = 'new'
      union all
      select received.id, received.account_id, received.mode
      from account join received_fax received on received.account_id = account.id and received.mode = 'test'
      where account.test_clock_offset_ms > 0
        and received.due_at > ${now}::timestamptz
        and received.due_at <= ${now}::timestamptz + account.test_clock_offset_ms * interval '1 millisecond'
        and received.due_at is not null and received.escalated_at is null and received.mark = 'new'
      limit ${limit}
    `.execute(this.#database)
    return rows.map(scoped)
  }

  async unsentNotices(now: Date, limit: number): Promise<{ scope: Scope; id: string }[]> {
    const rows = await this.#database
      .selectFrom('notice')
      .select(['id', 'account_id', 'mode'])
      .where('status', '=', 'pending')
      .where('next_attempt_at', '<=', now)
      .where((on) => on.or([on('lease_until', 'is', null), on('lease_until', '<=', now)]))
      .orderBy('next_attempt_at')
      .limit(limit)
      .execute()
    return rows.map(scoped)
  }

  async unexamined(endedBefore: Date, limit: number): Promise<{ scope: Scope; id: string }[]> {
    const { rows } = await sql<ScopedId>`
      select received.id, received.account_id, received.mode
      from received_fax received join account on account.id = received.account_id
      where received.examined_at is null and received.ended_at is not null and received.page_count > 0
        and received.ended_at <= ${endedBefore}::timestamptz
          + case received.mode when 'test' then account.test_clock_offset_ms else 0 end * interval '1 millisecond'
      order by received.ended_at
      limit ${limit}
    `.execute(this.#database)
    return rows.map(scoped)
  }

  async unread(examinedBefore: Date, limit: number): Promise<{ scope: Scope; id: string }[]> {
    const { rows } = await sql<ScopedId>`
      select received.id, received.account_id, received.mode
      from received_fax received join account on account.id = received.account_id
      where received.text_state = 'waiting'
        and received.examined_at <= ${examinedBefore}::timestamptz
          + case received.mode when 'test' then account.test_clock_offset_ms else 0 end * interval '1 millisecond'
      order by received.ended_at
      limit ${limit}
    `.execute(this.#database)
    return rows.map(scoped)
  }

  accountObstacle(accountId: string): Promise<AccountObstacle | undefined> {
    return accountObstacle(this.#database, accountId)
  }

  closeAccount(accountId: string, at: Date): Promise<ClosedAccount> {
    return closeAccount(this.#database, accountId, at)
  }

  async retentionScopes(): Promise<Scope[]> {
    const rows = await this.#database
      .selectFrom('retention_policy')
      .innerJoin('account', 'account.id', 'retention_policy.account_id')
      .select(['account_id', 'mode'])
      .where(sql<boolean>`octet_length(account.wrapped_key) > 0`)
      .orderBy('account_id')
      .orderBy('mode')
      .execute()
    return rows.map((row) => ({ accountId: row.account_id, mode: row.mode }))
  }

  async installationKey(): Promise<Buffer | undefined> {
    return installationKey(this.#database)
  }

  keepInstallationKey(wrapped: Buffer, at: Date): Promise<Buffer> {
    return keepInstallationKey(this.#database, wrapped, at)
  }

  accountsNotWrappedBy(keyId: string, limit: number): Promise<AccountRow[]> {
    return accountsNotWrappedBy(this.#database, keyId, limit)
  }

  rotatingAccounts(): Promise<AccountRow[]> {
    return rotatingAccounts(this.#database)
  }

  replaceWrapped(place: WrappedPlace, from: Buffer, to: Buffer): Promise<boolean> {
    return replaceWrapped(this.#database, place, from, to)
  }

  replaceAccountKey(id: string, from: Buffer, to: NewAccountKey): Promise<boolean> {
    return replaceAccountKey(this.#database, id, from, to)
  }

  wrappedSecrets(afterId: string | undefined, limit: number): Promise<{ id: string; wrapped: Buffer }[]> {
    return wrappedSecrets(this.#database, afterId, limit)
  }

  countAccountsNotWrappedBy(keyId: string): Promise<number> {
    return countAccountsNotWrappedBy(this.#database, keyId)
  }

  countDocumentsNotUnder(accountId: string, version: number): Promise<number> {
    return countDocumentsNotUnder(this.#database, accountId, version)
  }

  documentsNotUnder(accountId: string, version: number, limit: number): Promise<WrappedDocument[]> {
    return documentsNotUnder(this.#database, accountId, version, limit)
  }

  replaceDocumentKeys(documents: readonly RewrappedDocument[]): Promise<number> {
    return replaceDocumentKeys(this.#database, documents)
  }

  async doomedBlobs(limit: number): Promise<string[]> {
    const rows = await this.#database.selectFrom('doomed_blob').select('blob_key').limit(limit).execute()
    return rows.map((row) => row.blob_key)
  }

  async forgetBlobs(blobKeys: readonly string[]): Promise<void> {
    if (blobKeys.length === 0) return
    await this.#database.deleteFrom('doomed_blob').where('blob_key', 'in', blobKeys).execute()
  }

  async deleteExpired(now: Date): Promise<{ blobKeys: string[] }> {
    const documents = await this.#database
      .deleteFrom('document')
      .where('expires_at', '<=', now)
      .where((on) =>
        on.not(
          on.exists(on.selectFrom('fax_source').select('fax_id').whereRef('document_id', '=', 'document.id')),
        ),
      )
      .where((on) =>
        on.not(
          on.exists(
            on
              .selectFrom('legal_hold')
              .select('id')
              .whereRef('legal_hold.account_id', '=', 'document.account_id')
              .whereRef('legal_hold.mode', '=', 'document.mode')
              .where('kind', '=', 'account')
              .where('released_at', 'is', null),
          ),
        ),
      )
      .returning('blob_key')
      .execute()
    await this.#database.deleteFrom('idempotency_key').where('expires_at', '<=', now).execute()
    await this.#database.deleteFrom('destination_slot').where('lease_until', '<=', now).execute()
    await this.#database.deleteFrom('trunk_call').where('lease_until', '<=', now).execute()
    return { blobKeys: documents.map((document) => document.blob_key) }
  }
}
