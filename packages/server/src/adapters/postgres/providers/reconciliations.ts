import { type Selectable, sql } from 'kysely'
import type { ContradictionKind, ReconciliationCounts } from '../../../domain/providers/reconciliation.ts'
import type {
  ContradictionRow,
  NewContradiction,
  OwnDebts,
  ReconciliationRepository,
  ReconciliationRow,
} from '../../../ports/store/reconciliation-store.ts'
import { Repository } from '../connection/repository.ts'
import type { Tables } from '../schema/tables.ts'

function readRun(row: Selectable<Tables['reconciliation']>): ReconciliationRow {
  return {
    id: row.id,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    counts: row.counts as unknown as ReconciliationCounts | null,
    error: row.error,
  }
}

function readContradiction(row: Selectable<Tables['contradiction']>): ContradictionRow {
  return {
    id: row.id,
    kind: row.kind as ContradictionKind,
    providerId: row.provider_id,
    reference: row.reference,
    faxId: row.fax_id,
    attemptId: row.attempt_id,
    receivedFaxId: row.received_fax_id,
    ours: row.ours,
    theirs: row.theirs,
    ourPages: row.our_pages,
    theirPages: row.their_pages,
    foundAt: row.found_at,
    resolvedAt: row.resolved_at,
    resolvedBy: row.resolved_by,
  }
}

/** An event this old was looked for before; the window keeps the search short. */
const EVENT_WINDOW = '1 day'
/** Four runs an hour are kept for so long. */
const KEPT_MS = 31 * 86_400_000

export class PostgresReconciliations extends Repository implements ReconciliationRepository {
  async begin(run: Parameters<ReconciliationRepository['begin']>[0]): Promise<boolean> {
    const { account_id, mode } = this.owner
    // A dead process's claim ends; its row stays without an end, which says what happened.
    await this.database
      .updateTable('reconciliation')
      .set({ claimed_until: null })
      .where('claimed_until', '<=', run.now)
      .execute()
    await this.database
      .deleteFrom('reconciliation')
      .where('started_at', '<', new Date(run.now.getTime() - KEPT_MS))
      .execute()
    if (run.notSince) {
      const recent = await this.database
        .selectFrom('reconciliation')
        .select('id')
        .where('started_at', '>', run.notSince)
        .limit(1)
        .executeTakeFirst()
      if (recent) return false
    }
    const inserted = await this.database
      .insertInto('reconciliation')
      .values({
        account_id,
        mode,
        id: run.id,
        started_at: run.now,
        claimed_until: run.until,
        ended_at: null,
        counts: null,
        error: null,
      })
      .onConflict((conflict) =>
        conflict.columns(['account_id', 'mode']).where('claimed_until', 'is not', null).doNothing(),
      )
      .returning('id')
      .executeTakeFirst()
    return inserted !== undefined
  }

  async end(
    id: string,
    at: Date,
    counts: ReconciliationCounts,
    error: string | null,
  ): Promise<ReconciliationRow> {
    const row = await this.database
      .updateTable('reconciliation')
      .set({ ended_at: at, counts: JSON.stringify(counts), error, claimed_until: null })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
    return readRun(row)
  }

  async list(limit: number): Promise<ReconciliationRow[]> {
    const rows = await this.database
      .selectFrom('reconciliation')
      .selectAll()
      .orderBy('id', 'desc')
      .limit(limit)
      .execute()
    return rows.map(readRun)
  }

  async insertContradiction(found: NewContradiction): Promise<boolean> {
    const { account_id, mode } = this.owner
    const inserted = await this.database
      .insertInto('contradiction')
      .values({
        account_id,
        mode,
        id: found.id,
        kind: found.kind,
        provider_id: found.providerId,
        reference: found.reference,
        fax_id: found.faxId,
        attempt_id: found.attemptId,
        received_fax_id: found.receivedFaxId,
        ours: found.ours,
        theirs: found.theirs,
        our_pages: found.ourPages,
        their_pages: found.theirPages,
        found_at: found.foundAt,
        resolved_at: null,
        resolved_by: null,
      })
      .onConflict((conflict) =>
        conflict.columns(['account_id', 'mode', 'provider_id', 'reference', 'kind']).doNothing(),
      )
      .returning('id')
      .executeTakeFirst()
    return inserted !== undefined
  }

  async listContradictions(
    filter: Parameters<ReconciliationRepository['listContradictions']>[0],
  ): Promise<ContradictionRow[]> {
    let query = this.database
      .selectFrom('contradiction')
      .selectAll()
      .orderBy('id', 'desc')
      .limit(filter.limit)
    if (filter.resolved !== undefined)
      query = query.where('resolved_at', filter.resolved ? 'is not' : 'is', null)
    if (filter.afterId !== undefined) query = query.where('id', '<', filter.afterId)
    return (await query.execute()).map(readContradiction)
  }

  async resolve(id: string, at: Date, by: string): Promise<ContradictionRow | undefined> {
    const row = await this.database
      .updateTable('contradiction')
      .set({ resolved_at: at, resolved_by: by })
      .where('id', '=', id)
      .where('resolved_at', 'is', null)
      .returningAll()
      .executeTakeFirst()
    return row && readContradiction(row)
  }

  async debts(overdue: Date, limit: number): Promise<OwnDebts> {
    const attempts = await this.database
      .selectFrom('attempt')
      .innerJoin('fax', 'fax.id', 'attempt.fax_id')
      .select('attempt.fax_id')
      .where('attempt.ended_at', 'is', null)
      .where((on) => on.or([on('fax.lease_until', 'is', null), on('fax.lease_until', '<=', overdue)]))
      .where((on) => on.or([on('fax.next_action_at', 'is', null), on('fax.next_action_at', '<=', overdue)]))
      .limit(limit)
      .execute()
    const faxes = await this.database
      .selectFrom('fax')
      .select('id')
      .where('ended_at', 'is', null)
      .where('deadline_at', '<=', overdue)
      .where((on) => on.or([on('lease_until', 'is', null), on('lease_until', '<=', overdue)]))
      .limit(limit)
      .execute()
    const deliveries = await this.database
      .selectFrom('webhook_delivery')
      .select('id')
      .where('status', '=', 'pending')
      .where('next_attempt_at', '<=', overdue)
      .where((on) => on.or([on('lease_until', 'is', null), on('lease_until', '<=', overdue)]))
      .limit(limit)
      .execute()
    return {
      overdueAttempts: attempts.map((row) => row.fax_id),
      overdueFaxes: faxes.map((row) => row.id),
      undeliveredEvents: await this.#undelivered(overdue, limit),
      overdueDeliveries: deliveries.map((row) => row.id),
    }
  }

  /** The same choice of webhooks as when an event is recorded, for those that were there by then. */
  async #undelivered(before: Date, limit: number): Promise<OwnDebts['undeliveredEvents']> {
    const { account_id, mode } = this.owner
    const { rows } = await sql<{ event_id: string; webhook_id: string }>`
      select event.id as event_id, webhook.id as webhook_id
      from event join webhook on webhook.account_id = event.account_id and webhook.mode = event.mode
      where event.account_id = ${account_id} and event.mode = ${mode}
        and event.created_at <= ${before}::timestamptz
        and event.created_at > ${before}::timestamptz - ${EVENT_WINDOW}::interval
        and webhook.status = 'enabled' and webhook.created_at < event.created_at
        and event.type <> 'webhook.ping'
        and (webhook.event_types = '{}' or event.type = any(webhook.event_types))
        and (webhook.number_ids is null or event.data ->> 'numberId' = any(webhook.number_ids))
        and not exists (select from webhook_delivery delivery
          where delivery.webhook_id = webhook.id and delivery.event_id = event.id)
      limit ${limit}
    `.execute(this.database)
    return rows.map((row) => ({ eventId: row.event_id, webhookId: row.webhook_id }))
  }
}
