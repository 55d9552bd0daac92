import { sql } from 'kysely'
import type { Database } from '../connection/connection.ts'

const NOTHING = Buffer.alloc(0)

export async function eraseSentContent(
  database: Database,
  id: string,
  at: Date,
  detailsSealed: Buffer,
): Promise<void> {
  await database
    .updateTable('fax')
    .set({ content_deleted_at: at, content_hash: NOTHING, details_sealed: detailsSealed })
    .where('id', '=', id)
    .execute()
}

export async function eraseSent(database: Database, id: string, at: Date): Promise<void> {
  await database
    .updateTable('fax')
    .set({
      content_deleted_at: sql<Date>`coalesce(content_deleted_at, ${at})`,
      shredded_at: at,
      content_hash: NOTHING,
      to_sealed: NOTHING,
      to_hash: NOTHING,
      to_slot: NOTHING,
      from_sealed: null,
      details_sealed: NOTHING,
      tags: [],
    })
    .where('id', '=', id)
    .execute()
  await database
    .updateTable('attempt')
    .set({ remote_id_sealed: null, remote_nsf_sealed: null, timeline_sealed: null })
    .where('fax_id', '=', id)
    .execute()
}

export async function eraseReceivedText(database: Database, id: string): Promise<void> {
  await database
    .updateTable('received_fax')
    .set({ text_state: 'none', text_document_id: null })
    .where('id', '=', id)
    .execute()
  await database.deleteFrom('received_words').where('received_fax_id', '=', id).execute()
}

export async function eraseReceivedContent(database: Database, id: string, at: Date): Promise<void> {
  await eraseReceivedText(database, id)
  await database
    .updateTable('received_page')
    .set({ barcodes_sealed: null })
    .where('received_fax_id', '=', id)
    .execute()
  await database
    .updateTable('received_fax')
    // Nobody looks at pages that are gone.
    .set({
      content_deleted_at: at,
      content_hash: null,
      examined_at: sql<Date>`coalesce(examined_at, ${at})`,
    })
    .where('id', '=', id)
    .execute()
}

export async function eraseReceived(database: Database, id: string, at: Date): Promise<number> {
  await database
    .updateTable('received_fax')
    .set({
      shredded_at: at,
      to_sealed: NOTHING,
      to_hash: NOTHING,
      from_sealed: null,
      from_hash: null,
      remote_id_sealed: null,
      remote_nsf_sealed: null,
      timeline_sealed: null,
      patient_sealed: null,
      spam_reason: null,
    })
    .where('id', '=', id)
    .execute()
  const notes = await database
    .deleteFrom('received_note')
    .where('received_fax_id', '=', id)
    .executeTakeFirst()
  return Number(notes.numDeletedRows)
}
