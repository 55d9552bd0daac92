import { sql } from 'kysely'
import type { DestructionRepository, UsedDocument } from '../../../ports/store/destruction-store.ts'
import type { FaxRow } from '../../../ports/store/fax-store.ts'
import { Repository } from '../connection/repository.ts'
import { readFax } from '../faxes/faxes.ts'
import { NOTHING } from '../schema/columns.ts'
import { receivedDocumentIds, sentDocumentIds, useOfDocuments } from './used-documents.ts'

export class PostgresDestruction extends Repository implements DestructionRepository {
  async lockSent(id: string): Promise<FaxRow | undefined> {
    const row = await this.database
      .selectFrom('fax')
      .selectAll()
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst()
    return row && readFax(row)
  }

  async shareSent(id: string): Promise<FaxRow | undefined> {
    const row = await this.database
      .selectFrom('fax')
      .selectAll()
      .where('id', '=', id)
      .forKeyShare()
      .executeTakeFirst()
    return row && readFax(row)
  }

  sentDocuments(id: string): Promise<UsedDocument[]> {
    return useOfDocuments(this.database, this.scope, id, sentDocumentIds(this.scope, id))
  }

  receivedDocuments(id: string): Promise<UsedDocument[]> {
    return useOfDocuments(this.database, this.scope, id, receivedDocumentIds(this.scope, id))
  }

  /** Overwritten and not deleted: what names a document must go on saying so. */
  async destroyDocuments(documents: readonly UsedDocument[], at: Date): Promise<void> {
    if (documents.length === 0) return
    const { accountId, mode } = this.scope
    await sql`
      with destroyed as (
        update document set wrapped_key = ${NOTHING}, details_sealed = ${NOTHING}, destroyed_at = ${at}::timestamptz
        where id = any(${documents.map(({ id }) => id)}::text[]) and account_id = ${accountId} and mode = ${mode}
        returning blob_key)
      insert into doomed_blob (blob_key, account_id) select blob_key, ${accountId} from destroyed
      on conflict do nothing`.execute(this.database)
  }

  async eraseSentContent(id: string, at: Date, detailsSealed: Buffer): Promise<void> {
    await this.database
      .updateTable('fax')
      .set({ content_deleted_at: at, content_hash: NOTHING, details_sealed: detailsSealed })
      .where('id', '=', id)
      .execute()
  }

  async eraseSent(id: string, at: Date): Promise<void> {
    await this.database
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
        patient_sealed: null,
        patient_hash: null,
        tags: [],
      })
      .where('id', '=', id)
      .execute()
    await this.database
      .updateTable('attempt')
      .set({ remote_id_sealed: null, remote_nsf_sealed: null, timeline_sealed: null })
      .where('fax_id', '=', id)
      .execute()
  }

  async eraseReceivedText(id: string): Promise<void> {
    await this.database
      .updateTable('received_fax')
      .set({ text_state: 'none', text_document_id: null })
      .where('id', '=', id)
      .execute()
    await this.database.deleteFrom('received_words').where('received_fax_id', '=', id).execute()
  }

  async eraseReceivedContent(id: string, at: Date): Promise<void> {
    await this.eraseReceivedText(id)
    await this.database
      .updateTable('received_page')
      .set({ barcodes_sealed: null })
      .where('received_fax_id', '=', id)
      .execute()
    await this.database
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

  async eraseReceived(id: string, at: Date): Promise<number> {
    await this.database
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
        patient_hash: null,
        spam_reason: null,
      })
      .where('id', '=', id)
      .execute()
    const notes = await this.database
      .deleteFrom('received_note')
      .where('received_fax_id', '=', id)
      .executeTakeFirst()
    return Number(notes.numDeletedRows)
  }
}
