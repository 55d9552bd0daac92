import { type Selectable, sql } from 'kysely'
import type { MailboxPatch, MailboxRepository, MailboxRow } from '../../ports/mailbox-store.ts'
import { toColumns, toFields } from './casing.ts'
import { Repository } from './repository.ts'
import type { Tables } from './tables.ts'

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
    const row = await this.database
      .selectFrom('mailbox')
      .selectAll()
      .where('id', '=', id)
      .forKeyShare()
      .executeTakeFirst()
    return row && readMailbox(row)
  }

  async lock(id: string): Promise<MailboxRow | undefined> {
    const row = await this.database
      .selectFrom('mailbox')
      .selectAll()
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst()
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
    const faxes = await this.database
      .updateTable('received_fax')
      .set({
        mailbox_id: heirId,
        // What routing put here, it now put there: it is still nobody's touch.
        routed_mailbox_id: sql`case routed_mailbox_id when ${id} then ${heirId} else routed_mailbox_id end`,
      })
      .where('mailbox_id', '=', id)
      .executeTakeFirst()
    const numbers = await this.database
      .updateTable('phone_number')
      .set({ mailbox_id: heirId, updated_at: at })
      .where('mailbox_id', '=', id)
      .executeTakeFirst()
    await this.database
      .updateTable('notice')
      .set({ mailbox_id: heirId })
      .where('mailbox_id', '=', id)
      .execute()
    return { faxes: Number(faxes.numUpdatedRows), numbers: Number(numbers.numUpdatedRows) }
  }

  async delete(id: string): Promise<void> {
    await this.database.deleteFrom('mailbox').where('id', '=', id).execute()
  }
}
