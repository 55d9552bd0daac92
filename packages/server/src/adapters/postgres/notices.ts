import { type Selectable, sql } from 'kysely'
import { isOfFax } from '../../domain/notices/notice.ts'
import type {
  NewNotice,
  NoticeListFilter,
  NoticeRepository,
  NoticeRow,
} from '../../ports/store/notice-store.ts'
import { Repository } from './connection/repository.ts'
import { toFields } from './schema/casing.ts'
import type { Tables } from './schema/tables.ts'

function readNotice(row: Selectable<Tables['notice']>): NoticeRow {
  const {
    accountId: _account,
    mode: _mode,
    leaseUntil: _lease,
    receivedFaxId,
    breakGlassId,
    associateId,
    ...notice
  } = toFields(row)
  return { ...notice, subjectId: (receivedFaxId ?? breakGlassId ?? associateId)! }
}

/** The column that names what a notice is of. */
function subjectColumn({ kind, subjectId }: Pick<NewNotice, 'kind' | 'subjectId'>) {
  if (isOfFax(kind)) return { received_fax_id: subjectId }
  return kind === 'associate_expiring' ? { associate_id: subjectId } : { break_glass_id: subjectId }
}

export class PostgresNotices extends Repository implements NoticeRepository {
  async insert(notice: NewNotice): Promise<boolean> {
    const result = await this.database
      .insertInto('notice')
      .values({
        ...this.owner,
        ...subjectColumn(notice),
        id: notice.id,
        mailbox_id: notice.mailboxId,
        kind: notice.kind,
        occasion: notice.occasion,
        to_sealed: notice.toSealed,
        to_hash: notice.toHash,
        person_id: notice.personId,
        status: 'pending',
        error: null,
        next_attempt_at: notice.createdAt,
        created_at: notice.createdAt,
      })
      .onConflict((on) => on.constraint('notice_once').doNothing())
      .executeTakeFirst()
    return result.numInsertedOrUpdatedRows === 1n
  }

  async list(filter: NoticeListFilter): Promise<NoticeRow[]> {
    let query = this.database.selectFrom('notice').selectAll().orderBy('id', 'desc').limit(filter.limit)
    if (filter.mailboxId !== undefined) query = query.where('mailbox_id', '=', filter.mailboxId)
    if (filter.status !== undefined) query = query.where('status', '=', filter.status)
    if (filter.afterId !== undefined) query = query.where('id', '<', filter.afterId)
    return (await query.execute()).map(readNotice)
  }

  async claim(id: string, now: Date, until: Date): Promise<NoticeRow | undefined> {
    const row = await this.database
      .updateTable('notice')
      .set({ lease_token: sql`lease_token + 1`, lease_until: until })
      .where('id', '=', id)
      .where('status', '=', 'pending')
      .where('next_attempt_at', '<=', now)
      .where((on) => on.or([on('lease_until', 'is', null), on('lease_until', '<=', now)]))
      .returningAll()
      .executeTakeFirst()
    return row && readNotice(row)
  }

  async conclude(
    id: string,
    leaseToken: number,
    outcome: Parameters<NoticeRepository['conclude']>[2],
  ): Promise<boolean> {
    const { at, status, error, next } = outcome
    const result = await this.database
      .updateTable('notice')
      .set({
        status,
        error,
        next_attempt_at: next,
        ended_at: status === 'pending' ? null : at,
        attempt_count: sql`attempt_count + ${status === 'dropped' ? 0 : 1}::integer`,
        lease_until: null,
      })
      .where('id', '=', id)
      .where('lease_token', '=', leaseToken)
      .executeTakeFirst()
    return result.numUpdatedRows === 1n
  }
}
