import { sql } from 'kysely'
import type { Disposition } from '../../domain/fax/disposition.ts'
import { idFloor } from '../../domain/id-time.ts'
import type {
  ComplianceRepository,
  DatabaseGuards,
  LastCall,
  OverdueCounts,
  OverdueTimes,
} from '../../ports/store/compliance-store.ts'
import { Repository } from './connection/repository.ts'
import { databaseGuards } from './database-guards.ts'

const MONTH_MS = 30 * 86_400_000
/** What ends a call without a word about the way. */
const SILENT: Disposition[] = [
  'canceled',
  'document_refused',
  'expired',
  'local_fault',
  'outcome_unknown',
  'worker_lost',
]

export class PostgresCompliance extends Repository implements ComplianceRepository {
  async overdue(at: OverdueTimes): Promise<OverdueCounts> {
    const held = await this.#count(
      this.database
        .selectFrom('fax')
        .where('hold_reason', 'is not', null)
        .where('ended_at', 'is', null)
        .where('held_at', '<', at.dayAgo)
        .select((eb) => eb.fn.countAll<number>().as('count')),
    )
    const unknownOutcome = await this.#count(
      this.database
        .selectFrom('fax')
        .where('fax.status', '=', 'outcome_unknown')
        .where('fax.ended_at', '<', at.dayAgo)
        .where('fax.ended_at', '>', new Date(at.now.getTime() - MONTH_MS))
        .where(sql<boolean>`not exists (select from fax again where again.resend_of = fax.id)`)
        .where(
          sql<boolean>`not exists (
            select from audit_entry found
            where found.account_id = fax.account_id and found.mode = fax.mode and found.subject_id = fax.id
              and found.action = 'fax.outcome_found'
          )`,
        )
        .select((eb) => eb.fn.countAll<number>().as('count')),
    )
    const openContradictions = await this.#count(
      this.database
        .selectFrom('contradiction')
        .where('resolved_at', 'is', null)
        .select((eb) => eb.fn.countAll<number>().as('count')),
    )
    const neglected = await this.#count(
      this.database
        .selectFrom('received_fax')
        .where('due_at', '<', at.dayAgo)
        .where('mark', '=', 'new')
        .select((eb) => eb.fn.countAll<number>().as('count')),
    )
    const unreviewed = await this.database
      .selectFrom('break_glass')
      .select('id')
      .where('reviewed_at', 'is', null)
      .where('created_at', '<=', at.reviewBy)
      .orderBy('created_at')
      .execute()
    const failedNotices = await this.#count(
      this.database
        .selectFrom('notice')
        .where('status', '=', 'failed')
        .where('ended_at', '>=', at.weekAgo)
        .select((eb) => eb.fn.countAll<number>().as('count')),
    )
    return {
      held,
      unknownOutcome,
      openContradictions,
      neglected,
      unreviewedBreakGlass: unreviewed.map(({ id }) => id),
      failedNotices,
      failingWebhooks: await this.#failingWebhooks(at.dayAgo),
    }
  }

  guards(): Promise<DatabaseGuards> {
    return databaseGuards(this.database, this.scope)
  }

  async lastCalls(since: Date): Promise<LastCall[]> {
    const rows = await this.database
      .selectFrom('attempt')
      .select(['trunk_id', 'ended_at', 'disposition'])
      .distinctOn('trunk_id')
      .where('trunk_id', 'is not', null)
      // By the key, which begins with the time: the table has no index by times.
      .where('id', '>=', idFloor('att', since.getTime()))
      .where('ended_at', 'is not', null)
      .where('disposition', 'not in', SILENT)
      .orderBy('trunk_id')
      .orderBy('ended_at', 'desc')
      .execute()
    return rows.map(({ trunk_id, ended_at, disposition }) => ({
      trunkId: trunk_id!,
      endedAt: ended_at!,
      reached: disposition !== 'carrier_down',
    }))
  }

  async federatedMembers(): Promise<ReadonlySet<string>> {
    const rows = await this.database
      .selectFrom('member')
      .innerJoin('federated_identity', 'federated_identity.person_id', 'member.person_id')
      .select('member.person_id')
      .execute()
    return new Set(rows.map(({ person_id }) => person_id))
  }

  async documentKeys(limit: number): Promise<string[]> {
    const there = this.database
      .selectFrom('document')
      .select('blob_key')
      .where('destroyed_at', 'is', null)
      .limit(limit)
    const [newest, oldest] = await Promise.all([
      there.orderBy('id', 'desc').execute(),
      there.orderBy('id').execute(),
    ])
    return [...new Set([...newest, ...oldest].map(({ blob_key }) => blob_key))]
  }

  async databaseTime(): Promise<Date> {
    const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(this.database)
    return rows[0]!.now
  }

  async #failingWebhooks(since: Date): Promise<string[]> {
    const rows = await this.database
      .selectFrom('webhook_delivery')
      .innerJoin('webhook', 'webhook.id', 'webhook_delivery.webhook_id')
      .select('webhook.id')
      .where('webhook.status', '=', 'enabled')
      .where('webhook_delivery.ended_at', '>=', since)
      .groupBy('webhook.id')
      .having(sql<boolean>`bool_and(webhook_delivery.status = 'failed')`)
      .orderBy('webhook.id')
      .execute()
    return rows.map(({ id }) => id)
  }

  async #count(query: { executeTakeFirstOrThrow(): Promise<{ count: number }> }): Promise<number> {
    return Number((await query.executeTakeFirstOrThrow()).count)
  }
}
