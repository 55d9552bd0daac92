import { type Selectable, sql } from 'kysely'
import type { IncidentRepository, IncidentRow } from '../../../ports/store/recipient-store.ts'
import { Repository } from '../connection/repository.ts'
import { toColumns, toFields } from '../schema/casing.ts'
import type { RecipientTables } from '../schema/recipient-tables.ts'

function readIncident(row: Selectable<RecipientTables['incident']>): IncidentRow {
  const { accountId: _account, mode: _mode, ...incident } = toFields(row)
  return incident
}

export class PostgresIncidents extends Repository implements IncidentRepository {
  async insert(incident: IncidentRow): Promise<IncidentRow | undefined> {
    const row = await this.database
      .insertInto('incident')
      .values({
        ...this.owner,
        id: incident.id,
        fax_id: incident.faxId,
        recipient_id: incident.recipientId,
        note_sealed: incident.noteSealed,
        worksheet_sealed: incident.worksheetSealed,
        outcome: incident.outcome,
        reported_by: incident.reportedBy,
        discovered_at: incident.discoveredAt,
        closed_by: incident.closedBy,
        closed_at: incident.closedAt,
        created_at: incident.createdAt,
      })
      .onConflict((on) => on.column('fax_id').where(sql<boolean>`outcome is null`).doNothing())
      .returningAll()
      .executeTakeFirst()
    return row && readIncident(row)
  }

  async get(id: string): Promise<IncidentRow | undefined> {
    const row = await this.#all().where('id', '=', id).executeTakeFirst()
    return row && readIncident(row)
  }

  async lock(id: string): Promise<IncidentRow | undefined> {
    const row = await this.#all().where('id', '=', id).forUpdate().executeTakeFirst()
    return row && readIncident(row)
  }

  async list(filter: { readonly afterId?: string; readonly limit: number }): Promise<IncidentRow[]> {
    let query = this.#all().orderBy('id', 'desc').limit(filter.limit)
    if (filter.afterId !== undefined) query = query.where('id', '<', filter.afterId)
    return (await query.execute()).map(readIncident)
  }

  async hasOpen(recipientId: string): Promise<boolean> {
    const row = await this.#all()
      .where('recipient_id', '=', recipientId)
      .where('outcome', 'is', null)
      .limit(1)
      .executeTakeFirst()
    return row !== undefined
  }

  async names(recipientId: string): Promise<boolean> {
    const row = await this.#all().where('recipient_id', '=', recipientId).limit(1).executeTakeFirst()
    return row !== undefined
  }

  async update(id: string, patch: Parameters<IncidentRepository['update']>[1]): Promise<IncidentRow> {
    const row = await this.database
      .updateTable('incident')
      .set(toColumns(patch))
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
    return readIncident(row)
  }

  #all() {
    return this.database.selectFrom('incident').selectAll()
  }
}
