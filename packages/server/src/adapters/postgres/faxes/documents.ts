import type { DocumentRepository, DocumentRow } from '../../../ports/store/document-store.ts'
import { Repository } from '../connection/repository.ts'
import { toFields } from '../schema/casing.ts'

/** A document as its table takes it. */
export function documentColumns(owner: { account_id: string; mode: 'test' | 'live' }, document: DocumentRow) {
  return {
    ...owner,
    id: document.id,
    purpose: document.purpose,
    media_type: document.mediaType,
    byte_count: document.byteCount,
    page_count: document.pageCount,
    blob_key: document.blobKey,
    wrapped_key: document.wrappedKey,
    details_sealed: document.detailsSealed,
    created_at: document.createdAt,
    expires_at: document.expiresAt,
  }
}

export class PostgresDocuments extends Repository implements DocumentRepository {
  async insert(document: DocumentRow): Promise<void> {
    await this.database.insertInto('document').values(documentColumns(this.owner, document)).execute()
  }

  async get(id: string): Promise<DocumentRow | undefined> {
    const row = await this.database.selectFrom('document').selectAll().where('id', '=', id).executeTakeFirst()
    return row && toFields(row)
  }

  async keep(id: string): Promise<boolean> {
    const result = await this.database
      .updateTable('document')
      .set({ expires_at: null })
      .where('id', '=', id)
      .where('destroyed_at', 'is', null)
      .executeTakeFirst()
    return result.numUpdatedRows > 0n
  }

  async deleteUnused(id: string): Promise<boolean> {
    const row = await this.database
      .deleteFrom('document')
      .where('id', '=', id)
      .where('expires_at', 'is not', null)
      .returning('id')
      .executeTakeFirst()
    return row !== undefined
  }
}
