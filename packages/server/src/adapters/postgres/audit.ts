import type { Actor, AuditRepository, NewAuditEntry } from '../../ports/store.ts'
import { Repository } from './repository.ts'

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
  async append(entry: NewAuditEntry): Promise<void> {
    await this.database.insertInto('audit_entry').values(auditColumns(this.owner, entry)).execute()
  }

  async list(filter: {
    subjectId?: string
    after?: string
    limit: number
  }): Promise<(NewAuditEntry & { position: string })[]> {
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
}
