import { sql } from 'kysely'
import type {
  DeliveryAttemptRow,
  DeliveryRow,
  WebhookRepository,
  WebhookRow,
} from '../../../ports/store/webhook-store.ts'
import { Repository } from '../connection/repository.ts'
import { toColumns, toFields } from '../schema/casing.ts'

export class PostgresWebhooks extends Repository implements WebhookRepository {
  async insert(webhook: WebhookRow): Promise<void> {
    const { eventTypes, ...columns } = webhook
    await this.database
      .insertInto('webhook')
      .values({
        ...this.owner,
        event_types: [...eventTypes],
        id: columns.id,
        dialect: columns.dialect,
        url_sealed: columns.urlSealed,
        include_numbers: columns.includeNumbers,
        secret_sealed: columns.secretSealed,
        previous_secret_sealed: columns.previousSecretSealed,
        previous_secret_until: columns.previousSecretUntil,
        basic_auth_sealed: columns.basicAuthSealed,
        status: columns.status,
        disabled_reason: columns.disabledReason,
        description: columns.description,
        number_ids: columns.numberIds && [...columns.numberIds],
        multipart: columns.multipart,
        created_at: columns.createdAt,
      })
      .execute()
  }

  async get(id: string): Promise<WebhookRow | undefined> {
    const row = await this.database.selectFrom('webhook').selectAll().where('id', '=', id).executeTakeFirst()
    return row && toFields(row)
  }

  async list(): Promise<WebhookRow[]> {
    const rows = await this.database.selectFrom('webhook').selectAll().orderBy('id').execute()
    return rows.map(toFields)
  }

  async update(
    id: string,
    patch: Parameters<WebhookRepository['update']>[1],
  ): Promise<WebhookRow | undefined> {
    const row = await this.database
      .updateTable('webhook')
      .set(toColumns(patch))
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst()
    return row && toFields(row)
  }

  async delete(id: string): Promise<boolean> {
    const result = await this.database.deleteFrom('webhook').where('id', '=', id).executeTakeFirst()
    return result.numDeletedRows > 0n
  }

  async claimDelivery(id: string, dueAt: Date, now: Date, until: Date): Promise<DeliveryRow | undefined> {
    const row = await this.database
      .updateTable('webhook_delivery')
      .set({ lease_token: sql<number>`lease_token + 1`, lease_until: until })
      .where('id', '=', id)
      .where('next_attempt_at', '<=', dueAt)
      .where((on) => on.or([on('lease_until', 'is', null), on('lease_until', '<=', now)]))
      .returningAll()
      .executeTakeFirst()
    return row && toFields(row)
  }

  async lockAndCountClaimed(webhookId: string, now: Date): Promise<number> {
    // Recording an event takes a key share of this row, which this lock lets pass.
    await this.database
      .selectFrom('webhook')
      .select('id')
      .where('id', '=', webhookId)
      .forNoKeyUpdate()
      .execute()
    const row = await this.database
      .selectFrom('webhook_delivery')
      .select((on) => on.fn.countAll<string>().as('count'))
      .where('webhook_id', '=', webhookId)
      .where('lease_until', '>', now)
      .executeTakeFirstOrThrow()
    return Number(row.count)
  }

  async nextWaiting(webhookId: string, dueAt: Date, now: Date): Promise<string | undefined> {
    const row = await this.database
      .selectFrom('webhook_delivery')
      .select('id')
      .where('webhook_id', '=', webhookId)
      .where('next_attempt_at', '<=', dueAt)
      .where((on) => on.or([on('lease_until', 'is', null), on('lease_until', '<=', now)]))
      .orderBy('next_attempt_at')
      .limit(1)
      .executeTakeFirst()
    return row?.id
  }

  async getDelivery(id: string): Promise<DeliveryRow | undefined> {
    const row = await this.database
      .selectFrom('webhook_delivery')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst()
    return row && toFields(row)
  }

  async listDeliveries(
    webhookId: string,
    afterId: string | undefined,
    limit: number,
  ): Promise<DeliveryRow[]> {
    let query = this.database
      .selectFrom('webhook_delivery')
      .selectAll()
      .where('webhook_id', '=', webhookId)
      .orderBy('id', 'desc')
      .limit(limit)
    if (afterId !== undefined) query = query.where('id', '<', afterId)
    return (await query.execute()).map(toFields)
  }

  async deliveryAttempts(deliveryId: string): Promise<DeliveryAttemptRow[]> {
    const rows = await this.database
      .selectFrom('webhook_attempt')
      .select(['number', 'at', 'duration_ms', 'response_status', 'error_code'])
      .where('delivery_id', '=', deliveryId)
      .orderBy('number')
      .execute()
    return rows.map(toFields)
  }

  async recordAttempt(
    deliveryId: string,
    leaseToken: number,
    attempt: DeliveryAttemptRow,
    outcome: { status: DeliveryRow['status']; next: Date | null },
  ): Promise<boolean> {
    const kept = await this.database
      .updateTable('webhook_delivery')
      .set({
        status: outcome.status,
        attempt_count: attempt.number,
        next_attempt_at: outcome.next,
        ended_at: outcome.status === 'pending' ? null : attempt.at,
        lease_until: null,
      })
      .where('id', '=', deliveryId)
      .where('lease_token', '=', leaseToken)
      .executeTakeFirst()
    if (kept.numUpdatedRows === 0n) return false
    await this.database
      .insertInto('webhook_attempt')
      .values({
        ...this.account,
        delivery_id: deliveryId,
        number: attempt.number,
        at: attempt.at,
        duration_ms: attempt.durationMs,
        response_status: attempt.responseStatus,
        error_code: attempt.errorCode,
      })
      .execute()
    return true
  }

  async failPending(webhookId: string, at: Date): Promise<void> {
    await this.database
      .updateTable('webhook_delivery')
      .set({ status: 'failed', next_attempt_at: null, ended_at: at })
      .where('webhook_id', '=', webhookId)
      .where('status', '=', 'pending')
      .execute()
  }

  async replay(deliveryId: string, webhookId: string, eventId: string, at: Date): Promise<string> {
    const row = await this.database
      .insertInto('webhook_delivery')
      .values({
        ...this.owner,
        id: deliveryId,
        webhook_id: webhookId,
        event_id: eventId,
        status: 'pending',
        next_attempt_at: at,
        created_at: at,
        ended_at: null,
      })
      .onConflict((conflict) =>
        conflict.columns(['webhook_id', 'event_id']).doUpdateSet({
          status: 'pending',
          next_attempt_at: at,
          ended_at: null,
          replayed_at: at,
          attempts_before: sql<number>`webhook_delivery.attempt_count`,
        }),
      )
      .returning('id')
      .executeTakeFirstOrThrow()
    return row.id
  }

  async eventsBetween(webhookId: string, from: Date, to: Date, limit: number): Promise<string[]> {
    const rows = await this.database
      .selectFrom('event')
      .innerJoin('webhook', 'webhook.account_id', 'event.account_id')
      .select('event.id')
      .where('webhook.id', '=', webhookId)
      .where('event.created_at', '>=', from)
      .where('event.created_at', '<', to)
      .where(sql<boolean>`(webhook.event_types = '{}' or event.type = any(webhook.event_types))`)
      .where('event.type', '<>', 'webhook.ping')
      .orderBy('event.position')
      .limit(limit)
      .execute()
    return rows.map((row) => row.id)
  }
}
