import { sql } from 'kysely'
import type {
  NewReceivedFax,
  NewReceivedPage,
  ReceivedEnd,
  ReceivedFaxRow,
  ReceivedListFilter,
  ReceivedPageRow,
  ReceivedPatch,
  ReceivedRepository,
  WholeListFilter,
} from '../../ports/received-store.ts'
import type { DocumentRow } from '../../ports/store.ts'
import { toColumns, toFields } from './casing.ts'
import { documentColumns } from './documents.ts'
import { listReceived } from './received-list.ts'
import { RECEIVED_COLUMNS, readReceived } from './received-row.ts'
import { listWhole } from './received-whole.ts'
import { Repository } from './repository.ts'

export class PostgresReceived extends Repository implements ReceivedRepository {
  async insert(received: NewReceivedFax): Promise<ReceivedFaxRow> {
    const row = await this.database
      .insertInto('received_fax')
      .values({
        ...this.owner,
        id: received.id,
        status: 'receiving',
        line: received.line,
        trunk_id: received.trunkId,
        to_sealed: received.toSealed,
        to_hash: received.toHash,
        from_sealed: received.fromSealed,
        from_hash: received.fromHash,
        number_id: received.numberId,
        mailbox_id: received.mailboxId,
        started_at: received.startedAt,
        lease_until: received.leaseUntil,
      })
      .returning(RECEIVED_COLUMNS)
      .executeTakeFirstOrThrow()
    return readReceived(row)
  }

  async get(id: string): Promise<ReceivedFaxRow | undefined> {
    const row = await this.database
      .selectFrom('received_fax')
      .select(RECEIVED_COLUMNS)
      .where('id', '=', id)
      .executeTakeFirst()
    return row && readReceived(row)
  }

  async getByJobId(jobId: number): Promise<ReceivedFaxRow | undefined> {
    const row = await this.database
      .selectFrom('received_fax')
      .select(RECEIVED_COLUMNS)
      .where('job_id', '=', jobId)
      .executeTakeFirst()
    return row && readReceived(row)
  }

  async lock(id: string): Promise<ReceivedFaxRow | undefined> {
    const row = await this.database
      .selectFrom('received_fax')
      .select(RECEIVED_COLUMNS)
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst()
    return row && readReceived(row)
  }

  async getByJobId(jobId: number): Promise<ReceivedFaxRow | undefined> {
    const row = await this.database
      .selectFrom('received_fax')
      .select(RECEIVED_COLUMNS)
      .where('job_id', '=', jobId)
      .executeTakeFirst()
    return row && readReceived(row)
  }

  listWhole(filter: WholeListFilter): Promise<ReceivedFaxRow[]> {
    return listWhole(this.database, filter)
  }

  list(filter: ReceivedListFilter): Promise<ReceivedFaxRow[]> {
    return listReceived(this.database, filter)
  }

  async addPage(
    id: string,
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
      .where('id', '=', id)
      .where('status', '=', 'receiving')
      .where('page_count', '=', page.number - 1)
      .executeTakeFirst()
    if (counted.numUpdatedRows === 0n) return this.#whyNotAdded(id, page.number)
    await this.database.insertInto('document').values(documentColumns(this.owner, document)).execute()
    await this.database
      .insertInto('received_page')
      .values({
        ...this.account,
        received_fax_id: id,
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

  async #whyNotAdded(id: string, number: number): Promise<'already' | 'ended'> {
    const found = await this.database
      .selectFrom('received_page')
      .select('number')
      .where('received_fax_id', '=', id)
      .where('number', '=', number)
      .executeTakeFirst()
    return found ? 'already' : 'ended'
  }

  async pages(id: string): Promise<ReceivedPageRow[]> {
    const rows = await this.database
      .selectFrom('received_page')
      .selectAll()
      .where('received_fax_id', '=', id)
      .orderBy('number')
      .execute()
    return rows.map(toFields)
  }

  async renewLease(id: string, until: Date): Promise<boolean> {
    const result = await this.database
      .updateTable('received_fax')
      .set({ lease_until: until })
      .where('id', '=', id)
      .where('status', '=', 'receiving')
      .executeTakeFirst()
    return result.numUpdatedRows > 0n
  }

  async end(id: string, ended: ReceivedEnd): Promise<ReceivedFaxRow | undefined> {
    const { end } = ended
    const row = await this.database
      .updateTable('received_fax')
      .set({
        status: ended.status,
        ended_at: ended.at,
        lease_until: null,
        disposition: end.disposition,
        code: ended.code,
        message: ended.message,
        sip_status: end.sipStatus ?? null,
        q850_cause: end.q850Cause ?? null,
        t30_result: end.t30Result ?? null,
        bit_rate: end.bitRate ?? null,
        ecm: end.ecm ?? null,
        remote_id_sealed: ended.remoteIdSealed,
        remote_nsf_sealed: ended.remoteNsfSealed,
        timeline_sealed: ended.timelineSealed,
      })
      .where('id', '=', id)
      .where('status', '=', 'receiving')
      .returning(RECEIVED_COLUMNS)
      .executeTakeFirst()
    return row && readReceived(row)
  }

  async timeline(id: string): Promise<Buffer | null> {
    const row = await this.database
      .selectFrom('received_fax')
      .select('timeline_sealed')
      .where('id', '=', id)
      .executeTakeFirst()
    return row?.timeline_sealed ?? null
  }

  async amend(id: string, patch: ReceivedPatch): Promise<ReceivedFaxRow | undefined> {
    const row = await this.database
      .updateTable('received_fax')
      .set(toColumns(patch))
      .where('id', '=', id)
      .returning(RECEIVED_COLUMNS)
      .executeTakeFirst()
    return row && readReceived(row)
  }

  async amendPage(
    id: string,
    number: number,
    patch: Partial<Pick<ReceivedPageRow, 'rotation' | 'barcodesSealed'>>,
  ): Promise<void> {
    await this.database
      .updateTable('received_page')
      .set(toColumns(patch))
      .where('received_fax_id', '=', id)
      .where('number', '=', number)
      .execute()
  }
}
