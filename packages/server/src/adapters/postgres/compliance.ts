import { sql } from 'kysely'
import type { ComplianceRepository, OverdueCounts } from '../../ports/store/compliance-store.ts'
import { Repository } from './connection/repository.ts'

const MONTH_MS = 30 * 86_400_000

export class PostgresCompliance extends Repository implements ComplianceRepository {
  async overdue(at: Parameters<ComplianceRepository['overdue']>[0]): Promise<OverdueCounts> {
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
        .select((eb) => eb.fn.countAll<number>().as('count')),
    )
    const openContradictions = await this.#count(
      this.database
        .selectFrom('contradiction')
        .where('resolved_at', 'is', null)
        .select((eb) => eb.fn.countAll<number>().as('count')),
    )
    const unreviewedBreakGlass = await this.#count(
      this.database
        .selectFrom('break_glass')
        .where('reviewed_at', 'is', null)
        .where('created_at', '<', at.reviewBy)
        .select((eb) => eb.fn.countAll<number>().as('count')),
    )
    return {
      held,
      unknownOutcome,
      openContradictions,
      unreviewedBreakGlass,
      failingWebhooks: await this.#failingWebhooks(at.dayAgo),
    }
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
