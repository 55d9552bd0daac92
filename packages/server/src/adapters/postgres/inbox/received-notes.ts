import type { NoteRow, ReceivedNoteRepository } from '../../../ports/store/received-note-store.ts'
import { Repository } from '../connection/repository.ts'
import { toFields } from '../schema/casing.ts'

export class PostgresReceivedNotes extends Repository implements ReceivedNoteRepository {
  async add(receivedId: string, note: NoteRow): Promise<void> {
    const { id, author, textSealed, createdAt } = note
    const columns = { id, author, text_sealed: textSealed, created_at: createdAt }
    await this.database
      .insertInto('received_note')
      .values({ ...columns, ...this.account, received_fax_id: receivedId })
      .execute()
  }

  async list(receivedId: string, afterId: string | undefined, limit: number): Promise<NoteRow[]> {
    let query = this.database
      .selectFrom('received_note')
      .select(['id', 'author', 'text_sealed', 'created_at'])
      .where('received_fax_id', '=', receivedId)
      .orderBy('id', 'desc')
      .limit(limit)
    if (afterId !== undefined) query = query.where('id', '<', afterId)
    return (await query.execute()).map(toFields)
  }

  async count(receivedId: string): Promise<number> {
    const row = await this.database
      .selectFrom('received_note')
      .select((on) => on.fn.countAll<number>().as('count'))
      .where('received_fax_id', '=', receivedId)
      .executeTakeFirstOrThrow()
    return row.count
  }
}
