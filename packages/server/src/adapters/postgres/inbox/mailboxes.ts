import { type Selectable, sql } from 'kysely'
import {
  MailboxBusy,
  type MailboxPatch,
  type MailboxRepository,
  type MailboxRow,
} from '../../../ports/store/mailbox-store.ts'
import { errorCode } from '../../database/errors.ts'
import { Repository } from '../connection/repository.ts'
import { toColumns, toFields } from '../schema/casing.ts'
import type { Tables } from '../schema/tables.ts'

function readMailbox(row: Selectable<Tables['mailbox']>): MailboxRow {
  const { accountId: _account, mode: _mode, ...mailbox } = toFields(row)
  return mailbox
}

export class PostgresMailboxes extends Repository implements MailboxRepository {
  async insert(mailbox: MailboxRow): Promise<MailboxRow | undefined> {
    const row = await this.database
      .insertInto('mailbox')
      .values({
        ...this.owner,
        id: mailbox.id,
        is_default: mailbox.isDefault,
        name: mailbox.name,
        department: mailbox.department,
        owner: mailbox.owner,
        escalate_to: mailbox.escalateTo,
        urgent_minutes: mailbox.urgentMinutes,
        normal_minutes: mailbox.normalMinutes,
        notify_sealed: mailbox.notifySealed,
        created_at: mailbox.createdAt,
        updated_at: mailbox.updatedAt,
      })
      .onConflict((on) => on.columns(['account_id', 'mode']).where(sql<boolean>`is_default`).doNothing())
      .returningAll()
      .executeTakeFirst()
    return row && readMailbox(row)
  }

  async default(): Promise<MailboxRow | undefined> {
    const row = await this.database
      .selectFrom('mailbox')
      .selectAll()
      .where('is_default', '=', true)
      .executeTakeFirst()
    return row && readMailbox(row)
  }

  async get(id: string): Promise<MailboxRow | undefined> {
    const row = await this.database.selectFrom('mailbox').selectAll().where('id', '=', id).executeTakeFirst()
    return row && readMailbox(row)
  }

  async list(): Promise<MailboxRow[]> {
    const rows = await this.database
      .selectFrom('mailbox')
      .selectAll()
      .orderBy('is_default', 'desc')
      .orderBy('id')
      .execute()
    return rows.map(readMailbox)
  }

  async update(id: string, patch: MailboxPatch): Promise<MailboxRow | undefined> {
    const row = await this.database
      .updateTable('mailbox')
      .set(toColumns(patch))
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst()
    return row && readMailbox(row)
  }

  async hold(id: string): Promise<MailboxRow | undefined> {
    const query = this.database.selectFrom('mailbox').selectAll().where('id', '=', id).forKeyShare()
    const row = await unlessBusy(query.executeTakeFirst())
    return row && readMailbox(row)
  }

  async lock(id: string): Promise<MailboxRow | undefined> {
    await sql`select set_config('lock_timeout', ${LOCK_TIMEOUT}, true)`.execute(this.database)
    const query = this.database.selectFrom('mailbox').selectAll().where('id', '=', id).forUpdate()
    const row = await unlessBusy(query.executeTakeFirst())
    return row && readMailbox(row)
  }

  async isEmpty(id: string): Promise<boolean> {
    for (const table of ['received_fax', 'phone_number', 'notice'] as const) {
      const found = await this.database
        .selectFrom(table)
        .select('id')
        .where('mailbox_id', '=', id)
        .limit(1)
        .executeTakeFirst()
      if (found) return false
    }
    return true
  }

  async handOver(id: string, heirId: string, at: Date): Promise<{ faxes: number; numbers: number }> {
    const numbers = this.database
      .updateTable('phone_number')
      .set({ mailbox_id: heirId, updated_at: at })
      .where('mailbox_id', '=', id)
    const faxes = this.database
      .updateTable('received_fax')
      .set({
        mailbox_id: heirId,
        // What routing put here, it now put there: it is still nobody's touch.
        routed_mailbox_id: sql`case routed_mailbox_id when ${id} then ${heirId} else routed_mailbox_id end`,
      })
      .where('mailbox_id', '=', id)
    const notices = this.database
      .updateTable('notice')
      .set({ mailbox_id: heirId })
      .where('mailbox_id', '=', id)
    const moved = []
    for (const query of [numbers, faxes, notices] as const) {
      moved.push(Number((await unlessBusy(query.executeTakeFirst())).numUpdatedRows))
    }
    return { numbers: moved[0]!, faxes: moved[1]! }
  }

  async delete(id: string): Promise<void> {
    await unlessBusy(this.database.deleteFrom('mailbox').where('id', '=', id).execute())
  }
}

/**
 * Whoever writes to a fax twice in one transaction locks first its row and then, to check the foreign key, its mailbox; who gives a mailbox up
 * goes the other way. Well under PostgreSQL's `deadlock_timeout` of a second, so that it is always the latter that steps back.
 */
const LOCK_TIMEOUT = '250ms'
/** `lock_not_available`, SQLSTATE. */
const LOCK_NOT_AVAILABLE = '55P03'

async function unlessBusy<T>(query: Promise<T>): Promise<T> {
  try {
    return await query
  } catch (error) {
    throw errorCode(error) === LOCK_NOT_AVAILABLE ? new MailboxBusy() : error
  }
}
