import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import type { BreakGlassRepository, BreakGlassRow } from '../../../ports/store/break-glass-store.ts'
import { Repository } from '../connection/repository.ts'
import { toFields } from '../schema/casing.ts'
import type { Tables } from '../schema/tables.ts'

function readGrant(row: Selectable<Tables['break_glass']>): BreakGlassRow {
  return toFields(row)
}

export class PostgresBreakGlass extends Repository implements BreakGlassRepository {
  async insert(grant: BreakGlassRow): Promise<void> {
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
      .set({ alarmed_at: now, alarms: sql`alarms + 1` })
      .where('id', '=', id)
      .where('reviewed_at', 'is', null)
      .where((on) => on.or([on('alarmed_at', 'is', null), on('alarmed_at', '<=', before)]))
      .returningAll()
      .executeTakeFirst()
    return row && readGrant(row)
  }
}
