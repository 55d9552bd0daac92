import { sql } from 'kysely'
import type { LoggedEntry } from '../../../domain/audit/audit-leaf.ts'
import type { AuditRepository, NewAuditEntry, StoredAuditEntry } from '../../../ports/store/audit-store.ts'
import type { Actor } from '../../../ports/store/scope.ts'
import { Repository } from '../connection/repository.ts'
import { ENTRY_COLUMNS, type EntryRow, readEntry } from './audit-entry.ts'

/** An entry as its table takes it. */
export function auditColumns(owner: { account_id: string; mode: 'test' | 'live' }, entry: NewAuditEntry) {
  return {
    ...owner,
    at: entry.at,
    actor_kind: entry.actor.kind,
    actor_id: entry.actor.id,
    request_id: entry.actor.requestId,
    action: entry.action,
    subject_id: entry.subjectId,
    detail: JSON.stringify(entry.detail),
    parties_sealed: entry.partiesSealed,
  }
}

export class PostgresAudit extends Repository implements AuditRepository {
  async append(entry: NewAuditEntry): Promise<number> {
    const { position } = await this.database
      .insertInto('audit_entry')
      .values(auditColumns(this.owner, entry))
      .returning('position')
      .executeTakeFirstOrThrow()
    return position
  }

  async list(filter: {
    subjectId?: string
    after?: string
    limit: number
  }): Promise<(StoredAuditEntry & { position: string })[]> {
    let query = this.database.selectFrom('audit_entry').selectAll().orderBy('position').limit(filter.limit)
    if (filter.subjectId !== undefined) query = query.where('subject_id', '=', filter.subjectId)
    if (filter.after !== undefined) query = query.where('position', '>', Number(filter.after))
    return (await query.execute()).map((row) => ({
      position: String(row.position),
      at: row.at,
      actor: { kind: row.actor_kind as Actor['kind'], id: row.actor_id, requestId: row.request_id },
      action: row.action,
      subjectId: row.subject_id,
      detail: row.detail,
      partiesSealed: row.parties_sealed,
    }))
  }

  async about(
    subjectIds: readonly string[],
    actions: readonly string[],
  ): Promise<Pick<StoredAuditEntry, 'action' | 'subjectId' | 'actor' | 'detail'>[]> {
    const rows = await this.database
      .selectFrom('audit_entry')
      .select(['action', 'subject_id', 'actor_kind', 'actor_id', 'request_id', 'detail'])
      .where('subject_id', 'in', [...subjectIds])
      .where('action', 'in', [...actions])
      .orderBy('position')
      .execute()
    return rows.map((row) => ({
      action: row.action,
      subjectId: row.subject_id,
      actor: { kind: row.actor_kind as Actor['kind'], id: row.actor_id, requestId: row.request_id },
      detail: row.detail,
    }))
  }

  async entriesAfter(position: number, limit: number): Promise<LoggedEntry[]> {
    const { account_id, mode } = this.owner
    const { rows } = await sql<EntryRow>`
      select ${ENTRY_COLUMNS} from audit_entry entry
      where account_id = ${account_id} and mode = ${mode} and position > ${position}
      order by position limit ${limit}`.execute(this.database)
    return rows.map(readEntry)
  }

  async entriesAt(positions: readonly number[]): Promise<LoggedEntry[]> {
    const { account_id, mode } = this.owner
    const { rows } = await sql<EntryRow>`
      select ${ENTRY_COLUMNS} from audit_entry entry
      where account_id = ${account_id} and mode = ${mode} and position = any(${[...positions]}::bigint[])`.execute(
      this.database,
    )
    return rows.map(readEntry)
  }
}
