import { type RawBuilder, sql } from 'kysely'
import type { UsedDocument } from '../../../ports/store/destruction-store.ts'
import type { Scope } from '../../../ports/store/scope.ts'
import type { Database } from '../connection/connection.ts'
import { toFields } from '../schema/casing.ts'

export function sentDocumentIds({ accountId, mode }: Scope, faxId: string): RawBuilder<unknown> {
  return sql`
    select document_id from fax_source where fax_id = ${faxId} and account_id = ${accountId}
    union select pages_document_id from fax where id = ${faxId} and account_id = ${accountId} and mode = ${mode}`
}

export function receivedDocumentIds({ accountId, mode }: Scope, id: string): RawBuilder<unknown> {
  return sql`
    select document_id from received_page where received_fax_id = ${id} and account_id = ${accountId}
    union select text_document_id from received_fax where id = ${id} and account_id = ${accountId} and mode = ${mode}`
}

interface UsedRow {
  readonly id: string
  readonly blob_key: string
  readonly wrapped_key: Buffer
  readonly used_by: string[]
}

/**
 * Documents that are there, and which faxes besides `exceptId` use them. They are locked first, in a statement of its own: whoever is
 * making a fax of one of them at this moment (its foreign key holds the row) is waited for, and then seen.
 */
export async function useOfDocuments(
  database: Database,
  { accountId, mode }: Scope,
  exceptId: string,
  ids: RawBuilder<unknown>,
): Promise<UsedDocument[]> {
  const locked = await sql<{ id: string }>`
    select id from document
    where id in (${ids}) and account_id = ${accountId} and mode = ${mode} and destroyed_at is null
    order by id for update`.execute(database)
  const found = locked.rows.map(({ id }) => id)
  if (found.length === 0) return []
  const { rows } = await sql<UsedRow>`
    select document.id, document.blob_key, document.wrapped_key, array(
      select fax.id from fax_source join fax on fax.id = fax_source.fax_id
      where fax_source.document_id = document.id and fax.id <> ${exceptId} and fax.content_deleted_at is null
      union select fax.id from fax
      where fax.pages_document_id = document.id and fax.id <> ${exceptId} and fax.content_deleted_at is null
      union select received_fax.id from received_page join received_fax on received_fax.id = received_page.received_fax_id
      where received_page.document_id = document.id and received_fax.id <> ${exceptId}
        and received_fax.content_deleted_at is null) as used_by
    from document where document.id = any(${found}::text[]) order by document.id`.execute(database)
  return rows.map(toFields)
}
