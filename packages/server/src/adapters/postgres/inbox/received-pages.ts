import { sql } from 'kysely'
import type { DocumentRow } from '../../../ports/store/document-store.ts'
import type {
  NewReceivedPage,
  ReceivedPageRepository,
  ReceivedPageRow,
} from '../../../ports/store/received-page-store.ts'
import { Repository } from '../connection/repository.ts'
import { documentColumns } from '../faxes/documents.ts'
import { toColumns, toFields } from '../schema/casing.ts'

export class PostgresReceivedPages extends Repository implements ReceivedPageRepository {
  async add(
    receivedId: string,
    page: NewReceivedPage,
    document: DocumentRow,
    leaseUntil: Date,
  ): Promise<'added' | 'already' | 'ended'> {
    const counted = await this.database
      .updateTable('received_fax')
      .set({
        page_count: page.number,
        bad_rows: sql<number>`bad_rows + ${page.badRows}`,
        lease_until: leaseUntil,
      })
      .where('id', '=', receivedId)
      .where('status', '=', 'receiving')
      .where('page_count', '=', page.number - 1)
      .executeTakeFirst()
    if (counted.numUpdatedRows === 0n) return this.#whyNotAdded(receivedId, page.number)
    await this.database.insertInto('document').values(documentColumns(this.owner, document)).execute()
    await this.database
      .insertInto('received_page')
      .values({
        ...this.account,
        received_fax_id: receivedId,
        number: page.number,
        document_id: page.documentId,
        width: page.width,
        rows: page.rows,
        resolution: page.resolution,
        bad_rows: page.badRows,
        quality: page.quality,
        received_at: page.receivedAt,
      })
      .execute()
    return 'added'
  }

  async #whyNotAdded(receivedId: string, number: number): Promise<'already' | 'ended'> {
    const found = await this.database
      .selectFrom('received_page')
      .select('number')
      .where('received_fax_id', '=', receivedId)
      .where('number', '=', number)
      .executeTakeFirst()
    return found ? 'already' : 'ended'
  }

  async list(receivedId: string): Promise<ReceivedPageRow[]> {
    const rows = await this.database
      .selectFrom('received_page')
      .selectAll()
      .where('received_fax_id', '=', receivedId)
      .orderBy('number')
      .execute()
    return rows.map(toFields)
  }

  async amend(
    receivedId: string,
    number: number,
    patch: Partial<Pick<ReceivedPageRow, 'rotation' | 'barcodesSealed'>>,
  ): Promise<void> {
    await this.database
      .updateTable('received_page')
      .set(toColumns(patch))
      .where('received_fax_id', '=', receivedId)
      .where('number', '=', number)
      .execute()
  }
}
