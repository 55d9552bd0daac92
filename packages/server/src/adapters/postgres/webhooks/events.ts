import { type Selectable, sql } from 'kysely'
import type { EventType } from '../../../domain/webhooks/event.ts'
import type { NewAuditEntry } from '../../../ports/store/audit-store.ts'
import type { EventRepository, EventRow, NewEvent, RecordOptions } from '../../../ports/store/event-store.ts'
import { auditColumns } from '../audit/audit.ts'
import { Repository } from '../connection/repository.ts'
import type { Tables } from '../schema/tables.ts'

/** `<transaction>-<position>`: the order in which events became visible to every reader. */
const CURSOR_PATTERN = /^(\d{1,19})-(\d{1,16})$/

function readEvent(row: Selectable<Tables['event']>): EventRow {
  return {
    id: row.id,
    type: row.type as EventType,
    subjectId: row.subject_id,
    sequence: row.sequence,
    data: row.data,
    createdAt: row.created_at,
    cursor: `${row.xid}-${row.position}`,
  }
}

export class PostgresEvents extends Repository implements EventRepository {
  async record(
    event: NewEvent,
    options: RecordOptions = {},
  ): Promise<{ deliveryIds: string[]; sequence: number }> {
    const { account_id, mode } = this.owner
    const onlyTo = options.onlyTo ?? null
    const numberId = typeof event.data.numberId === 'string' ? event.data.numberId : null
    // One statement: the fax's counter, the event, and one delivery for each subscription that wants it. A delivery's id
    // is made of the event's and the webhook's, so recording needs no further randomness and doubles are impossible.
    const { rows } = await sql<{ sequence: number; delivery_ids: string[] }>`
      with counted as (
        update ${this.#countedTable(event)} set sequence = sequence + 1
        where id = ${event.subjectId} and account_id = ${account_id} and mode = ${mode}
        returning sequence
      ), recorded as (
        insert into event (id, account_id, mode, type, subject_id, sequence, data, created_at)
        values (${event.id}, ${account_id}, ${mode}, ${event.type}, ${event.subjectId},
          coalesce((select sequence from counted), 0), ${JSON.stringify(event.data)}, ${event.createdAt})
        returning id, sequence
      ), deliveries as (
        insert into webhook_delivery (id, account_id, mode, webhook_id, event_id, status, next_attempt_at, created_at)
        select 'dlv_' || substr(recorded.id, 5) || '_' || substr(webhook.id, 5), ${account_id}, ${mode}, webhook.id,
          recorded.id, 'pending', ${event.createdAt}, ${event.createdAt}
        from recorded, webhook
        where webhook.account_id = ${account_id} and webhook.mode = ${mode} and webhook.status = 'enabled'
          and case when ${onlyTo}::text is null
            then webhook.event_types = '{}' or ${event.type} = any(webhook.event_types)
            else webhook.id = ${onlyTo} end
          and (webhook.number_ids is null or ${onlyTo}::text is not null or ${numberId}::text = any(webhook.number_ids))
        returning id
      )${options.audit ? this.#audited(options.audit) : sql``}
      select recorded.sequence, array(select id from deliveries) as delivery_ids from recorded
    `.execute(this.database)
    const row = rows[0]!
    return { deliveryIds: row.delivery_ids, sequence: row.sequence }
  }

  /** Faxes sent and received each count their own events; the id says which it is. */
  #countedTable({ subjectId }: NewEvent) {
    return sql.table(subjectId?.startsWith('inb_') ? 'received_fax' : 'fax')
  }

  #audited(entry: NewAuditEntry) {
    const columns = auditColumns(this.owner, entry)
    return sql`, audited as (
        insert into audit_entry (${sql.join(Object.keys(columns).map((column) => sql.ref(column)))})
        values (${sql.join(Object.values(columns))})
      )`
  }

  async get(id: string): Promise<EventRow | undefined> {
    const row = await this.database.selectFrom('event').selectAll().where('id', '=', id).executeTakeFirst()
    return row && readEvent(row)
  }

  async list(after: string | undefined, limit: number): Promise<EventRow[]> {
    const cursor = after === undefined ? null : CURSOR_PATTERN.exec(after)
    let query = this.database
      .selectFrom('event')
      .selectAll()
      .where(sql<boolean>`xid < event_horizon()`)
      .orderBy('xid')
      .orderBy('position')
      .limit(limit)
    if (cursor) {
      query = query.where(sql<boolean>`(xid, position) > (${cursor[1]}::xid8, ${cursor[2]}::bigint)`)
    }
    return (await query.execute()).map(readEvent)
  }

  async listOfFax(faxId: string, afterSequence: number, limit: number): Promise<EventRow[]> {
    const rows = await this.database
      .selectFrom('event')
      .selectAll()
      .where('subject_id', '=', faxId)
      .where('sequence', '>', afterSequence)
      .orderBy('sequence')
      .limit(limit)
      .execute()
    return rows.map(readEvent)
  }
}
