import { type Insertable, sql } from 'kysely'
import type { Placement } from '../../../domain/inbox/inbound-route.ts'
import type { ReceivedPageRow } from '../../../ports/store/received-page-store.ts'
import type {
  DerivedFax,
  NewReceivedFax,
  ReceivedEnd,
  ReceivedFaxRow,
  ReceivedListFilter,
  ReceivedPatch,
  ReceivedRepository,
  RoutedFacts,
  WholeListFilter,
} from '../../../ports/store/received-store.ts'
import { Repository } from '../connection/repository.ts'
import { callEndColumns } from '../schema/call-end-columns.ts'
import { toColumns } from '../schema/casing.ts'
import type { Tables } from '../schema/tables.ts'
import { listReceived } from './received-list.ts'
import { RECEIVED_COLUMNS, readReceived } from './received-row.ts'
import { listWhole } from './received-whole.ts'

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
        routed_mailbox_id: received.mailboxId,
        routed_mark: 'new',
        routed_priority: 'normal',
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

  async lock(id: string): Promise<ReceivedFaxRow | undefined> {
    const row = await this.database
      .selectFrom('received_fax')
      .select(RECEIVED_COLUMNS)
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst()
    return row && readReceived(row)
  }

  async earliestSame(
    contentHash: Buffer,
    since: Date,
    besideId: string,
  ): Promise<ReceivedFaxRow | undefined> {
    const row = await this.database
      .selectFrom('received_fax')
      .select(RECEIVED_COLUMNS)
      .where('content_hash', '=', contentHash)
      .where('origin', '=', 'call')
      .where('started_at', '>=', since)
      .where('id', '<', besideId)
      .orderBy('id')
      .limit(1)
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
    const row = await this.database
      .updateTable('received_fax')
      .set({
        status: ended.status,
        ended_at: ended.at,
        lease_until: null,
        code: ended.code,
        message: ended.message,
        ...callEndColumns(ended.end, ended.sealed),
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

  async place(id: string, placement: Placement & RoutedFacts): Promise<ReceivedFaxRow | undefined> {
    const { mailboxId, assignee, mark, priority } = placement
    const row = await this.database
      .updateTable('received_fax')
      .set({
        ...toColumns(placement),
        routed_mailbox_id: mailboxId,
        routed_assignee: assignee,
        routed_mark: mark,
        routed_priority: priority,
      })
      .where('id', '=', id)
      .where('marked_at', 'is', null)
      .whereRef('mailbox_id', '=', 'routed_mailbox_id')
      .whereRef('assignee', 'is not distinct from', 'routed_assignee')
      .whereRef('mark', '=', 'routed_mark')
      .whereRef('priority', '=', 'routed_priority')
      .returning(RECEIVED_COLUMNS)
      .executeTakeFirst()
    return row && readReceived(row)
  }

  async escalate(id: string, now: Date): Promise<ReceivedFaxRow | undefined> {
    const row = await this.database
      .updateTable('received_fax')
      .set({ escalated_at: now })
      .where('id', '=', id)
      .where('mark', '=', 'new')
      .where('due_at', '<=', now)
      .where('escalated_at', 'is', null)
      .returning(RECEIVED_COLUMNS)
      .executeTakeFirst()
    return row && readReceived(row)
  }

  async insertDerived(fax: DerivedFax, pages: readonly ReceivedPageRow[]): Promise<ReceivedFaxRow> {
    const row = await this.database
      .insertInto('received_fax')
      .values({ ...(toColumns(fax) as Insertable<Tables['received_fax']>), ...this.owner })
      .returning(RECEIVED_COLUMNS)
      .executeTakeFirstOrThrow()
    await this.database
      .insertInto('received_page')
      .values(
        pages.map((page) => ({
          ...(toColumns(page) as Insertable<Tables['received_page']>),
          ...this.account,
          received_fax_id: fax.id,
        })),
      )
      .execute()
    return readReceived(row)
  }

  async derivedOf(id: string): Promise<string[]> {
    const rows = await this.database
      .selectFrom('received_fax')
      .select('id')
      .where(sql<boolean>`origin <> 'call' and origin_ids @> array[${id}]::text[]`)
      .orderBy('job_id')
      .execute()
    return rows.map((row) => row.id)
  }

  async putWords(id: string, words: readonly number[]): Promise<void> {
    const { account_id, mode } = this.owner
    await sql`
      insert into received_words (received_fax_id, account_id, mode, words)
      select id, account_id, mode, ${words}::integer[] from received_fax
      where id = ${id} and account_id = ${account_id} and mode = ${mode}
      on conflict (received_fax_id) do update set words = excluded.words`.execute(this.database)
  }
}
