import { CompiledQuery } from 'kysely'
import type { Acceptance, NewFax } from '../../../ports/store/fax-store.ts'
import type { Scope } from '../../../ports/store/scope.ts'
import { auditColumns } from '../audit/audit.ts'
import type { Database } from '../connection/connection.ts'
import { documentColumns } from './documents.ts'

type Row = Readonly<Record<string, unknown>>
type Owner = { readonly account_id: string; readonly mode: 'test' | 'live' }

/**
 * Everything the database must know of a fax once it is accepted, in one statement: it, its documents, the event, the deliveries of
 * the event, the audit entry. Foreign keys are checked when the statement ends, so all of it may go in one.
 *
 * Written by hand and not with kysely: this is the busiest statement of the product, and its text is always the same.
 */
export async function acceptFax(
  database: Database,
  scope: Scope,
  fax: NewFax,
  acceptance: Acceptance,
): Promise<{ jobId: number; deliveryIds: string[] }> {
  const owner: Owner = { account_id: scope.accountId, mode: scope.mode }
  const documents = fax.sources.flatMap(({ document }) =>
    document ? [documentColumns(owner, document)] : [],
  )
  const sources = sourceRows(owner, fax)
  const rows: Row[] = [
    faxColumns(owner, fax),
    auditColumns(owner, acceptance.audit),
    ...documents,
    ...sources,
  ]
  const text = statementOf(rows, documents.length, sources.length)
  const values = [
    ...[fax.id, scope.accountId, scope.mode, fax.createdAt],
    ...[acceptance.eventId, acceptance.type, JSON.stringify(acceptance.data)],
    ...rows.flatMap((row) => Object.values(row)),
  ]
  const result = await database.executeQuery<Accepted>(CompiledQuery.raw(text, values))
  const accepted = result.rows[0]!
  return { jobId: accepted.job_id, deliveryIds: accepted.delivery_ids }
}

interface Accepted {
  readonly job_id: number
  readonly delivery_ids: string[]
}

function faxColumns(owner: Owner, fax: NewFax): Row {
  return {
    ...owner,
    id: fax.id,
    // The event below is the first about it.
    sequence: 1,
    status: fax.status,
    priority: fax.priority,
    to_sealed: fax.toSealed,
    to_hash: fax.toHash,
    to_slot: fax.toSlot,
    from_sealed: fax.fromSealed,
    details_sealed: fax.detailsSealed,
    patient_sealed: fax.patientSealed,
    patient_hash: fax.patientHash,
    purpose: fax.purpose,
    resolution: fax.resolution,
    paper: fax.paper,
    render_mode: fax.renderMode,
    content_hash: fax.contentHash,
    resend_of: fax.resendOf,
    tags: fax.tags,
    created_at: fax.createdAt,
    send_at: fax.sendAt,
    next_action_at: fax.nextActionAt,
    deadline_at: fax.deadlineAt,
    pages_document_id: fax.pagesDocumentId,
    page_count: fax.pageCount,
    estimated_seconds: fax.estimatedSeconds,
    ...(fax.hold
      ? { hold_reason: fax.hold.reason, held_at: fax.createdAt, hold_neighbours: fax.hold.neighbours }
      : {}),
  }
}

function sourceRows({ account_id }: Owner, fax: NewFax): Row[] {
  return fax.sources.map((source, position) => ({
    account_id,
    fax_id: fax.id,
    position,
    document_id: source.documentId,
    pages: source.pages,
  }))
}

/** By how many documents and sources there are, and whether the fax is held: nothing else changes the text. */
const statements = new Map<string, string>()

function statementOf(rows: readonly Row[], documentCount: number, sourceCount: number): string {
  const shape = `${Object.keys(rows[0]!).length} ${documentCount} ${sourceCount}`
  let text = statements.get(shape)
  if (text === undefined) {
    text = writeStatement(rows, documentCount)
    statements.set(shape, text)
  }
  return text
}

/** $1 fax, $2 account, $3 mode, $4 time, $5 event, $6 its type, $7 its data; then the values of the rows in their order. */
function writeStatement([fax, audit, ...others]: readonly Row[], documentCount: number): string {
  const parameters = new Parameters(7)
  const insert = (table: string, rows: readonly Row[]) =>
    `insert into ${table} (${Object.keys(rows[0]!).join(', ')}) values ${rows.map((row) => parameters.tuple(row)).join(', ')}`
  const inserted = `${insert('fax', [fax!])} returning job_id`
  const audited = insert('audit_entry', [audit!])
  const documents = others.slice(0, documentCount)
  const sources = others.slice(documentCount)
  return `
    with inserted as (${inserted}), audited as (${audited})
    ${documents.length === 0 ? '' : `, documents as (${insert('document', documents)})`}
    ${sources.length === 0 ? '' : `, sources as (${insert('fax_source', sources)})`}
    , recorded as (
      insert into event (id, account_id, mode, type, subject_id, sequence, data, created_at)
      select $5::text, $2::text, $3::text, $6::text, $1::text, 1,
        $7::jsonb || jsonb_build_object('jobId', job_id), $4::timestamptz
      from inserted
      returning id
    ), deliveries as (
      insert into webhook_delivery (id, account_id, mode, webhook_id, event_id, status, next_attempt_at, created_at)
      select 'dlv_' || substr(recorded.id, 5) || '_' || substr(webhook.id, 5), $2::text, $3::text, webhook.id,
        recorded.id, 'pending', $4::timestamptz, $4::timestamptz
      from recorded, webhook
      where webhook.account_id = $2::text and webhook.mode = $3::text and webhook.status = 'enabled'
        and (webhook.event_types = '{}' or $6::text = any(webhook.event_types))
        and webhook.number_ids is null
      returning id
    )
    select job_id, array(select id from deliveries) as delivery_ids from inserted`
}

/** Numbers parameters as they are written. */
class Parameters {
  #last: number

  constructor(last: number) {
    this.#last = last
  }

  tuple(row: Row): string {
    return `(${Object.keys(row)
      .map(() => `$${++this.#last}`)
      .join(', ')})`
  }
}
