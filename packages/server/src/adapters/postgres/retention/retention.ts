import { type RawBuilder, type Selectable, sql } from 'kysely'
import type { RetentionCut, RetentionRules } from '../../../domain/retention/retention.ts'
import type { FaxRow } from '../../../ports/store/fax-store.ts'
import type { ReceivedFaxRow } from '../../../ports/store/received-store.ts'
import type {
  ActiveHoldRow,
  CertificateRow,
  HoldRow,
  RetentionRepository,
  UsedDocument,
} from '../../../ports/store/retention-store.ts'
import { Repository } from '../connection/repository.ts'
import { readFax } from '../faxes/faxes.ts'
import { RECEIVED_COLUMNS, readReceived } from '../inbox/received-row.ts'
import { toFields } from '../schema/casing.ts'
import type { Tables } from '../schema/tables.ts'
import { destroyDocuments, receivedDocumentIds, sentDocumentIds, useOfDocuments } from './destruction.ts'
import {
  eraseReceived,
  eraseReceivedContent,
  eraseReceivedText,
  eraseSent,
  eraseSentContent,
} from './erasure.ts'

/** As its indexes have it. */
const OVER_AT = sql`case when kept_from is null then ended_at else kept_from end`

const HOLD_COLUMNS = [
  'id',
  'kind',
  'target_id',
  'target_sealed',
  'reason_sealed',
  'created_at',
  'created_by',
  'released_at',
  'released_by',
] as const satisfies readonly (keyof Tables['legal_hold'])[]

const CERTIFICATE_COLUMNS = [
  'id',
  'made_at',
  'reason',
  'fax_count',
  'document_count',
  'note',
] as const satisfies readonly (keyof Tables['destruction_certificate'])[]

export class PostgresRetention extends Repository implements RetentionRepository {
  async rules(): Promise<RetentionRules | undefined> {
    const row = await this.database.selectFrom('retention_policy').select('rules').executeTakeFirst()
    return row && (row.rules as unknown as RetentionRules)
  }

  async putRules(rules: RetentionRules, at: Date): Promise<void> {
    const values = { rules: JSON.stringify(rules), changed_at: at }
    await this.database
      .insertInto('retention_policy')
      .values({ ...this.owner, ...values })
      .onConflict((on) => on.columns(['account_id', 'mode']).doUpdateSet(values))
      .execute()
  }

  async addHold(hold: HoldRow): Promise<void> {
    // Meets the share lock of whoever destroys; inserts that refer to the account pass.
    await this.database.selectFrom('account').select('id').forNoKeyUpdate().execute()
    await this.database
      .insertInto('legal_hold')
      .values({
        ...this.owner,
        id: hold.id,
        kind: hold.kind,
        target_id: hold.targetId,
        target_sealed: hold.targetSealed,
        reason_sealed: hold.reasonSealed,
        created_at: hold.createdAt,
        created_by: hold.createdBy,
        released_at: hold.releasedAt,
        released_by: hold.releasedBy,
      })
      .execute()
  }

  async getHold(id: string): Promise<HoldRow | undefined> {
    const row = await this.database
      .selectFrom('legal_hold')
      .select(HOLD_COLUMNS)
      .where('id', '=', id)
      .executeTakeFirst()
    return row && toFields(row)
  }

  async listHolds(afterId: string | undefined, limit: number): Promise<HoldRow[]> {
    let query = this.database.selectFrom('legal_hold').select(HOLD_COLUMNS).orderBy('id', 'desc').limit(limit)
    if (afterId !== undefined) query = query.where('id', '<', afterId)
    return (await query.execute()).map(toFields)
  }

  async countActiveHolds(): Promise<number> {
    const row = await this.database
      .selectFrom('legal_hold')
      .select((on) => on.fn.countAll<number>().as('count'))
      .where('released_at', 'is', null)
      .executeTakeFirstOrThrow()
    return row.count
  }

  async releaseHold(id: string, at: Date, by: string): Promise<HoldRow | undefined> {
    const row = await this.database
      .updateTable('legal_hold')
      .set({ released_at: at, released_by: by })
      .where('id', '=', id)
      .where('released_at', 'is', null)
      .returning(HOLD_COLUMNS)
      .executeTakeFirst()
    if (!row) return undefined
    for (const table of ['fax', 'received_fax'] as const) {
      await this.database
        .updateTable(table)
        .set({ kept_from: null })
        .where('kept_from', 'is not', null)
        .execute()
    }
    return toFields(row)
  }

  async keepUnder(holdId: string, subjectId: string): Promise<void> {
    await this.database
      .insertInto('held_fax')
      .values({ ...this.account, hold_id: holdId, subject_id: subjectId })
      .onConflict((on) => on.doNothing())
      .execute()
  }

  async activeHolds(): Promise<ActiveHoldRow[]> {
    const rows = await this.database
      .selectFrom('legal_hold')
      .select(HOLD_COLUMNS)
      .where('released_at', 'is', null)
      .execute()
    if (rows.length === 0) return []
    const kept = await this.database.selectFrom('held_fax').select(['hold_id', 'subject_id']).execute()
    return rows.map((row) => ({
      ...toFields(row),
      keeps: kept.filter((each) => each.hold_id === row.id).map((each) => each.subject_id),
    }))
  }

  async barHolds(): Promise<ActiveHoldRow[]> {
    await this.database.selectFrom('account').select('id').forShare().execute()
    return this.activeHolds()
  }

  dueSent(cut: RetentionCut, limit: number): Promise<string[]> {
    const left = cut.kind === 'metadata' ? sql.ref('shredded_at') : sql.ref('content_deleted_at')
    return this.#due(sql`
      select id from fax
      where ${this.#own('fax')} and ended_at is not null and ${left} is null
        and ${OVER_AT} <= ${cut.endedBy}
      order by ${OVER_AT} limit ${limit}`)
  }

  dueReceived(cut: RetentionCut, limit: number): Promise<string[]> {
    const left = {
      sentContent: sql`false`,
      receivedContent: sql`content_deleted_at is null`,
      text: sql`text_document_id is not null`,
      metadata: sql`shredded_at is null`,
    }[cut.kind]
    // An array and not a join, so that the index is walked in its order, and no further than the first that are due.
    const mailboxes = sql`select id from mailbox where ${this.#own('mailbox')}`
    const where =
      'department' in cut.where
        ? sql`mailbox_id = any(array(${mailboxes} and department = ${cut.where.department}))`
        : sql`mailbox_id = any(array(${mailboxes} and (department is null or department <> all(${[...cut.where.others]}::text[]))))`
    return this.#due(sql`
      select id from received_fax
      where ${this.#own('received_fax')} and ended_at is not null and ${left}
        and ${OVER_AT} <= ${cut.endedBy} and ${where}
      order by ${OVER_AT} limit ${limit}`)
  }

  async #due(query: RawBuilder<unknown>): Promise<string[]> {
    const { rows } = await (query as RawBuilder<{ id: string }>).execute(this.database)
    return rows.map(({ id }) => id)
  }

  async putOff(id: string, keptFrom: Date): Promise<void> {
    for (const table of ['fax', 'received_fax'] as const) {
      await this.database.updateTable(table).set({ kept_from: keptFrom }).where('id', '=', id).execute()
    }
  }

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

  async linkedToPatients(afterId: string | undefined, limit: number): Promise<ReceivedFaxRow[]> {
    let query = this.database
      .selectFrom('received_fax')
      .select(RECEIVED_COLUMNS)
      .where('patient_sealed', 'is not', null)
      .orderBy('id')
      .limit(limit)
    if (afterId !== undefined) query = query.where('id', '>', afterId)
    return (await query.execute()).map(readReceived)
  }

  sentDocuments(id: string): Promise<UsedDocument[]> {
    return useOfDocuments(this.database, this.scope, id, sentDocumentIds(this.scope, id))
  }

  receivedDocuments(id: string): Promise<UsedDocument[]> {
    return useOfDocuments(this.database, this.scope, id, receivedDocumentIds(this.scope, id))
  }

  destroyDocuments(documents: readonly UsedDocument[], at: Date): Promise<void> {
    return destroyDocuments(this.database, this.scope, documents, at)
  }

  eraseSentContent(id: string, at: Date, detailsSealed: Buffer): Promise<void> {
    return eraseSentContent(this.database, id, at, detailsSealed)
  }

  eraseSent(id: string, at: Date): Promise<void> {
    return eraseSent(this.database, id, at)
  }

  eraseReceivedText(id: string): Promise<void> {
    return eraseReceivedText(this.database, id)
  }

  eraseReceivedContent(id: string, at: Date): Promise<void> {
    return eraseReceivedContent(this.database, id, at)
  }

  eraseReceived(id: string, at: Date): Promise<number> {
    return eraseReceived(this.database, id, at)
  }

  async addCertificate(certificate: CertificateRow): Promise<void> {
    await this.database
      .insertInto('destruction_certificate')
      .values({
        ...this.owner,
        id: certificate.id,
        made_at: certificate.madeAt,
        reason: certificate.reason,
        fax_count: certificate.faxCount,
        document_count: certificate.documentCount,
        note: certificate.note,
      })
      .execute()
  }

  async getCertificate(id: string): Promise<CertificateRow | undefined> {
    const row = await this.database
      .selectFrom('destruction_certificate')
      .select(CERTIFICATE_COLUMNS)
      .where('id', '=', id)
      .executeTakeFirst()
    return row && readCertificate(row)
  }

  async listCertificates(afterId: string | undefined, limit: number): Promise<CertificateRow[]> {
    let query = this.database
      .selectFrom('destruction_certificate')
      .select(CERTIFICATE_COLUMNS)
      .orderBy('id', 'desc')
      .limit(limit)
    if (afterId !== undefined) query = query.where('id', '<', afterId)
    return (await query.execute()).map(readCertificate)
  }

  /** Raw queries are not fenced for us. */
  #own(table: 'fax' | 'received_fax' | 'mailbox'): RawBuilder<boolean> {
    const { account_id, mode } = this.owner
    return sql<boolean>`${sql.ref(`${table}.account_id`)} = ${account_id} and ${sql.ref(`${table}.mode`)} = ${mode}`
  }
}

function readCertificate(
  row: Pick<Selectable<Tables['destruction_certificate']>, (typeof CERTIFICATE_COLUMNS)[number]>,
): CertificateRow {
  return toFields(row)
}
