import { sql } from 'kysely'
import type { DueWork } from '../../ports/store/due-work.ts'
import type { Found, Scope } from '../../ports/store/scope.ts'
import type { Database } from './connection/connection.ts'
import { type FoundRow, toFound } from './found.ts'

/** Each look is the beginning of an index over what waits, so that it costs what it finds. */
export class PostgresDueWork implements DueWork {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async faxes(now: Date, limit: number): Promise<(Found & { priority: number })[]> {
    const { rows } = await sql<FoundRow & { priority: number }>`
      select fax.id, fax.account_id, fax.mode, fax.priority
      from fax join account on account.id = fax.account_id
      where fax.next_action_at is not null
        and fax.next_action_at <= ${now}::timestamptz
          + case fax.mode when 'test' then account.test_clock_offset_ms else 0 end * interval '1 millisecond'
        and (fax.lease_until is null or fax.lease_until <= ${now})
      order by fax.priority desc, fax.next_action_at
      limit ${limit}
    `.execute(this.#database)
    return rows.map((row) => ({ ...toFound(row), priority: row.priority }))
  }

  async lostFaxes(now: Date, limit: number): Promise<Found[]> {
    const rows = await this.#database
      .selectFrom('fax')
      .select(['id', 'account_id', 'mode'])
      .where('lease_until', '<=', now)
      .orderBy('lease_until')
      .limit(limit)
      .execute()
    return rows.map(toFound)
  }

  async deliveries(now: Date, limit: number): Promise<Found[]> {
    const { rows } = await sql<FoundRow>`
      select delivery.id, delivery.account_id, delivery.mode
      from webhook_delivery delivery join account on account.id = delivery.account_id
      where delivery.next_attempt_at is not null
        and (delivery.lease_until is null or delivery.lease_until <= ${now})
        and delivery.next_attempt_at <= ${now}::timestamptz
          + case delivery.mode when 'test' then account.test_clock_offset_ms else 0 end * interval '1 millisecond'
      order by delivery.next_attempt_at
      limit ${limit}
    `.execute(this.#database)
    return rows.map(toFound)
  }

  async associates(now: Date, limit: number): Promise<Found[]> {
    const rows = await this.#database
      .selectFrom('associate')
      .select(['id', 'account_id', 'mode'])
      .where('next_look_at', '<=', now)
      .orderBy('next_look_at')
      .limit(limit)
      .execute()
    return rows.map(toFound)
  }

  async lostNumberOrders(before: Date, limit: number): Promise<Found[]> {
    // ISO times of one zone and length sort as text does.
    const { rows } = await sql<FoundRow>`
      select id, account_id, mode from phone_number
      where released_at is null and carrier_ref -> 'ordering' is not null
        and carrier_ref #>> '{ordering,since}' <= ${before.toISOString()}
      limit ${limit}
    `.execute(this.#database)
    return rows.map(toFound)
  }

  async upstreamNotices(now: Date, limit: number): Promise<Found[]> {
    const rows = await this.#database
      .selectFrom('upstream_notice')
      .select(['id', 'account_id', 'mode'])
      .where('next_try_at', '<=', now)
      .orderBy('next_try_at')
      .limit(limit)
      .execute()
    return rows.map(toFound)
  }

  async lostReceptions(now: Date, limit: number): Promise<Found[]> {
    const rows = await this.#database
      .selectFrom('received_fax')
      .select(['id', 'account_id', 'mode'])
      .where('lease_until', '<=', now)
      // No call is up for one that is fetched from a provider: its notice is due again and goes on with it.
      .where('provider_id', 'is', null)
      .orderBy('lease_until')
      .limit(limit)
      .execute()
    return rows.map(toFound)
  }

  async unexamined(endedBefore: Date, limit: number): Promise<Found[]> {
    const { rows } = await sql<FoundRow>`
      select received.id, received.account_id, received.mode
      from received_fax received join account on account.id = received.account_id
      where received.examined_at is null and received.ended_at is not null and received.page_count > 0
        and received.ended_at <= ${endedBefore}::timestamptz
          + case received.mode when 'test' then account.test_clock_offset_ms else 0 end * interval '1 millisecond'
      order by received.ended_at
      limit ${limit}
    `.execute(this.#database)
    return rows.map(toFound)
  }

  async unread(examinedBefore: Date, limit: number): Promise<Found[]> {
    const { rows } = await sql<FoundRow>`
      select received.id, received.account_id, received.mode
      from received_fax received join account on account.id = received.account_id
      where received.text_state = 'waiting'
        and received.examined_at <= ${examinedBefore}::timestamptz
          + case received.mode when 'test' then account.test_clock_offset_ms else 0 end * interval '1 millisecond'
      order by received.ended_at
      limit ${limit}
    `.execute(this.#database)
    return rows.map(toFound)
  }

  async neglected(now: Date, limit: number): Promise<Found[]> {
    // A test clock is only ever ahead: what is due by the machine's is due for all, found at the beginning of an index of all that waits.
    const { rows } = await sql<FoundRow>`
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
    return rows.map(toFound)
  }

  async notices(now: Date, limit: number): Promise<Found[]> {
    const rows = await this.#database
      .selectFrom('notice')
      .select(['id', 'account_id', 'mode'])
      .where('status', '=', 'pending')
      .where('next_attempt_at', '<=', now)
      .where((on) => on.or([on('lease_until', 'is', null), on('lease_until', '<=', now)]))
      .orderBy('next_attempt_at')
      .limit(limit)
      .execute()
    return rows.map(toFound)
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

  async unhashedLinks(): Promise<Scope[]> {
    const rows = await this.#database
      .selectFrom('received_fax')
      .select(['account_id', 'mode'])
      .distinct()
      .where('patient_sealed', 'is not', null)
      .where('patient_hash', 'is', null)
      .execute()
    return rows.map((row) => ({ accountId: row.account_id, mode: row.mode }))
  }

  async breakGlassAlarms(
    { usedBefore, toldBefore }: { readonly usedBefore: Date; readonly toldBefore: Date },
    limit: number,
  ): Promise<Found[]> {
    const rows = await this.#database
      .selectFrom('break_glass')
      .select(['id', 'account_id', 'mode'])
      .where('reviewed_at', 'is', null)
      .where('created_at', '<=', usedBefore)
      .where((on) => on.or([on('alarmed_at', 'is', null), on('alarmed_at', '<=', toldBefore)]))
      // In an account that was closed there is nobody left to review it.
      .where((on) =>
        on.exists(
          on
            .selectFrom('member')
            .select('role')
            .whereRef('member.account_id', '=', 'break_glass.account_id')
            .where('status', '=', 'active'),
        ),
      )
      .orderBy('created_at')
      .limit(limit)
      .execute()
    return rows.map(toFound)
  }
}
