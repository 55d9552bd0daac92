import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import type {
  BreakGlassRepository,
  BreakGlassRow,
  OwnerMails,
  OwnerMailsEnd,
} from '../../../ports/store/break-glass-store.ts'
import { Repository } from '../connection/repository.ts'
import { toFields } from '../schema/casing.ts'
import type { Tables } from '../schema/tables.ts'

function readGrant(row: Selectable<Tables['break_glass']>): BreakGlassRow {
  const { notifyAt: _at, notifyCount: _count, notified: _told, ...grant } = toFields(row)
  return grant
}

export class PostgresBreakGlass extends Repository implements BreakGlassRepository {
  async insert(grant: BreakGlassRow, notifyAt: Date): Promise<void> {
    await this.database
      .insertInto('break_glass')
      .values({
        ...this.owner,
        id: grant.id,
        person_id: grant.personId,
        session_id: grant.sessionId,
        reason_sealed: grant.reasonSealed,
        created_at: grant.createdAt,
        expires_at: grant.expiresAt,
        notify_at: notifyAt,
      })
      .execute()
  }

  async get(id: string): Promise<BreakGlassRow | undefined> {
    const row = await this.database
      .selectFrom('break_glass')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst()
    return row && readGrant(row)
  }

  async list(filter: {
    readonly reviewed?: boolean
    readonly afterId?: string
    readonly limit: number
  }): Promise<BreakGlassRow[]> {
    let query = this.database.selectFrom('break_glass').selectAll().orderBy('id', 'desc').limit(filter.limit)
    if (filter.reviewed !== undefined)
      query = query.where('reviewed_at', filter.reviewed ? 'is not' : 'is', null)
    if (filter.afterId !== undefined) query = query.where('id', '<', filter.afterId)
    return (await query.execute()).map(readGrant)
  }

  async review(
    id: string,
    review: Required<Pick<BreakGlassRow, 'reviewedAt' | 'reviewedBy' | 'outcome' | 'noteSealed'>>,
  ): Promise<BreakGlassRow | undefined> {
    const row = await this.database
      .updateTable('break_glass')
      .set({
        reviewed_at: review.reviewedAt,
        reviewed_by: review.reviewedBy,
        outcome: review.outcome,
        note_sealed: review.noteSealed,
        // That it was used is still told; that nobody reviewed it is not.
        notify_at: sql`case when alarms = 0 then notify_at end`,
      })
      .where('id', '=', id)
      .where('reviewed_at', 'is', null)
      .returningAll()
      .executeTakeFirst()
    return row && readGrant(row)
  }

  async alarm(
    id: string,
    { now, before }: { readonly now: Date; readonly before: Date },
  ): Promise<BreakGlassRow | undefined> {
    const row = await this.database
      .updateTable('break_glass')
      .set({ alarmed_at: now, alarms: sql`alarms + 1`, notify_at: now, notified: [] })
      .where('id', '=', id)
      .where('reviewed_at', 'is', null)
      .where((on) => on.or([on('alarmed_at', 'is', null), on('alarmed_at', '<=', before)]))
      .returningAll()
      .executeTakeFirst()
    return row && readGrant(row)
  }

  async takeMails(id: string, now: Date, until: Date): Promise<OwnerMails | undefined> {
    const row = await this.database
      .updateTable('break_glass')
      .set({ notify_at: until, notify_count: sql`notify_count + 1` })
      .where('id', '=', id)
      .where('notify_at', '<=', now)
      .returningAll()
      .executeTakeFirst()
    return row && { grant: readGrant(row), told: row.notified }
  }

  async concludeMails(
    { id, alarms }: Pick<BreakGlassRow, 'id' | 'alarms'>,
    { told, next }: OwnerMailsEnd,
  ): Promise<void> {
    await this.database
      .updateTable('break_glass')
      .set({ notify_at: next, notified: [...told] })
      .where('id', '=', id)
      .where('alarms', '=', alarms)
      .execute()
  }
}
